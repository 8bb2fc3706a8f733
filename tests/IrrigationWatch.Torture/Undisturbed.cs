using System.Diagnostics;
using IrrigationWatch.TestSupport;

[assembly: AssemblyFixture(typeof(MadeOnce<IrrigationWatch.Torture.Undisturbed>))]

namespace IrrigationWatch.Torture;

/// <summary>A simulated corridor of two years, and the results and the time of a run that nothing disturbed; each disturbed run must end with the same bytes.</summary>
public sealed class Undisturbed : IDisposable
{
    private readonly TinyCorridor corridor = new();
    private readonly ScratchFolder scratch = new();
    private readonly string reference;

    /// <summary>Measures a run.</summary>
    public Undisturbed()
    {
        Configuration = corridor.Configuration;
        if (!Form.IsFull)
        {
            // Training is most of so small a run. It is killed in RunTests of the acceptance tests, and everywhere in the full form; here its model is given.
            Configuration = Path.Combine(corridor.Folder, "given.yaml");
            File.Copy(corridor.Configuration, Configuration);
            SimulatedCorridor.SetModel(Configuration, "file: reference/model.zip");
        }

        reference = scratch.File("out");
        var watch = Stopwatch.StartNew();
        Run(reference).Succeeds();
        Milliseconds = (int)watch.ElapsedMilliseconds;
        Bytes = Directory.GetFiles(reference, "*", SearchOption.AllDirectories).Sum(file => new FileInfo(file).Length);
    }

    /// <summary>What is run.</summary>
    internal string Configuration { get; }

    /// <summary>What is run, from labels to a model, and the results of it.</summary>
    internal SimulatedCorridor FromLabels => corridor;

    /// <summary>How long a run takes.</summary>
    internal int Milliseconds { get; }

    /// <summary>Bytes of a finished output folder.</summary>
    internal long Bytes { get; }

    public void Dispose()
    {
        scratch.Dispose();
        corridor.Dispose();
    }

    /// <summary>Runs into a folder, as a process.</summary>
    internal CommandResult Run(string output) => CommandLine.RunAsProcess("run", Configuration, "-o", output);

    /// <summary>Asserts that a folder holds what an undisturbed run leaves, and nothing else.</summary>
    internal void AssertSame(string output)
    {
        SimulatedCorridor.AssertSame(reference, output);
        Assert.Empty(Directory.GetFiles(output, "*-partial*", SearchOption.AllDirectories));
        Assert.False(Directory.Exists(Path.Combine(output, ".work", "scratch")));
    }
}
