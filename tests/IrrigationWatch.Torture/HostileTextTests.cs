using System.Diagnostics;
using System.Globalization;
using System.Text;
using IrrigationWatch.TestSupport;
using IrrigationWatch.Torture.Fuzzing;

namespace IrrigationWatch.Torture;

/// <summary>Texts made to do harm, given to every reader: endless aliases and entities, nesting deeper than a stack, types, files of others, lines without end.</summary>
public class HostileTextTests
{
    private const int Deep = 100_000;
    private const double MostSeconds = 10;
    private const long MostMemory = 1L << 30;

    [Theory]
    [MemberData(nameof(Reader.Names), MemberType = typeof(Reader))]
    public void Hostile_texts_are_answered_soon(string name)
    {
        Reader reader = Reader.Of(name);
        using var scratch = new ScratchFolder();
        foreach ((string what, byte[] text) in Hostile())
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            var watch = Stopwatch.StartNew();
            try
            {
                reader.Read(text, scratch.Path);
            }
            catch (Exception e) when (Reader.IsAnswer(e))
            {
                Assert.True(e.Message.Length < 2000, $"{what}: a message of {e.Message.Length} characters");
                Assert.DoesNotContain("root:", e.Message, StringComparison.Ordinal);
            }
            catch (Exception e)
            {
                Assert.Fail($"{what}: {e}");
            }

            Assert.True(watch.Elapsed.TotalSeconds < MostSeconds, $"{what}: {watch.Elapsed.TotalSeconds:0.0} s");
            Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < MostMemory, $"{what}: more than 1 GB");
        }

        Form.Report($"texts made to do harm, to the reader of {name}", string.Create(CultureInfo.InvariantCulture, $"{Hostile().Count()} texts, each answered within {MostSeconds} s"));
    }

    private static IEnumerable<(string What, byte[] Text)> Hostile()
    {
        foreach ((string what, string text) in Texts())
        {
            yield return (what, Encoding.UTF8.GetBytes(text));
        }

        yield return ("no text", []);
        yield return ("zeros", new byte[1 << 20]);
        yield return ("UTF-16", Encoding.Unicode.GetPreamble().Concat(Encoding.Unicode.GetBytes("years: 1984")).ToArray());
        yield return ("no UTF-8", [.. Enumerable.Repeat((byte)0xFF, 5000)]);
    }

    private static IEnumerable<(string What, string Text)> Texts()
    {
        yield return ("deep brackets", Repeat("["));
        yield return ("deep brackets, closed", Repeat("[") + Repeat("]"));
        yield return ("deep brackets of a value", "scenes: " + Repeat("[") + Repeat("]"));
        yield return ("deep objects", Repeat("{\"a\":"));
        yield return ("deep mappings", "features: " + Repeat("{a: ") + Repeat("}"));
        yield return ("deep lists of YAML", string.Concat(Enumerable.Range(0, 2000).Select(i => new string(' ', i) + "-\n")));
        yield return ("deep parentheses", Repeat("(") + "1" + Repeat(")"));
        yield return ("deep elements", Repeat("<a>"));
        yield return ("deep groups", Repeat("GROUP = A\n"));
        yield return ("many denials", Repeat("NOT ") + "a = 1");
        yield return ("a long chain", "a = 1" + Repeat(" AND a = 1"));
        yield return ("deep functions", Repeat("CASEI(") + "'a'" + Repeat(")"));
        yield return ("deep arithmetic", "a = 1" + Repeat("+1") + Repeat("*-1"));
        yield return ("deep collections", Feature(string.Concat(Enumerable.Repeat("{\"type\":\"GeometryCollection\",\"geometries\":[", 20_000))));
        yield return ("deep coordinates", Feature("{\"type\":\"Polygon\",\"coordinates\":" + Repeat("[") + Repeat("]") + "}"));
        yield return ("numbers beyond all", Feature("{\"type\":\"Polygon\",\"coordinates\":[[[1e999,0],[0,-1e999],[1,1],[1e999,0]]]}"));
        yield return ("a number of 100 000 digits", "{\"a\": " + Repeat("9") + "}");
        yield return ("half a character", "{\"a\": \"\\ud800\"}");
        yield return ("one long line", new string('a', 3 << 20));
        yield return ("one long value", "scenes: " + new string('a', 3 << 20));
        yield return ("many keys", string.Concat(Enumerable.Range(0, 50_000).Select(i => string.Create(CultureInfo.InvariantCulture, $"k{i}: 1\n"))));
        string aliases = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + string.Concat(Enumerable.Range(1, 12).Select(i => string.Create(CultureInfo.InvariantCulture, $"a{i}: &a{i} [{string.Join(", ", Enumerable.Repeat($"*a{i - 1}", 10))}]\n")));
        yield return ("aliases of aliases", aliases);
        yield return ("aliases of aliases as a key", aliases + "? *a12\n: x\n");
        yield return ("aliases of aliases as a value", aliases + "scenes: *a12\n");
        yield return ("an alias within itself", "scenes: &a [*a]\n");
        yield return ("an alias of nothing", "scenes: *nothing\n");
        yield return ("types", "scenes: !!System.Diagnostics.Process {StartInfo: sh}\nyears: !<tag:yaml.org,2002:python/object/apply:os.system> [ls]\n");
        yield return ("a file of others", "<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><a><b>&x;</b></a>");
        string entities = "<!ENTITY e0 \"xxxxxxxxxx\">" + string.Concat(Enumerable.Range(1, 12).Select(i => string.Create(CultureInfo.InvariantCulture, $"<!ENTITY e{i} \"{string.Concat(Enumerable.Repeat($"&e{i - 1};", 10))}\">")));
        yield return ("entities of entities", $"<?xml version=\"1.0\"?><!DOCTYPE a [{entities}]><a><b>&e12;</b></a>");
    }

    private static string Feature(string geometry) => "{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Feature\",\"properties\":{\"name\":\"a\",\"class\":\"irrigated\"},\"geometry\":" + geometry;

    private static string Repeat(string text) => string.Concat(Enumerable.Repeat(text, Deep));
}
