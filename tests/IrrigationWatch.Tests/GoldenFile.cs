using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using IrrigationWatch.TestSupport;

namespace IrrigationWatch.Tests;

/// <summary>
/// Holds what must not change unnoticed in <c>tests/golden</c>. After a wanted change copy NAME.received.txt, which a failure writes,
/// over the file, and say in CHANGELOG.md what changed.
/// </summary>
internal static partial class GoldenFile
{
    private static readonly JsonSerializerOptions Options = new() { WriteIndented = true, NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    /// <summary>Compares a value, written as JSON, with a file: numbers may differ by a part of themselves or of 1.</summary>
    internal static void AssertSame(string file, object value, double tolerance) =>
        AssertSame(file, JsonSerializer.Serialize(value, Options) + "\n", tolerance);

    /// <summary>Compares a text with a file.</summary>
    internal static void AssertSame(string file, string actual, double tolerance = 0)
    {
        actual = actual.ReplaceLineEndings("\n");
        string approved = Repository.Golden(file);
        string received = Repository.Golden(file[..file.LastIndexOf('.')] + ".received.txt");
        string[] expectedLines = File.Exists(approved) ? File.ReadAllText(approved).ReplaceLineEndings("\n").Split('\n') : [];
        string[] actualLines = actual.Split('\n');
        for (int line = 0; line < Math.Max(expectedLines.Length, actualLines.Length); line++)
        {
            (string? expected, string? found) = (expectedLines.ElementAtOrDefault(line), actualLines.ElementAtOrDefault(line));
            if (expected is null || found is null || !IsSame(expected, found, tolerance))
            {
                File.WriteAllText(received, actual);
                Assert.Fail($"line {line + 1} of {file} is no longer '{expected}' but '{found}'; compare {received} with {approved}");
            }
        }

        File.Delete(received);
    }

    private static bool IsSame(string expected, string actual, double tolerance)
    {
        if (expected == actual || tolerance == 0)
        {
            return expected == actual;
        }

        MatchCollection left = Number().Matches(expected);
        MatchCollection right = Number().Matches(actual);
        return left.Count == right.Count
            && Number().Replace(expected, "#") == Number().Replace(actual, "#")
            && left.Zip(right).All(pair => Math.Abs(Value(pair.First) - Value(pair.Second)) <= tolerance * Math.Max(1, Math.Abs(Value(pair.First))));
    }

    private static double Value(Match number) => double.Parse(number.ValueSpan, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"-?\d+(\.\d+)?([eE][-+]?\d+)?")]
    private static partial Regex Number();
}
