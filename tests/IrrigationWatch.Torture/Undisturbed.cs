using System.Diagnostics;
using IrrigationWatch.TestSupport;

[assembly: AssemblyFixture(typeof(MadeOnce<IrrigationWatch.Torture.Undisturbed>))]

namespace IrrigationWatch.Torture;

/// <summary>A simulated corridor of two years, and the results and the time of a run that nothing disturbed; each disturbed run must end with the same bytes.</summary>
public sealed class Undisturbed : IDisposable
{
    private readonly TinyCorridor corridor = new();

    /// <summary>Measures a second run, as the first loads the program.</summary>
    public Undisturbed()
    {
        using var scratch = new ScratchFolder();
        var watch = Stopwatch.StartNew();
        Run(scratch.File("out")).Succeeds();
        Milliseconds = (int)watch.ElapsedMilliseconds;
        Bytes = Directory.GetFiles(scratch.File("out"), "*", SearchOption.AllDirectories).Sum(file => new FileInfo(file).Length);
    }

    /// <summary>What is run.</summary>
    internal string Configuration => corridor.Configuration;

    /// <summary>How long a run takes.</summary>
    internal int Milliseconds { get; }

    /// <summary>Bytes of a finished output folder.</summary>
    internal long Bytes { get; }

    public void Dispose() => corridor.Dispose();

    /// <summary>Runs into a folder.</summary>
    internal CommandResult Run(string output) => CommandLine.RunAsProcess("run", Configuration, "-o", output);

    /// <summary>Asserts that a folder holds what an undisturbed run leaves, and nothing else.</summary>
    internal void AssertSame(string output)
    {
        SimulatedCorridor.AssertSame(corridor.Reference, output);
        Assert.Empty(Directory.GetFiles(output, "*-partial*", SearchOption.AllDirectories));
        Assert.False(Directory.Exists(Path.Combine(output, ".work", "scratch")));
    }
}
