using IrrigationWatch.Kernels;

namespace IrrigationWatch.Features;

/// <summary>
/// Which features describe a year, and in which order they stand in a feature stack: per season the median of every
/// index, the maximum NDVI and the count of clear observations; of the whole year the 10th, 50th and 90th percentile of
/// NDVI, its amplitude (90th − 10th percentile) and the day of its maximum.
/// </summary>
public sealed class FeatureSet
{
    /// <summary>The indices of which medians are taken where none are named.</summary>
    public static IReadOnlyList<SpectralIndex> DefaultIndices { get; } = [SpectralIndex.Ndvi, SpectralIndex.Evi2, SpectralIndex.Ndmi, SpectralIndex.Mndwi, SpectralIndex.Gi];

    /// <summary>Creates the set for a calendar.</summary>
    /// <param name="seasons">The seasons, at least one.</param>
    /// <param name="indices">Indices of which medians are taken, NDVI always among them; null for <see cref="DefaultIndices"/>.</param>
    /// <param name="ancillary">Names of further rasters.</param>
    public FeatureSet(IReadOnlyList<Season> seasons, IReadOnlyList<SpectralIndex>? indices = null, IEnumerable<string>? ancillary = null)
    {
        ArgumentNullException.ThrowIfNull(seasons);
        ArgumentOutOfRangeException.ThrowIfZero(seasons.Count, nameof(seasons));
        Seasons = seasons;
        Indices = indices is null ? DefaultIndices : [SpectralIndex.Ndvi, .. indices.Where(index => index != SpectralIndex.Ndvi).Distinct()];
        var names = new List<string>();
        foreach (Season season in seasons)
        {
            names.AddRange(Indices.Select(index => $"{season.Name}_{index.ToString().ToLowerInvariant()}_median"));
            names.Add($"{season.Name}_ndvi_max");
            names.Add(CountName(season));
        }

        string[] rasters = [.. ancillary ?? []];
        AncillaryCount = rasters.Length;
        names.AddRange(["year_ndvi_p10", "year_ndvi_p50", "year_ndvi_p90", "year_ndvi_amplitude", "year_ndvi_day_of_max", .. rasters]);
        Names = names;
    }

    /// <summary>The indices of which medians are taken, NDVI first.</summary>
    public IReadOnlyList<SpectralIndex> Indices { get; }

    /// <summary>The seasons, in the order of the year.</summary>
    public IReadOnlyList<Season> Seasons { get; }

    /// <summary>Names of the features, in the order of the bands of a feature stack.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>Features that are further rasters; the last ones.</summary>
    internal int AncillaryCount { get; }

    /// <summary>Features of one season.</summary>
    internal int PerSeason => Indices.Count + 2;

    /// <summary>Name of the count of clear observations in a season.</summary>
    /// <param name="season">The season.</param>
    /// <returns>For example <c>late_count</c>.</returns>
    public static string CountName(Season season)
    {
        ArgumentNullException.ThrowIfNull(season);
        return season.Name + "_count";
    }

    /// <summary>True for a feature that says how often a pixel was seen and not how it looked; models leave it out.</summary>
    /// <param name="name">A feature's name.</param>
    /// <returns>Whether it is a count.</returns>
    public static bool IsCount(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.EndsWith("_count", StringComparison.Ordinal);
    }
}
