using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using IrrigationWatch.Areas;
using IrrigationWatch.Rasters;

namespace IrrigationWatch.Publishing;

/// <summary>Writes assessments as Markdown for people and as JSON for programs.</summary>
public static class AssessmentWriter
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, NewLine = "\n" };

    /// <summary>Endings that are written.</summary>
    public static IReadOnlyList<string> Endings { get; } = [".json", ".md"];

    /// <summary>Says before any work whether an ending is known.</summary>
    /// <param name="path">The output.</param>
    /// <exception cref="ConfigurationException">The ending names no format that is written.</exception>
    public static void CheckEnding(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (!Endings.Contains(Path.GetExtension(path).ToLowerInvariant()))
        {
            throw new ConfigurationException(path, $"the ending names no format of assessments; use {string.Join(" or ", Endings)}");
        }
    }

    /// <summary>Writes assessments of one or more years.</summary>
    /// <param name="path">Where; the ending is one of <see cref="Endings"/>.</param>
    /// <param name="assessments">The assessments.</param>
    /// <exception cref="InputException">The place cannot be written.</exception>
    public static void Write(string path, params IReadOnlyList<Assessment> assessments)
    {
        ArgumentNullException.ThrowIfNull(assessments);
        CheckEnding(path);
        AtomicFile.WriteText(path, Path.GetExtension(path).Equals(".md", StringComparison.OrdinalIgnoreCase)
            ? string.Join("\n", assessments.Select(ToText))
            : ToJson(assessments));
    }

    /// <summary>Assessments as JSON: one object, or an array of several.</summary>
    /// <param name="assessments">The assessments.</param>
    /// <returns>The text, ended by a line feed.</returns>
    public static string ToJson(params IReadOnlyList<Assessment> assessments)
    {
        ArgumentNullException.ThrowIfNull(assessments);
        JsonNode[] nodes = [.. assessments.Select(ToNode)];
        return (nodes.Length == 1 ? nodes[0] : new JsonArray(nodes)).ToJsonString(Indented) + "\n";
    }

    /// <summary>An assessment as Markdown.</summary>
    /// <param name="assessment">The assessment.</param>
    /// <returns>The text.</returns>
    public static string ToText(Assessment assessment)
    {
        ArgumentNullException.ThrowIfNull(assessment);
        CultureInfo invariant = CultureInfo.InvariantCulture;
        var text = new StringBuilder();
        text.Append(invariant, $"# Accuracy{(assessment.Year is int year ? $" of the map of {year}" : string.Empty)}\n\n");
        text.Append(invariant, $"{assessment.Points} points; overall accuracy {Share(assessment.Overall)}. Strata: {assessment.Strata}. Behind ± are 1.96 standard errors (Olofsson et al. 2014); the 95% intervals are a little wider, as ± alone would be nothing where a sample holds no error.\n\n");
        Matrix(text, "points", assessment, (i, j) => assessment.Counts[i][j].ToString(invariant), i => assessment.Counts[i].Sum().ToString(invariant));
        Matrix(text, "share of the observed area", assessment, (i, j) => assessment.Shares[i][j].ToString("0.0000", invariant), i => assessment.Shares[i].Sum().ToString("0.0000", invariant));
        text.Append("| class | user's accuracy | producer's accuracy | mapped ha | estimated ha | 95% interval |\n| --- | --- | --- | --- | --- | --- |\n");
        foreach (ClassAssessment c in assessment.PerClass)
        {
            text.Append(invariant, $"| {MarkdownText.Cell(c.Name)} | {Share(c.User)} | {Share(c.Producer)} | {c.MappedHectares:0.0} | {(double.IsNaN(c.Hectares.Value) ? "unknown | unknown" : string.Create(invariant, $"{c.Hectares.Value:0.0} ± {c.Hectares.Margin:0.0} | {c.Hectares.Low:0.0} to {c.Hectares.High:0.0}"))} |\n");
        }

        if (assessment.Zones.Count > 0)
        {
            text.Append(invariant, $"\n| zone | points | observed ha | {MarkdownText.Cells(assessment.Classes.Select(name => name + " ha"))} |\n|{string.Concat(Enumerable.Repeat(" --- |", assessment.Classes.Count + 3))}\n");
            foreach (ZoneAssessment zone in assessment.Zones)
            {
                string figures = zone.Hectares is null
                    ? string.Join(" | ", assessment.Classes.Select((_, i) => i == 0 ? zone.Reason : string.Empty))
                    : string.Join(" | ", zone.Hectares.Select(area => double.IsNaN(area.Value) ? "unknown" : string.Create(invariant, $"{area.Value:0.0} ({area.Low:0.0} to {area.High:0.0})")));
                text.Append(invariant, $"| {MarkdownText.Cell(Picture.PlaceName(zone.Zone, zone.Country))} | {zone.Points} | {zone.ObservedHectares:0.0} | {figures} |\n");
            }
        }

        foreach (string remark in assessment.Remarks)
        {
            text.Append(invariant, $"\n{remark}.\n");
        }

        return text.ToString();

        static string Share(Estimate estimate) => double.IsNaN(estimate.Value) ? "unknown" : string.Create(CultureInfo.InvariantCulture, $"{estimate.Value:0.000} ± {estimate.Margin:0.000}");
    }

    private static void Matrix(StringBuilder text, string what, Assessment assessment, Func<int, int, string> cell, Func<int, string> sum)
    {
        text.Append(CultureInfo.InvariantCulture, $"| {what}: mapped \\ true | {MarkdownText.Cells(assessment.Classes)} | all |\n|{string.Concat(Enumerable.Repeat(" --- |", assessment.Classes.Count + 2))}\n");
        for (int i = 0; i < assessment.Classes.Count; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"| {MarkdownText.Cell(assessment.Classes[i])} | {string.Join(" | ", assessment.Classes.Select((_, j) => cell(i, j)))} | {sum(i)} |\n");
        }

        text.Append('\n');
    }

    private static JsonObject ToNode(Assessment assessment) => new()
    {
        ["year"] = assessment.Year,
        ["points"] = assessment.Points,
        ["strata"] = assessment.Strata,
        ["classes"] = new JsonArray([.. assessment.Classes.Select(name => JsonValue.Create(name))]),
        ["counts"] = JsonSerializer.SerializeToNode(assessment.Counts),
        ["shares"] = JsonSerializer.SerializeToNode(assessment.Shares),
        ["observed_ha"] = assessment.ObservedHectares,
        ["overall_accuracy"] = ToNode(assessment.Overall),
        ["per_class"] = new JsonArray(
        [
            .. assessment.PerClass.Select(c => new JsonObject
            {
                ["class"] = c.Name,
                ["mapped_ha"] = c.MappedHectares,
                ["users_accuracy"] = ToNode(c.User),
                ["producers_accuracy"] = ToNode(c.Producer),
                ["area_ha"] = ToNode(c.Hectares),
            }),
        ]),
        ["zones"] = new JsonArray(
        [
            .. assessment.Zones.Select(zone => new JsonObject
            {
                ["zone"] = zone.Zone,
                ["country"] = zone.Country,
                ["points"] = zone.Points,
                ["observed_ha"] = zone.ObservedHectares,
                ["area_ha"] = zone.Hectares is null ? null : new JsonObject(assessment.Classes.Select((name, i) => KeyValuePair.Create(name, (JsonNode?)ToNode(zone.Hectares[i])))),
                ["reason"] = zone.Reason,
            }),
        ]),
        ["remarks"] = new JsonArray([.. assessment.Remarks.Select(remark => JsonValue.Create(remark))]),
    };

    private static JsonObject? ToNode(Estimate estimate)
    {
        if (double.IsNaN(estimate.Value))
        {
            return null;
        }

        return new JsonObject { ["value"] = estimate.Value, ["standard_error"] = estimate.StandardError, ["low"] = estimate.Low, ["high"] = estimate.High };
    }
}
