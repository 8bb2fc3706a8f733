using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json;

namespace IrrigationWatch.Cli.Answers;

/// <summary>A plan, as its file says it, and what was asked for besides.</summary>
internal sealed record PlanAnswer(
    string Program,
    [Description("Version of the plan's form.")] int Format,
    string Pipeline,
    PlanConfigurationAnswer Configuration,
    [Description("Folder or address of the results.")] string Output,
    [Description("CRS, left, top, width and height of a pixel, columns, rows."), Length(7, 7)] JsonElement[] Grid,
    string GridReason,
    [Description("Digest of all that goes into every tile.")] string Features,
    int BlockTiles,
    [Description("Tiles that hold already and are in no piece.")] int TilesKept,
    int Pieces,
    [Description("Seconds of one core that the pieces are expected to take.")] double CoreSeconds,
    [Description("True where maps are made, not features alone.")] bool Model,
    PlanYearAnswer[] Years,
    int Scenes,
    [Description("SHA-256 of the plan's other files.")] IReadOnlyDictionary<string, string> Files,
    [Description("SHA-256 of the plan itself.")] string Sha256,
    [Description("Of each number of workers that --estimate asked for.")] EstimatedAnswer[]? Estimates = null,
    [Description("The script or manifest to submit; null without --slurm and --kubernetes.")] string? Submit = null);

/// <summary>The configuration of a plan.</summary>
internal sealed record PlanConfigurationAnswer(string File, string Sha256);

/// <summary>Pieces of a year.</summary>
internal sealed record PlanYearAnswer(int Year, [Description("Null where none is to be made.")] int? FirstPiece, int Pieces, double CoreSeconds);

/// <summary>How long a plan takes on so many workers.</summary>
internal sealed record EstimatedAnswer(
    int Workers,
    double WorkSeconds,
    double YearSeconds,
    double ReduceSeconds,
    double Seconds,
    double CoreHours,
    double Price,
    double Efficiency,
    [Description("What keeps it from being faster."), AllowedValues("work", "storage", "longest piece", "years", "reduce")] string Limit);

/// <summary>What a worker did.</summary>
internal sealed record WorkAnswer(
    PieceAnswer[] Pieces,
    [Description("Scenes that turned out to be damaged; all workers leave them out from now on.")] SkippedAnswer[] Rejected,
    [Description("Pieces that failed; the exit code is 1 where there are any.")] FailedPieceAnswer[] Failed);

/// <summary>A piece that is done.</summary>
internal sealed record PieceAnswer(int Piece, [Description("True where it was done before.")] bool WasThere, int Year, int Tiles, double Seconds);

/// <summary>A piece that failed.</summary>
internal sealed record FailedPieceAnswer(int Piece, string Cause);

/// <summary>What <c>reduce --only</c> did.</summary>
internal sealed record StageAnswer(
    [AllowedValues("join", "model", "classify")] string Stage,
    [Description("Steps that were worked on; empty where all was there.")] string[] Done,
    [Description("Years asked for that have no scenes.")] int[] YearsWithoutScenes,
    string[] Warnings);

/// <summary>What of a plan is done.</summary>
internal sealed record StatusAnswer(
    int Pieces,
    int Done,
    int[] Missing,
    double CoreSecondsSpent,
    double CoreSecondsLeft,
    int[] Years,
    [Description("Years whose features are joined.")] int[] Joined,
    [Description("Whether the model is there.")] bool Model,
    int[] Classified,
    [Description("Files that have other bytes than were written.")] string[] Damaged,
    [Description("Scenes that turned out to be damaged.")] SkippedAnswer[] Rejected);
