using System.Text.Json;
using IrrigationWatch.Areas;
using IrrigationWatch.Publishing;
using IrrigationWatch.TestSupport;

namespace IrrigationWatch.Tests.Publishing;

/// <summary>Assessments as Markdown, whose tables Markdig reads, and as JSON.</summary>
public class AssessmentWriterTests
{
    private static readonly Estimate Unknown = new(double.NaN, double.NaN, double.NaN, double.NaN);

    private static readonly Assessment Example = new(
        2010,
        ["irrigated | drip", "other"],
        [[40, 3], [2, 55]],
        [[0.38, 0.02], [0.05, 0.55]],
        1000,
        new Estimate(0.93, 0.02, 0.88, 0.96),
        [new("irrigated | drip", 400.04, new Estimate(0.95, 0.03, 0.85, 0.98), Unknown, new Estimate(430.06, 10, 409.96, 452)), new("other", 600, Unknown, new Estimate(1, 0, 0.9, 1), new Estimate(570, 10, 548, 590))],
        [new("Іле", "KZ", 60, 700.25, [new Estimate(300, 5, 288, 312), new Estimate(400, 5, 388, 412)], null), new("KZ", "KZ", 3, 12, null, "3 points lie in it, 10 are needed")],
        "values of the map",
        ["2 points lie outside the map", "1 points have no class yet"]);

    [Fact]
    public void The_head_says_year_points_and_overall_accuracy_with_its_margin()
    {
        string text = AssessmentWriter.ToText(Example);
        // 1.96 standard errors of 0.02.
        Assert.StartsWith("# Accuracy of the map of 2010\n\n100 points; overall accuracy 0.930 ± 0.039. Strata: values of the map. ", text, StringComparison.Ordinal);
        Assert.StartsWith("# Accuracy\n\n", AssessmentWriter.ToText(Example with { Year = null }), StringComparison.Ordinal);
        Assert.EndsWith("\n2 points lie outside the map.\n\n1 points have no class yet.\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Rows_of_the_matrices_are_mapped_and_columns_true_with_the_sums_of_rows()
    {
        string text = AssessmentWriter.ToText(Example);
        Assert.Equal(
            [["points: mapped \\ true", "irrigated | drip", "other", "all"], ["irrigated | drip", "40", "3", "43"], ["other", "2", "55", "57"]],
            MarkdownTables.Find(text, "points: mapped \\ true"));
        Assert.Equal(
            [["share of the observed area: mapped \\ true", "irrigated | drip", "other", "all"], ["irrigated | drip", "0.3800", "0.0200", "0.4000"], ["other", "0.0500", "0.5500", "0.6000"]],
            MarkdownTables.Find(text, "share of the observed area: mapped \\ true"));
    }

    [Fact]
    public void Classes_have_accuracies_and_areas_and_what_is_unknown_is_called_so() => Assert.Equal(
        [
            ["class", "user's accuracy", "producer's accuracy", "mapped ha", "estimated ha", "95% interval"],
            ["irrigated | drip", "0.950 ± 0.059", "unknown", "400.0", "430.1 ± 19.6", "410.0 to 452.0"],
            ["other", "unknown", "1.000 ± 0.000", "600.0", "570.0 ± 19.6", "548.0 to 590.0"],
        ],
        MarkdownTables.Find(AssessmentWriter.ToText(Example), "class"));

    [Fact]
    public void Zones_have_their_areas_or_the_reason_why_not()
    {
        Assert.Equal(
            [
                ["zone", "points", "observed ha", "irrigated | drip ha", "other ha"],
                ["Іле (KZ)", "60", "700.3", "300.0 (288.0 to 312.0)", "400.0 (388.0 to 412.0)"],
                ["KZ", "3", "12.0", "3 points lie in it, 10 are needed", ""],
            ],
            MarkdownTables.Find(AssessmentWriter.ToText(Example with { Zones = [Example.Zones[0] with { ObservedHectares = 700.26 }, Example.Zones[1]] }), "zone"));
        Assert.DoesNotContain(MarkdownTables.Of(AssessmentWriter.ToText(Example with { Zones = [] })), table => table[0][0] == "zone");
        Assert.Equal("a | b (c | d)", MarkdownTables.Find(AssessmentWriter.ToText(Example with { Zones = [Example.Zones[0] with { Zone = "a | b", Country = "c\n|\nd" }] }), "zone")[1][0].Replace("  ", " ", StringComparison.Ordinal));
    }

    [Fact]
    public void As_JSON_all_figures_are_numbers_and_unknown_ones_null()
    {
        string text = AssessmentWriter.ToJson(Example);
        using JsonDocument json = JsonDocument.Parse(text);
        JsonElement root = json.RootElement;
        Assert.Equal(["year", "points", "strata", "classes", "counts", "shares", "observed_ha", "overall_accuracy", "per_class", "zones", "remarks"], root.EnumerateObject().Select(member => member.Name));
        Assert.Equal("[[40,3],[2,55]]", JsonSerializer.Serialize(root.GetProperty("counts")));
        Assert.Equal("[[0.38,0.02],[0.05,0.55]]", JsonSerializer.Serialize(root.GetProperty("shares")));
        Assert.Equal("""{"value":0.93,"standard_error":0.02,"low":0.88,"high":0.96}""", JsonSerializer.Serialize(root.GetProperty("overall_accuracy")));
        JsonElement first = root.GetProperty("per_class")[0];
        Assert.Equal(["class", "mapped_ha", "users_accuracy", "producers_accuracy", "area_ha"], first.EnumerateObject().Select(member => member.Name));
        Assert.Equal(("irrigated | drip", 400.04, 0.95, JsonValueKind.Null, 430.06), (first.GetProperty("class").GetString(), first.GetProperty("mapped_ha").GetDouble(), first.GetProperty("users_accuracy").GetProperty("value").GetDouble(), first.GetProperty("producers_accuracy").ValueKind, first.GetProperty("area_ha").GetProperty("value").GetDouble()));
        JsonElement zones = root.GetProperty("zones");
        Assert.Equal(("Іле", "KZ", 60, 700.25, JsonValueKind.Null), (zones[0].GetProperty("zone").GetString(), zones[0].GetProperty("country").GetString(), zones[0].GetProperty("points").GetInt32(), zones[0].GetProperty("observed_ha").GetDouble(), zones[0].GetProperty("reason").ValueKind));
        Assert.Equal(["irrigated | drip 288", "other 388"], zones[0].GetProperty("area_ha").EnumerateObject().Select(member => $"{member.Name} {member.Value.GetProperty("low").GetDouble()}"));
        Assert.Equal((JsonValueKind.Null, "3 points lie in it, 10 are needed"), (zones[1].GetProperty("area_ha").ValueKind, zones[1].GetProperty("reason").GetString()));
        Assert.EndsWith("}\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void One_assessment_is_an_object_and_several_are_an_array()
    {
        using JsonDocument two = JsonDocument.Parse(AssessmentWriter.ToJson(Example, Example with { Year = null }));
        Assert.Equal([2010, null], two.RootElement.EnumerateArray().Select(one => one.GetProperty("year").ValueKind == JsonValueKind.Null ? (int?)null : one.GetProperty("year").GetInt32()));
        Assert.Equal("[]\n", AssessmentWriter.ToJson());
    }

    [Fact]
    public void The_ending_chooses_the_form()
    {
        using var scratch = new ScratchFolder();
        AssessmentWriter.Write(scratch.File("a.json"), Example);
        Assert.Equal(AssessmentWriter.ToJson(Example), File.ReadAllText(scratch.File("a.json")));
        AssessmentWriter.Write(scratch.File("a.MD"), Example, Example with { Year = 2011 });
        Assert.Equal(AssessmentWriter.ToText(Example) + "\n" + AssessmentWriter.ToText(Example with { Year = 2011 }), File.ReadAllText(scratch.File("a.MD")));
        Assert.Equal("a.txt: the ending names no format of assessments; use .json or .md", Assert.Throws<ConfigurationException>(() => AssessmentWriter.Write("a.txt", Example)).Message);
    }
}
