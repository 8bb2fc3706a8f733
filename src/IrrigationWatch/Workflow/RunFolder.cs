using System.Globalization;
using IrrigationWatch.Rasters;
using IrrigationWatch.Workflow.Storage;

namespace IrrigationWatch.Workflow;

/// <summary>
/// The results of a run: where steps write, where they read, and a lock that keeps a second run out. In a folder of a disk a run reads and
/// writes the files themselves. Workers that make single years at the same time, and all who write to object storage, write into a folder
/// of their own first; each step's files get their place when the step is done.
/// </summary>
internal sealed class RunFolder : IDisposable
{
    internal const string StepFolder = Work + "/steps";

    private const string Work = ".work";
    private const string HolderFile = "holder";
    private const string Workers = Work + "/workers";

    /// <summary>Steps of earlier versions, which were in a database.</summary>
    private static readonly string[] Outdated = ["steps.db", "steps.db-wal", "steps.db-shm"];

    private readonly FileStream? gate;
    private readonly string? own;
    private readonly HashSet<string> written = new(StringComparer.Ordinal);

    /// <summary>Opens the results.</summary>
    /// <param name="output">A folder, or an address in object storage.</param>
    /// <param name="access">Who works on them.</param>
    /// <param name="scratch">A folder of this machine for files until they get their place; null for one beside the results, or for that of the system.</param>
    internal RunFolder(string output, RunAccess access = RunAccess.Alone, string? scratch = null)
    {
        Access = access;
        Store = FileStore.Of(output);
        Place = Store.Place;
        if (Store.IsDisk && access != RunAccess.Look)
        {
            gate = Enter(Place, access);
        }

        if (access != RunAccess.Alone || !Store.IsDisk)
        {
            string parent = scratch is not null ? Path.GetFullPath(scratch) : Store.IsDisk ? Path.Combine(Place, Workers) : Path.GetTempPath();
            own = Path.Combine(parent, WorkerFolder.NewName());
        }

        Root = own ?? Place;
        Scratch = Path.Combine(Root, Work, "scratch");
        if (own is null)
        {
            RemoveLeftovers();
        }

        if (access != RunAccess.Look)
        {
            WorkerFolder.Create(Scratch);
        }
    }

    /// <summary>The results as a user names them.</summary>
    internal string Place { get; }

    /// <summary>Who works on them.</summary>
    internal RunAccess Access { get; }

    /// <summary>Where results get their place.</summary>
    internal FileStore Store { get; }

    /// <summary>The folder of this machine into which steps write.</summary>
    internal string Root { get; }

    internal string Scratch { get; }

    /// <summary>The catalogue of the run's own.</summary>
    internal static string CatalogueFile => Work + "/catalogue.db";

    internal static string YearFile(int year, string name) => string.Create(CultureInfo.InvariantCulture, $"years/{year}/{name}");

    /// <summary>What the classifier said of a year, before smoothing.</summary>
    internal static string ClassFile(int year) => string.Create(CultureInfo.InvariantCulture, $".work/classes/{year}.tif");

    internal static string PictureFile(int year) => string.Create(CultureInfo.InvariantCulture, $"charts/irrigated-{year}.png");

    /// <summary>Where a step writes a file.</summary>
    internal string Target(string name) => Path.Combine(Root, name);

    /// <summary>Where a raster is read: here where this process made it, else where the results are, of which only what is needed comes over a network.</summary>
    internal string Raster(string name) => own is not null && !written.Contains(name) ? Store.PathOf(name) : Target(name);

    /// <summary>A file of this machine with the content of a result; fetched once.</summary>
    internal string Local(string name)
    {
        if (own is null || written.Contains(name))
        {
            return Target(name);
        }

        if (Store.IsDisk)
        {
            return Store.PathOf(name);
        }

        if (!File.Exists(Target(name)) && Store.Find(name) is not null)
        {
            Store.Get(name, Target(name));
        }

        return Target(name);
    }

    /// <summary>Gives a file that a step has made its place.</summary>
    internal void Publish(string name)
    {
        if (own is null)
        {
            return;
        }

        Store.Put(Target(name), name);
        if (!Store.IsDisk)
        {
            written.Add(name);
        }
    }

    /// <summary>Gives a file that belongs to no step its place, if it is there; without it the next run takes longer, no more.</summary>
    internal void Keep(string name)
    {
        if (own is null || !File.Exists(Target(name)))
        {
            return;
        }

        try
        {
            Store.Put(Target(name), name);
        }
        catch (InputException e)
        {
            System.Diagnostics.Debug.WriteLine(e.Message);
        }
    }

    /// <summary>Writes a file that belongs to no step, unless it is there with this text.</summary>
    internal void WriteText(string name, string text)
    {
        if (Store.ReadText(name) != text)
        {
            Store.WriteText(name, text);
        }

        if (own is not null && !Store.IsDisk)
        {
            AtomicFile.WriteText(Target(name), text);
            written.Add(name);
        }
    }

    public void Dispose()
    {
        WorkerFolder.Remove(own ?? Scratch);
        if (gate is { CanWrite: true })
        {
            AtomicFile.TryDelete(Path.Combine(Place, Work, HolderFile));
        }

        gate?.Dispose();
    }

    private static FileStream Enter(string output, RunAccess access)
    {
        string work = Path.Combine(output, Work);
        WorkerFolder.Create(work);
        string file = Path.Combine(work, "lock");
        try
        {
            bool shared = access == RunAccess.Shared;
            if (shared && !File.Exists(file))
            {
                using (new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite))
                {
                    // To share it, it must be there.
                }
            }

            if (shared)
            {
                return new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read);
            }

            var gate = new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            try
            {
                // For those who come in vain. The lock itself goes with the process, whatever stands here.
                File.WriteAllText(Path.Combine(work, HolderFile), string.Create(CultureInfo.InvariantCulture, $"process {Environment.ProcessId} on {Environment.MachineName}"));
                return gate;
            }
            catch
            {
                gate.Dispose();
                throw;
            }
        }
        catch (UnauthorizedAccessException e)
        {
            throw AtomicFile.CannotWrite(output, e);
        }
        catch (IOException e)
        {
            throw IsFull(e) ? AtomicFile.CannotWrite(output, e) : new InputException(output, $"another run is working in this folder ({Holder(work)}), or it cannot be written; wait for it, or choose another folder with --output", e);
        }
    }

    /// <summary>True where a disk has no room for a file, or takes none: full, read-only, a quota (of Linux, of others), full on Windows.</summary>
    private static bool IsFull(IOException e) => (e.HResult & 0xFFFF) is 28 or 30 or 122 or 69 or 112;

    /// <summary>Who holds a lock, as far as the file says.</summary>
    private static string Holder(string work)
    {
        try
        {
            string file = Path.Combine(work, HolderFile);
            return File.Exists(file) ? File.ReadAllText(file) : "workers of a plan";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "who cannot be read";
        }
    }

    /// <summary>Partial files and scratch of runs that were killed.</summary>
    private void RemoveLeftovers()
    {
        WorkerFolder.Remove(Scratch);
        WorkerFolder.Remove(Path.Combine(Place, Workers));
        foreach (string file in Outdated)
        {
            AtomicFile.TryDelete(Path.Combine(Place, Work, file));
        }

        foreach (string partial in Directory.EnumerateFiles(Root, "*" + AtomicFile.PartialEnding + "*", SearchOption.AllDirectories))
        {
            AtomicFile.TryDelete(partial);
        }
    }
}

/// <summary>Who works on the results of a run.</summary>
internal enum RunAccess
{
    /// <summary>A run, and no one else.</summary>
    Alone,

    /// <summary>One of many workers at the same time, which no run may disturb.</summary>
    Shared,

    /// <summary>One who reads, at any time.</summary>
    Look,
}
