using System.Text.RegularExpressions;
using IrrigationWatch.Simulator;

namespace IrrigationWatch.TestSupport;

/// <summary>A small simulated corridor of three years, made once for all tests that only read it.</summary>
public sealed class SmallCorridor() : SimulatedCorridor(2011, 2013, 160, 140, null);

/// <summary>The smallest that has every step, run hundreds of times: two tiles, two years, two sensors. A time-lapse, the slowest to draw, is left to the full form.</summary>
public sealed class TinyCorridor() : SimulatedCorridor(2012, 2013, 280, 64, Form.IsFull ? null : "[csv, geojson, ndjson, json, parquet, geopackage, cog, stac, charts, report]");

/// <summary>A simulated corridor of several tiles, which can be cut into pieces; of its results tables, maps and polygons are published.</summary>
public sealed class WideCorridor() : SimulatedCorridor(2011, 2012, 300, 280, "[csv, geojson, cog]");

/// <summary>A simulated corridor and the results of an uninterrupted run.</summary>
public abstract class SimulatedCorridor : IDisposable
{
    private readonly ScratchFolder scratch = new();

    protected SimulatedCorridor(int firstYear, int lastYear, int width, int height, string? publish)
    {
        Folder = scratch.File("corridor");
        Corridor.Make(Folder, firstYear, lastYear, seed: 5, width: width, height: height, Repository.Sample("zones", "countries.geojson"), _ => { });
        // Small trees: what is tested is the way of the data, not the model, and tests run it many times.
        SetModel(Configuration, "labels: labels.geojson, trainer: lightgbm, trees: 10, leaves: 8");
        if (publish is not null)
        {
            Publish(Configuration, publish);
        }

        Reference = Path.Combine(Folder, "reference");
        FirstRun = CommandLine.Run("run", Configuration, "-o", Reference).Succeeds();
    }

    internal string Folder { get; }

    /// <summary>Output of one uninterrupted run over all scenes.</summary>
    internal string Reference { get; }

    internal CommandResult FirstRun { get; }

    internal string Configuration => Path.Combine(Folder, "irrigation.yaml");

    /// <summary>A folder with the same configuration but fewer formats and scenes of its own, as copies, so that they can be taken away or spoilt.</summary>
    /// <param name="folder">Where to.</param>
    /// <param name="isModelGiven">Takes the model that the reference trained, for what is not about training.</param>
    internal string CopyTo(string folder, bool isModelGiven = false)
    {
        Directory.CreateDirectory(Path.Combine(folder, "scenes"));
        foreach (string file in Directory.GetFiles(Folder))
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        }

        foreach (string scene in Directory.GetFiles(Path.Combine(Folder, "scenes")))
        {
            File.Copy(scene, Path.Combine(folder, "scenes", Path.GetFileName(scene)));
        }

        // What has no bearing on scenes is published once, by the reference, and by the runs that are killed.
        string configuration = Path.Combine(folder, "irrigation.yaml");
        Publish(configuration, "[csv, geojson, cog, charts, report]");
        if (isModelGiven)
        {
            File.Copy(Path.Combine(Reference, "model.zip"), Path.Combine(folder, "given.zip"));
            SetModel(configuration, "file: given.zip");
        }

        return configuration;
    }

    /// <summary>Changes what a configuration publishes.</summary>
    internal static void Publish(string configuration, string formats) =>
        Replace(configuration, "publish: .*", "publish: " + formats);

    /// <summary>Changes how a configuration comes to its model.</summary>
    internal static void SetModel(string configuration, string model) =>
        Replace(configuration, "model: .*", $"model: {{ {model} }}");

    private static void Replace(string configuration, string pattern, string line)
    {
        string text = File.ReadAllText(configuration);
        Assert.Matches(pattern, text);
        File.WriteAllText(configuration, Regex.Replace(text, pattern, line));
    }

    /// <summary>Published files by name, run.json (which holds timings) and working files left out.</summary>
    internal static SortedDictionary<string, byte[]> Published(string output)
    {
        var files = new SortedDictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (string file in Directory.GetFiles(output, "*", SearchOption.AllDirectories))
        {
            string name = Path.GetRelativePath(output, file);
            if (name != "run.json" && !name.StartsWith(".work", StringComparison.Ordinal))
            {
                files.Add(name, File.ReadAllBytes(file));
            }
        }

        return files;
    }

    internal static void AssertSame(string expected, string actual)
    {
        SortedDictionary<string, byte[]> left = Published(expected);
        SortedDictionary<string, byte[]> right = Published(actual);
        Assert.Equal(left.Keys, right.Keys);
        foreach (string name in left.Keys)
        {
            Assert.True(left[name].AsSpan().SequenceEqual(right[name]), $"{name} differs");
        }
    }

    public void Dispose()
    {
        scratch.Dispose();
        GC.SuppressFinalize(this);
    }
}
