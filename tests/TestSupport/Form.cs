using System.Globalization;

namespace IrrigationWatch.TestSupport;

/// <summary>
/// All tests have a short form, for every change, and a full one (<c>tools/test --full</c>): the same tests with more cases and sizes. The figures of the
/// full form of the torture tests go into docs/reliability.md.
/// </summary>
internal static class Form
{
    /// <summary>True in the full form.</summary>
    internal static bool IsFull { get; } = Environment.GetEnvironmentVariable("IRRIGATIONWATCH_TESTS") == "full";

    /// <summary>The seed of all that is random; another one finds other moments.</summary>
    internal static int Seed { get; } = int.TryParse(Environment.GetEnvironmentVariable("IRRIGATIONWATCH_SEED"), NumberStyles.None, CultureInfo.InvariantCulture, out int seed) ? seed : 10;

    /// <summary>How many cases.</summary>
    internal static int Cases(int brief, int full) => IsFull ? full : brief;

    /// <summary>The cases of a theory: the first few, or all of them.</summary>
    internal static IEnumerable<T> Cases<T>(int brief, params IReadOnlyList<T> all) => all.Take(Cases(brief, all.Count));

    /// <summary>Keeps a figure for the table of the full form.</summary>
    /// <param name="what">What was tried.</param>
    /// <param name="figure">What came out.</param>
    internal static void Report(string what, string figure)
    {
        if (Environment.GetEnvironmentVariable("IRRIGATIONWATCH_FIGURES") is string file)
        {
            lock (typeof(Form))
            {
                File.AppendAllText(file, $"| {what} | {figure} |\n");
            }
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{what}: {figure}");
    }
}
