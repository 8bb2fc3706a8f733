// Mutation testing: small faults are put into Kernels, Areas and Classification, one at a time and at random places, and the tests must find them.
// usage: IrrigationWatch.Mutation REPOSITORY WORK MINUTES SEED [PART]
//   WORK: a folder for copies; PART: only faults at places (Folder/File.cs:line) that begin with it. Prints a table, and the faults that no test found.
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using IrrigationWatch.Mutation;

string root = args[0];
string work = args[1];
var time = TimeSpan.FromMinutes(double.Parse(args[2], CultureInfo.InvariantCulture));
int seed = int.Parse(args[3], CultureInfo.InvariantCulture);
string part = args.Length > 4 ? args[4] : "";
string[] folders = ["Areas", "Classification", "Kernels"];

// What is tested is what the files hold now, also where they are changed meanwhile.
Dictionary<string, string> files = folders.SelectMany(folder => Directory.GetFiles(Path.Combine(root, Workplace.Source, folder), "*.cs").Order(StringComparer.Ordinal)).ToDictionary(file => Path.GetRelativePath(root, file), File.ReadAllText);
Mutant[] all = [.. files.SelectMany(file => Mutants.Of(file.Key, file.Value)).Where(mutant => mutant.Place.StartsWith(part, StringComparison.Ordinal))];
new Random(seed).Shuffle(all);

Workplace[] workplaces = [.. Enumerable.Range(0, Math.Max(1, Environment.ProcessorCount)).Select(number => new Workplace(root, Path.Combine(work, $"worker{number}")))];
await InParallel(place => place.Prepare());
TestMap map = await FindWhatTestsCome();
var watch = Stopwatch.StartNew();
var queue = new ConcurrentQueue<Mutant>(all);
var results = new ConcurrentQueue<(Mutant Mutant, Verdict Verdict)>();
await InParallel(place =>
{
    while (watch.Elapsed < time && queue.TryDequeue(out Mutant? mutant))
    {
        Verdict verdict = Judge(place, mutant);
        results.Enqueue((mutant, verdict));
        Console.Error.WriteLine($"{results.Count} after {watch.Elapsed.TotalMinutes:0.0} min: {verdict}: {mutant}");
    }
});

(Mutant Mutant, Verdict Verdict)[] compiled = [.. results.Where(result => result.Verdict != Verdict.NotCompiled)];
Console.WriteLine(FormattableString.Invariant($"{results.Count} of {all.Length} mutants, {compiled.Length} compiled"));
Console.WriteLine();
Console.WriteLine("| code | killed | timed out | survived | no test comes there | score | 95 % interval |");
Console.WriteLine("| --- | --- | --- | --- | --- | --- | --- |");
foreach (IGrouping<string, (Mutant Mutant, Verdict Verdict)> group in compiled.GroupBy(result => result.Mutant.Folder).OrderBy(group => group.Key, StringComparer.Ordinal))
{
    WriteRow(group.Key, [.. group.Select(result => result.Verdict)]);
}

WriteRow("together", [.. compiled.Select(result => result.Verdict)]);
Console.WriteLine();
foreach ((Mutant mutant, Verdict verdict) in compiled.Where(result => result.Verdict is Verdict.Survived or Verdict.NotCovered).OrderBy(result => result.Mutant.File, StringComparer.Ordinal).ThenBy(result => result.Mutant.Line))
{
    Console.WriteLine($"{verdict}: {mutant}");
}

return 0;

Task InParallel(Action<Workplace> what) => Task.WhenAll(workplaces.Select(place => Task.Run(() => what(place))));

// Each class of tests is run alone: how long it takes, and which blocks of code it comes to. Without a fault all tests must pass, or every fault would seem to be found.
async Task<TestMap> FindWhatTestsCome()
{
    var found = new TestMap(files);
    await InParallel(place =>
    {
        if (!place.Compile(found.Instrumented()))
        {
            throw new InvalidOperationException("the code that tells which blocks are run does not compile");
        }
    });
    var classes = new ConcurrentQueue<string>(workplaces[0].TestClasses());
    var failed = new ConcurrentQueue<string>();
    await InParallel(place =>
    {
        while (classes.TryDequeue(out string? tests))
        {
            string covered = Directory.CreateDirectory(Path.Combine(place.Folder, "covered", tests)).FullName;
            var clock = Stopwatch.StartNew();
            if (place.Test([tests], 900, covered) is not 0)
            {
                failed.Enqueue(tests);
            }

            found.Add(tests, clock.Elapsed.TotalSeconds, covered);
            Console.Error.WriteLine($"{tests}: {clock.Elapsed.TotalSeconds:0.0} s");
        }
    });
    if (!workplaces[0].Compile([]) || failed.Any(tests => workplaces[0].Test([tests], 900) is not 0))
    {
        throw new InvalidOperationException($"tests fail without any fault: {string.Join(", ", failed)}");
    }

    Console.Error.WriteLine($"no test comes to {string.Join(", ", found.NeverRun())}");
    return found;
}

Verdict Judge(Workplace place, Mutant mutant)
{
    if (!place.Compile([(mutant.File, mutant.Apply(files[mutant.File]))]))
    {
        return Verdict.NotCompiled;
    }

    IReadOnlyList<IReadOnlyList<string>> rounds = map.Rounds(mutant);
    foreach (IReadOnlyList<string> classes in rounds)
    {
        switch (place.Test(classes, (int)(20 + 4 * classes.Sum(map.Seconds))))
        {
            case null: return Verdict.TimedOut;
            case not 0: return Verdict.Killed;
        }
    }

    return rounds.Count > 0 ? Verdict.Survived : Verdict.NotCovered;
}

static void WriteRow(string name, Verdict[] verdicts)
{
    int Of(Verdict verdict) => verdicts.Count(one => one == verdict);
    int found = Of(Verdict.Killed) + Of(Verdict.TimedOut);
    // Wilson 1927.
    const double Z = 1.959964;
    double n = Math.Max(1, verdicts.Length), p = found / n, middle = (p + Z * Z / (2 * n)) / (1 + Z * Z / n), half = Z / (1 + Z * Z / n) * Math.Sqrt(p * (1 - p) / n + Z * Z / (4 * n * n));
    Console.WriteLine(FormattableString.Invariant($"| {name} | {Of(Verdict.Killed)} | {Of(Verdict.TimedOut)} | {Of(Verdict.Survived)} | {Of(Verdict.NotCovered)} | {100 * p:0.0} % | {100 * (middle - half):0.0}–{100 * (middle + half):0.0} % |"));
}

/// <summary>What became of a fault.</summary>
internal enum Verdict
{
    NotCompiled,
    Killed,
    TimedOut,
    Survived,
    NotCovered,
}
