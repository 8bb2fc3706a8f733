using System.Globalization;

namespace IrrigationWatch.Areas;

/// <summary>Fills the intervals of an area table from an assessment of each year's maps.</summary>
/// <remarks>
/// A row gets an interval only where points of its own year lie in its own zone: the errors of one year or place say nothing sure
/// of another. The interval is of the true area in the observed part of the zone; the mapped area may lie outside of it.
/// </remarks>
public static class AreaIntervals
{
    /// <summary>Assesses every year and adds its intervals.</summary>
    /// <param name="table">The table.</param>
    /// <param name="maps">The maps it was made from.</param>
    /// <param name="counted">The class that counts, with the names that the sample has for it.</param>
    /// <param name="sample">The sample.</param>
    /// <param name="cancel">Stops between strips of rows.</param>
    /// <returns>The table with intervals and warnings, and the assessment of each year that has one.</returns>
    /// <exception cref="InputException">A map cannot be read, or no point of any year is of the class.</exception>
    public static (AreaTable Table, IReadOnlyList<Assessment> Assessments) Add(AreaTable table, IReadOnlyList<MapSource> maps, ClassValues counted, ReferenceSample sample, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(maps);
        ArgumentNullException.ThrowIfNull(sample);
        var rows = new List<AreaRow>();
        var warnings = new List<string>(table.Warnings);
        // Of all years together: one year may well be without land of the class.
        string[] names = [.. sample.Points.Select(point => point.Class)];
        warnings.AddRange(SampleNames.Check(sample.File, names, [counted], [.. maps.SelectMany(map => ClassValues.AllOf(map.Path)).Select(c => c.Name), .. names.Where(name => NameMatch.IsValue(name, out _))]));
        int[] years = [.. table.Rows.Select(row => row.Year).Distinct()];
        sample = WithYears(sample, years, warnings);
        var assessments = new List<Assessment>();
        ILookup<int, MapSource> byYear = maps.ToLookup(map => MapYear.Find(map) ?? 0);
        var without = new List<int>();
        foreach (IGrouping<int, AreaRow> year in table.Rows.GroupBy(row => row.Year))
        {
            if (!sample.Points.Any(point => point.IsOf(year.Key)))
            {
                without.Add(year.Key);
                rows.AddRange(year);
                continue;
            }

            try
            {
                Assessment assessment = AccuracyAssessment.Compute([.. byYear[year.Key]], year.Key, sample, [counted], table.Zones, known: null, cancel);
                assessments.Add(assessment);
                warnings.AddRange(assessment.Warnings.Select(warning => string.Create(CultureInfo.InvariantCulture, $"{year.Key}: {warning}")));
                rows.AddRange(year.Select(row => WithInterval(row, assessment, warnings)));
            }
            catch (InputException e)
            {
                warnings.Add(string.Create(CultureInfo.InvariantCulture, $"no intervals for {year.Key}: {e.Message}"));
                rows.AddRange(year);
            }
        }

        if (without.Count > 0)
        {
            warnings.Add($"no intervals for {string.Join(", ", without)}: {sample.File} has no point of these years");
        }

        return (table with { Rows = rows, Warnings = warnings }, assessments);
    }

    /// <summary>The points of which it is known for which of several years they are; those that are of no use are counted.</summary>
    private static ReferenceSample WithYears(ReferenceSample sample, int[] years, List<string> warnings)
    {
        if (sample.Unlabelled > 0)
        {
            warnings.Add(string.Create(CultureInfo.InvariantCulture, $"{sample.Unlabelled} points of {sample.File} have no class yet and are left out"));
        }

        int timeless = years.Length > 1 ? sample.Points.Count(point => point.FromYear is null) : 0;
        if (timeless > 0)
        {
            warnings.Add(string.Create(CultureInfo.InvariantCulture, $"{timeless} of {sample.Points.Count} points of {sample.File} have no year and are left out, as the maps are of {years.Length} years; add the field 'year' with the year in which each class was seen"));
            sample = sample with { Points = [.. sample.Points.Where(point => point.FromYear is not null)] };
        }

        int strange = sample.Points.Count(point => !Array.Exists(years, year => point.IsOf(year)));
        if (strange > 0)
        {
            warnings.Add(string.Create(CultureInfo.InvariantCulture, $"{strange} of {sample.Points.Count} points of {sample.File} are of other years than the maps and are left out"));
        }

        return sample;
    }

    private static AreaRow WithInterval(AreaRow row, Assessment assessment, List<string> warnings)
    {
        ZoneAssessment zone = assessment.Zones.First(zone => zone.Zone == row.Zone && zone.Country == row.Country);
        if (zone.Hectares is null)
        {
            warnings.Add(string.Create(CultureInfo.InvariantCulture, $"no interval for {row.Zone} in {row.Year}: {zone.Reason}"));
            return row;
        }

        if (double.IsNaN(zone.Hectares[0].Value))
        {
            return row;
        }

        return row with { LowHectares = zone.Hectares[0].Low, HighHectares = zone.Hectares[0].High };
    }
}
