using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using IrrigationWatch.Areas;

namespace IrrigationWatch.Cli.Answers;

/// <summary>A row of an area table.</summary>
internal sealed record AreaAnswer(
    int Year,
    string Zone,
    [Description("Empty where the zones name none.")] string Country,
    [Description("Mapped.")] double IrrigatedHa,
    [Description("The part of the zone with a valid class.")] double ObservedHa,
    [Description("The part of the zone inside the area of interest.")] double ZoneHa,
    double ObservedFraction,
    [Description("Lower end of the 95% interval; null without an assessment.")] double? IrrigatedLowHa,
    [Description("Upper end of it.")] double? IrrigatedHighHa)
{
    internal static AreaAnswer[] Of(IEnumerable<AreaRow> rows) => [.. rows.Select(row => new AreaAnswer(row.Year, row.Zone, row.Country, row.IrrigatedHectares, row.ObservedHectares, row.ZoneHectares, row.ObservedFraction, row.LowHectares, row.HighHectares))];
}

/// <summary>What <c>change</c> found: trends of a table, or transitions between maps of two years.</summary>
internal sealed record ChangeAnswer(
    [Description("The CSV that was written; null where none was asked for.")] string? File,
    [Description("Of an area table one a zone; null for maps.")] TrendAnswer[]? Trends,
    [Description("Of maps one a zone and pair of classes; null for a table.")] TransitionAnswer[]? Transitions);

/// <summary>How the irrigated area of a zone changed.</summary>
internal sealed record TrendAnswer(
    string Zone,
    string Country,
    [Description("Years that were used.")] int[] Years,
    [Description("Years of which too little was observed.")] int[] YearsLeftOut,
    [Description("Of the first year used; null where there is none.")] double? FirstHa,
    [Description("Of the last.")] double? LastHa,
    [Description("Sum of all rises.")] double GainHa,
    [Description("Sum of all falls, 0 or more.")] double LossHa,
    [Description("Pairs that rise less pairs that fall (Mann 1945).")] long KendallS,
    [Description("Kendall's tau-b.")] double? KendallTau,
    [Description("Two-sided.")] double? PValue,
    [Description("Sen's slope.")] double? SlopeHaPerYear,
    [Description("Lower end of its 95% interval.")] double? SlopeLow,
    double? SlopeHigh,
    [Description("Years in which the line of the smallest BIC breaks.")] int[] BreakYears,
    [Description("Slopes of its pieces, hectares a year.")] double[] PieceSlopes);

/// <summary>Land that went from one class to another.</summary>
internal sealed record TransitionAnswer(int From, int To, string Zone, string Country, string FromClass, string ToClass, double AreaHa);

/// <summary>What <c>polygons</c> wrote.</summary>
internal sealed record PolygonsAnswer(string File, int Polygons, [Description("True hectares, counted from pixels.")] double AreaHa);

/// <summary>A picture that was written.</summary>
internal sealed record PictureAnswer(string File);

/// <summary>What <c>report</c> wrote.</summary>
internal sealed record ReportAnswer(
    string Folder,
    [Description("The report; null where it was not asked for.")] string? Report,
    [Description("Files that were written, relative to the folder.")] string[] Files);

/// <summary>What <c>run</c> and <c>reduce</c> did.</summary>
internal sealed record RunAnswer(
    [Description("The analysis grid and why it was chosen.")] string Grid,
    [Description("Number of scenes used by year.")] IReadOnlyDictionary<string, int> ScenesByYear,
    int[] YearsWithoutScenes,
    [Description("Scenes that cannot be used.")] SkippedAnswer[] Skipped,
    [Description("Scenes of which a better processing, or the same one elsewhere, was used.")] SkippedAnswer[] Superseded,
    int TilesComputed,
    int TilesKept,
    string[] Warnings,
    [Description("Steps that were worked on.")] string[] StepsDone,
    [Description("Steps whose results hold.")] int StepsKept,
    [Description("The area table; empty without a model.")] AreaAnswer[] Areas,
    [Description("First day of years, MM-DD."), RegularExpression(@"^\d{2}-\d{2}$")] string YearStarts,
    [Description("By which calendar year of theirs years are named that do not begin in January."), AllowedValues("end", "start")] string YearNamedBy,
    [Description("Published files, relative to the output folder.")] string[] Files,
    [Description("Files of an earlier configuration that were removed.")] string[] Removed);

/// <summary>Addresses of a server that is ready.</summary>
internal sealed record ServeAnswer(string Map, string Api, [Description("Null where nothing is labelled.")] string? Label, [Description("Null without --metrics-port.")] string? Metrics);

/// <summary>What <c>init</c> wrote.</summary>
internal sealed record InitAnswer(string Folder, [Description("Files that were written; those that were there are left as they are.")] string[] Files);

/// <summary>What <c>doctor</c> found.</summary>
internal sealed record DoctorAnswer(
    [Description("Whether the main job could run; the exit code is 1 where not.")] bool Ready,
    [Description("Null where GDAL was not found.")] string? GdalVersion,
    string? GdalFile,
    [Description("Number of its drivers.")] int GdalDrivers,
    [Description("Drivers that are needed and missing.")] string[] MissingDrivers,
    [Description("Widest vectors that are used; 0 for none.")] int SimdBits,
    int Cores,
    long MemoryBytes,
    [Description("Null where they are not limited.")] long? OpenFiles,
    [Description("Null where it is not limited.")] long? AddressSpaceBytes,
    [Description("The folder of which the next two are.")] string Folder,
    long DiskFreeBytes,
    bool Writable,
    [Description("Whether the library of LightGBM loads.")] bool Lightgbm,
    [Description("What is wrong and what to do about it.")] string[] Problems);
