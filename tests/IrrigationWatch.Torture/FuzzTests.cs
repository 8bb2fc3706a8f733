using System.Diagnostics;
using System.Globalization;
using System.Text;
using IrrigationWatch.TestSupport;
using IrrigationWatch.Torture.Fuzzing;

namespace IrrigationWatch.Torture;

/// <summary>
/// Every reader of ours is given inputs that were changed at random, guided by the branches that they take where the assemblies are instrumented. It reads
/// them or says what is wrong with them, and never crashes, hangs or takes all memory.
/// </summary>
public class FuzzTests
{
    private const long MostMemory = 1L << 30;
    private const int MostSeconds = 10;
    private const int LargestInput = 64 << 10;

    /// <summary>Readers in which something was found once.</summary>
    public static TheoryData<string> Found => [.. Directory.GetDirectories(FindingsFolder).Select(folder => Path.GetFileName(folder).Replace('-', ' ')).Order(StringComparer.Ordinal)];

    private static string FindingsFolder => Path.Combine(Repository.Root, "tests", "IrrigationWatch.Torture", "Findings");

    [Theory]
    [MemberData(nameof(Reader.Names), MemberType = typeof(Reader))]
    public void A_reader_reads_or_says_what_is_wrong(string name)
    {
        Reader reader = Reader.Of(name);
        using var scratch = new ScratchFolder();
        string folder = scratch.File("own");
        Directory.CreateDirectory(folder);
        byte[] current = [];
        int done = 0;
        Exception? ended = null;
        var findings = new SortedDictionary<string, byte[]>(StringComparer.Ordinal);
        int branches = 0;
        int corpus = 0;
        int cases = Form.Cases(200, 20_000);
        var thread = new Thread(() =>
        {
            try
            {
                (branches, corpus) = Fuzz(reader, folder, cases, findings, ref current, ref done);
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                ended = e;
            }
        })
        { IsBackground = true };
        thread.Start();
        int before = -1;
        while (!thread.Join(TimeSpan.FromSeconds(MostSeconds)))
        {
            int now = Volatile.Read(ref done);
            Assert.True(now != before, $"{name}: no answer within {MostSeconds} s; the input: {Show(current)}");
            before = now;
        }

        Assert.Null(ended);
        Assert.True(findings.Count == 0, string.Join("\n\n", findings.Select(finding => $"{finding.Key}\nthe input: {Show(finding.Value)}")));
        Form.Report($"fuzzing of {name}", string.Create(CultureInfo.InvariantCulture, $"{cases} cases{(branches > 0 ? $", {branches} branches, {corpus} inputs that found new ones" : string.Empty)}: no finding"));
    }

    /// <summary>What was found once is tried for ever.</summary>
    [Theory]
    [MemberData(nameof(Found))]
    public void What_was_found_stays_mended(string name)
    {
        Reader reader = Reader.Of(name);
        using var scratch = new ScratchFolder();
        foreach (string file in Directory.GetFiles(Path.Combine(FindingsFolder, name.Replace(' ', '-'))))
        {
            string? finding = Try(reader, File.ReadAllBytes(file), scratch.Path);
            Assert.True(finding is null, $"{file}: {finding}");
        }
    }

    private static (int Branches, int Corpus) Fuzz(Reader reader, string folder, int cases, SortedDictionary<string, byte[]> findings, ref byte[] current, ref int done)
    {
        var random = new Random(Form.Seed);
        var mutator = new Mutator(random);
        var coverage = new Coverage();
        var corpus = new List<byte[]>(reader.Corpus.Select(input => input.Length <= LargestInput ? input : input[..LargestInput]));
        Assert.NotEmpty(corpus);
        int given = corpus.Count;
        for (int i = 0; i < cases; i++)
        {
            byte[] input = current = i < given ? corpus[i] : mutator.Mutate(corpus[random.Next(corpus.Count)], corpus[random.Next(corpus.Count)], LargestInput);
            Coverage.Begin();
            string? finding = Try(reader, input, folder);
            bool isNew = coverage.IsNew();
            if (i < given)
            {
                Assert.True(finding is null, $"{reader.Name}: an input of the corpus itself: {finding}");
            }
            else if (finding is not null)
            {
                findings.TryAdd(finding, input);
                Keep(reader, input);
            }
            else if (isNew)
            {
                corpus.Add(input);
            }

            Volatile.Write(ref done, i + 1);
        }

        return (coverage.Branches, corpus.Count - given);
    }

    /// <summary>Reads an input; what is wrong with the reader, else null.</summary>
    private static string? Try(Reader reader, byte[] input, string folder)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        var watch = Stopwatch.StartNew();
        try
        {
            reader.Read(input, folder);
        }
        catch (Exception e)
        {
            if (!Reader.IsAnswer(e))
            {
                return $"{e.GetType().Name}: {e.Message}\n{string.Join('\n', (e.StackTrace ?? string.Empty).Split('\n').Take(6))}";
            }

            if (e.Message.Length is 0 or > 100_000)
            {
                return $"a message of {e.Message.Length} characters";
            }
        }

        long taken = GC.GetAllocatedBytesForCurrentThread() - before;
        return watch.Elapsed.TotalSeconds > MostSeconds ? string.Create(CultureInfo.InvariantCulture, $"took {watch.Elapsed.TotalSeconds:0} s")
            : taken > MostMemory ? $"took {taken} bytes of memory"
            : null;
    }

    private static void Keep(Reader reader, byte[] input)
    {
        if (Environment.GetEnvironmentVariable("IRRIGATIONWATCH_FINDINGS") is string folder)
        {
            string place = Path.Combine(folder, reader.Name.Replace(' ', '-'));
            Directory.CreateDirectory(place);
            File.WriteAllBytes(Path.Combine(place, Digest.OfTexts(Convert.ToHexString(input))[..16]), input);
        }
    }

    private static string Show(byte[] input)
    {
        string text = Encoding.UTF8.GetString(input.AsSpan(0, Math.Min(input.Length, 400)));
        return $"{input.Length} bytes, base64 {Convert.ToBase64String(input.AsSpan(0, Math.Min(input.Length, 300)))}\n{text}";
    }
}
