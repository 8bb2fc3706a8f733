using System.Text.RegularExpressions;
using IrrigationWatch.Rasters;

namespace IrrigationWatch.Areas;

/// <summary>What holds for all maps that a user names together.</summary>
public sealed record ClassMapOptions
{
    /// <summary>The band that is the map, from 1; null for the only one.</summary>
    public int? Band { get; init; }

    /// <summary>What means that nothing was observed.</summary>
    public MissingValues Missing { get; init; } = MissingValues.OfFile;

    /// <summary>Finds the year in the name of a file: its group <c>year</c>, else its first group, else all of it; null for the rules of <see cref="MapYear"/>.</summary>
    public Regex? YearPattern { get; init; }

    /// <summary>Years of the bands of each file, in their order; empty to read them from the bands' descriptions, null where bands are no years.</summary>
    public IReadOnlyList<int>? BandYears { get; init; }
}
