using IrrigationWatch.Areas;
using IrrigationWatch.Features;

namespace IrrigationWatch.Workflow;

/// <summary>What a run did.</summary>
/// <param name="Grid">The analysis grid and why it was chosen.</param>
/// <param name="ScenesByYear">Number of scenes used in each year that has any.</param>
/// <param name="YearsWithoutScenes">Years asked for that no scene was taken in.</param>
/// <param name="Skipped">Scenes that cannot be used.</param>
/// <param name="Superseded">Scenes of which a better processing, or the same one elsewhere, was used.</param>
/// <param name="Warnings">What a user should know.</param>
/// <param name="StepsDone">Steps that were worked on.</param>
/// <param name="StepsKept">Steps whose results were there and still hold.</param>
/// <param name="TilesComputed">Tiles of features and classes that were computed.</param>
/// <param name="TilesKept">Tiles of steps that were worked on which nothing new touched, taken over as they were.</param>
/// <param name="Rows">The area table; empty where there is no model.</param>
/// <param name="Files">Published files, relative to the output folder.</param>
/// <param name="Removed">Files that an earlier configuration had written, and that were removed as this one would not write them.</param>
/// <param name="Output">The output folder.</param>
/// <param name="Calendar">On which day years begin and by what they are named.</param>
public sealed record RunSummary(
    string Grid,
    IReadOnlyDictionary<int, int> ScenesByYear,
    IReadOnlyList<int> YearsWithoutScenes,
    IReadOnlyList<SkippedScene> Skipped,
    IReadOnlyList<SkippedScene> Superseded,
    IReadOnlyList<string> Warnings,
    IReadOnlyList<string> StepsDone,
    int StepsKept,
    int TilesComputed,
    int TilesKept,
    IReadOnlyList<AreaRow> Rows,
    IReadOnlyList<string> Files,
    IReadOnlyList<string> Removed,
    string Output,
    YearCalendar Calendar);
