using System.Globalization;

namespace IrrigationWatch.Classification;

/// <summary>What became of the labels: nothing of it is left out in silence.</summary>
/// <param name="Labels">Labels in the file.</param>
/// <param name="Used">Labels of which at least one pixel is used.</param>
/// <param name="OtherYears">Labels of years without features.</param>
/// <param name="Outside">Labels outside of the features, or too small to hold a whole pixel.</param>
/// <param name="Unobserved">Labels none of whose pixels was observed in their years.</param>
/// <param name="DuplicatePixels">Pixels labelled twice with the same class in a year; counted once.</param>
/// <param name="Conflicts">Pixels labelled with different classes in a year; none of these labels is used there.</param>
/// <param name="CappedPolygons">Polygons with more pixels than are taken of one.</param>
public sealed record LabelReport(int Labels, int Used, int OtherYears, int Outside, int Unobserved, int DuplicatePixels, IReadOnlyList<LabelConflict> Conflicts, int CappedPolygons)
{
    private const int MostNamed = 5;

    /// <summary>Of samples that come from no labels' file.</summary>
    public static LabelReport None { get; } = new(0, 0, 0, 0, 0, 0, [], 0);

    /// <summary>Remarks a user should read, each one line; empty where all labels were used as they are.</summary>
    public IReadOnlyList<string> Remarks
    {
        get
        {
            var remarks = new List<string>();
            Add(OtherYears, "are of years without scenes");
            Add(Outside, "lie outside of the scenes or hold no whole pixel");
            Add(Unobserved, "have no observed pixel in their years");
            if (DuplicatePixels > 0)
            {
                remarks.Add(string.Create(CultureInfo.InvariantCulture, $"{DuplicatePixels} pixels are labelled twice with the same class and counted once"));
            }

            if (Conflicts.Count > 0)
            {
                string named = string.Join("; ", Conflicts.Take(MostNamed).Select(conflict => string.Create(CultureInfo.InvariantCulture, $"{conflict.X:0}, {conflict.Y:0} in {conflict.Year}: {string.Join(" and ", conflict.Classes)}")));
                remarks.Add(string.Create(CultureInfo.InvariantCulture, $"{Conflicts.Count} pixels are labelled with different classes in one year and left out ({named}{(Conflicts.Count > MostNamed ? "; …" : string.Empty)})"));
            }

            return remarks;

            void Add(int count, string what)
            {
                if (count > 0)
                {
                    remarks.Add(string.Create(CultureInfo.InvariantCulture, $"{count} of {Labels} labels {what}"));
                }
            }
        }
    }
}

/// <summary>A pixel with different classes in one year.</summary>
/// <param name="X">Easting of its centre in the grid's CRS.</param>
/// <param name="Y">Northing of it.</param>
/// <param name="Year">The year.</param>
/// <param name="Classes">The classes.</param>
public sealed record LabelConflict(double X, double Y, int Year, IReadOnlyList<string> Classes);
