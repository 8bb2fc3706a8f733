using System.Globalization;
using IrrigationWatch.Areas;

namespace IrrigationWatch.Publishing;

/// <summary>What is shown around a chart, and what it marks.</summary>
public sealed record ChartOptions
{
    /// <summary>Observed share of a zone below which nothing of a year counts as seen.</summary>
    internal const double Unobserved = 0.005;

    /// <summary>What the chart is of.</summary>
    public string Title { get; init; } = string.Empty;

    /// <summary>A line below the chart, for example the source of the maps; empty for none.</summary>
    public string Source { get; init; } = string.Empty;

    /// <summary>What is written above the chart; null for what it shows, in the language.</summary>
    public string? Heading { get; init; }

    /// <summary>Observed share of a zone, 0 to 1, below which a year is marked as one that says little.</summary>
    public double LeastObserved { get; init; } = ZoneChange.DefaultLeastObserved;

    /// <summary>The language.</summary>
    public Texts Texts { get; init; } = Texts.English;

    /// <summary>Whether anything was seen of a zone in a year.</summary>
    internal static bool IsSeen(AreaRow row) => row.ObservedFraction >= Unobserved;

    /// <summary>Whether something was seen of a zone in a year, and less than <see cref="LeastObserved"/>.</summary>
    internal bool IsDoubtful(AreaRow row) => IsSeen(row) && row.ObservedFraction < LeastObserved;

    /// <summary>What the hollow marks of a series mean.</summary>
    internal string HollowNote => Texts["hollow", Threshold];

    /// <summary>What the pale bars of a chart mean.</summary>
    internal string PaleNote => Texts["pale", Threshold];

    private string Threshold => LeastObserved.ToString("0.#%", CultureInfo.InvariantCulture);
}
