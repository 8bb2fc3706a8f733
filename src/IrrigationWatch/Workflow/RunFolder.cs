using System.Globalization;
using IrrigationWatch.Rasters;

namespace IrrigationWatch.Workflow;

/// <summary>The output folder of a run: where files lie, and a lock that keeps a second run out.</summary>
internal sealed class RunFolder : IDisposable
{
    private readonly FileStream gate;

    internal RunFolder(string output)
    {
        Root = output;
        try
        {
            Directory.CreateDirectory(Work);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw AtomicFile.CannotWrite(output, e);
        }

        try
        {
            gate = new FileStream(Path.Combine(Work, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (UnauthorizedAccessException e)
        {
            throw AtomicFile.CannotWrite(output, e);
        }
        catch (IOException e)
        {
            throw new InputException(output, "another run is working in this folder, or it cannot be written; wait for it, or choose another folder with --output", e);
        }

        RemoveLeftovers();
    }

    /// <summary>The folder.</summary>
    internal string Root { get; }

    internal string Scratch => Path.Combine(Work, "scratch");

    internal string CatalogueFile => Path.Combine(Work, "catalogue.db");

    internal string StepFile => Path.Combine(Work, "steps.db");

    private string Work => Path.Combine(Root, ".work");

    internal static string YearFile(int year, string name) => string.Create(CultureInfo.InvariantCulture, $"years/{year}/{name}");

    /// <summary>What the classifier said of a year, before smoothing.</summary>
    internal static string ClassFile(int year) => string.Create(CultureInfo.InvariantCulture, $".work/classes/{year}.tif");

    internal static string PictureFile(int year) => string.Create(CultureInfo.InvariantCulture, $"charts/irrigated-{year}.png");

    internal string File(string relative) => Path.Combine(Root, relative);

    public void Dispose()
    {
        if (Directory.Exists(Scratch))
        {
            Directory.Delete(Scratch, recursive: true);
        }

        gate.Dispose();
    }

    /// <summary>Partial files and scratch of a run that was killed.</summary>
    private void RemoveLeftovers()
    {
        if (Directory.Exists(Scratch))
        {
            Directory.Delete(Scratch, recursive: true);
        }

        Directory.CreateDirectory(Scratch);
        foreach (string partial in Directory.EnumerateFiles(Root, "*" + AtomicFile.PartialEnding + "*", SearchOption.AllDirectories))
        {
            AtomicFile.TryDelete(partial);
        }
    }
}
