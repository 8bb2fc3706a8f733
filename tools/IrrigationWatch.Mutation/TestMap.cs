using System.Collections.Concurrent;

namespace IrrigationWatch.Mutation;

/// <summary>Which classes of tests come to which blocks of code, and how long they take.</summary>
internal sealed class TestMap
{
    private readonly Dictionary<string, (string Text, IReadOnlyList<Block> Blocks, int First)> _files = [];
    private readonly ConcurrentDictionary<string, (double Seconds, bool[] Blocks)> _classes = [];
    private readonly int _count;

    internal TestMap(IReadOnlyDictionary<string, string> texts)
    {
        foreach ((string file, string text) in texts)
        {
            IReadOnlyList<Block> blocks = Blocks.Of(text);
            _files.Add(file, (text, blocks, _count));
            _count += blocks.Count;
        }
    }

    internal double Seconds(string tests) => _classes[tests].Seconds;

    /// <summary>All files, changed so that each process writes down which blocks it ran.</summary>
    internal IReadOnlyList<(string File, string Text)> Instrumented() =>
    [
        .. _files.Select(file => (file.Key, Blocks.Instrument(file.Value.Text, file.Value.Blocks, file.Value.First))),
        (Path.Combine(Workplace.Source, "BlocksRun.cs"), Coverage.Code(_count)),
    ];

    /// <summary>Adds a class of tests whose processes wrote the blocks they ran into a folder.</summary>
    internal void Add(string tests, double seconds, string folder)
    {
        bool[] blocks = new bool[_count];
        foreach (byte[] run in Directory.GetFiles(folder).Select(File.ReadAllBytes))
        {
            for (int block = 0; block < run.Length; block++)
            {
                blocks[block] |= run[block] != 0;
            }
        }

        _classes[tests] = (seconds, blocks);
    }

    /// <summary>Where the blocks begin that no test comes to.</summary>
    internal IEnumerable<string> NeverRun() =>
        from file in _files
        from index in Enumerable.Range(0, file.Value.Blocks.Count)
        where !_classes.Values.Any(tests => tests.Blocks[file.Value.First + index])
        select $"{Path.GetRelativePath(Workplace.Source, file.Key)}:{1 + file.Value.Text.AsSpan(0, file.Value.Blocks[index].Span.Start).Count('\n')}";

    /// <summary>The classes of tests that come to a fault, in the order in which they are tried: those that bear the file's name first, then the quick ones.</summary>
    internal IReadOnlyList<IReadOnlyList<string>> Rounds(Mutant mutant)
    {
        (_, IReadOnlyList<Block> blocks, int first) = _files[mutant.File];
        int inner = Enumerable.Range(0, blocks.Count).Where(index => blocks[index].Span.Contains(mutant.Span)).OrderBy(index => blocks[index].Span.Length).FirstOrDefault(-1);
        // What is in no block (a field's first value) is run by whoever runs anything of the file.
        Func<bool[], bool> comes = inner >= 0 ? run => run[first + inner] : run => run.AsSpan(first, blocks.Count).Contains(true);
        string named = $".{Path.GetFileNameWithoutExtension(mutant.File)}Tests";
        List<IReadOnlyList<string>> rounds = [];
        List<string> round = [];
        double limit = 6, sum = 0;
        foreach (string tests in _classes.Where(tests => comes(tests.Value.Blocks)).OrderBy(tests => tests.Key.EndsWith(named, StringComparison.Ordinal) ? 0 : tests.Value.Seconds).Select(tests => tests.Key))
        {
            if (round.Count > 0 && sum + Seconds(tests) > limit)
            {
                rounds.Add(round);
                (round, sum, limit) = ([], 0, limit * 3);
            }

            round.Add(tests);
            sum += Seconds(tests);
        }

        return round.Count > 0 ? [.. rounds, round] : rounds;
    }
}

/// <summary>How a process tells which blocks of code it ran.</summary>
internal static class Coverage
{
    /// <summary>The variable of the environment that names the folder into which each process writes a file at its end.</summary>
    internal const string Variable = "BLOCKS_RUN";

    /// <summary>The class that blocks call.</summary>
    internal static string Code(int blocks) => $$"""
        namespace IrrigationWatch;

        internal static class BlocksRun
        {
            private static readonly byte[] s_hits = Begin();

            [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.AggressiveInlining)]
            internal static void Hit(int block) => s_hits[block] = 1;

            private static byte[] Begin()
            {
                byte[] hits = new byte[{{blocks}}];
                if (System.Environment.GetEnvironmentVariable("{{Variable}}") is string folder)
                {
                    System.AppDomain.CurrentDomain.ProcessExit += (_, _) => System.IO.File.WriteAllBytes(System.IO.Path.Combine(folder, System.Guid.NewGuid().ToString("N")), hits);
                }

                return hits;
            }
        }
        """;
}
