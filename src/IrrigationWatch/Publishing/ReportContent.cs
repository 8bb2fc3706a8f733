using IrrigationWatch.Areas;

namespace IrrigationWatch.Publishing;

/// <summary>A picture of a report.</summary>
/// <param name="Section">Key of the section it stands in: <c>change</c>, <c>maps</c> or <c>time-lapse</c>.</param>
/// <param name="Path">A PNG, SVG or WebP file.</param>
/// <param name="Caption">What it shows.</param>
public sealed record ReportPicture(string Section, string Path, string Caption);

/// <summary>What a report tells.</summary>
public sealed record ReportContent
{
    /// <summary>What the maps are of.</summary>
    public required string Name { get; init; }

    /// <summary>The area table.</summary>
    public required IReadOnlyList<AreaRow> Rows { get; init; }

    /// <summary>Observed share of a zone below which a year is left out of trends.</summary>
    public double LeastObserved { get; init; } = ZoneChange.DefaultLeastObserved;

    /// <summary>Transitions; may be empty.</summary>
    public IReadOnlyList<Transition> Transitions { get; init; } = [];

    /// <summary>From class to class between the first and the last year; may be empty.</summary>
    public IReadOnlyList<ClassTransition> Matrix { get; init; } = [];

    /// <summary>Open water by year; may be empty.</summary>
    public IReadOnlyList<AreaRow> Waters { get; init; } = [];

    /// <summary>Pictures that are put in.</summary>
    public IReadOnlyList<ReportPicture> Pictures { get; init; } = [];

    /// <summary>Where the data come from; empty for none.</summary>
    public string Source { get; init; } = string.Empty;

    /// <summary>The model's card and the assessment as Markdown; empty for none.</summary>
    public string ModelCard { get; init; } = string.Empty;

    /// <summary>The assessment of accuracy as Markdown; empty for none.</summary>
    public string Assessment { get; init; } = string.Empty;

    /// <summary>Number of scenes by year; empty where the maps were given.</summary>
    public IReadOnlyDictionary<int, int> ScenesByYear { get; init; } = new SortedDictionary<int, int>();

    /// <summary>Scenes that were left out and why.</summary>
    public IReadOnlyList<(string Path, string Cause)> Skipped { get; init; } = [];

    /// <summary>From when to when years run, where they are no calendar years; empty for these.</summary>
    public string YearNote { get; init; } = string.Empty;

    /// <summary>What a reader must know.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Versions and digests by what they are of.</summary>
    public IReadOnlyList<(string What, string Value)> Versions { get; init; } = [];

    /// <summary>The language.</summary>
    public Texts Texts { get; init; } = Texts.English;
}
