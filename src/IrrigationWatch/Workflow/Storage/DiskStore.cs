using System.Globalization;
using IrrigationWatch.Rasters;

namespace IrrigationWatch.Workflow.Storage;

/// <summary>Files below a folder of a disk, which many machines may share.</summary>
internal sealed class DiskStore(string folder) : FileStore
{
    internal override string Place { get; } = Path.GetFullPath(folder);

    internal override string PathOf(string name) => Path.Combine(Place, name);

    internal override string NameOf(string name) => PathOf(name);

    internal override FileState? Find(string name)
    {
        var info = new FileInfo(PathOf(name));
        return info.Exists ? new FileState(info.Length, info.LastWriteTimeUtc.Ticks.ToString(CultureInfo.InvariantCulture)) : null;
    }

    internal override string? ReadText(string name)
    {
        try
        {
            return File.Exists(PathOf(name)) ? File.ReadAllText(PathOf(name)) : null;
        }
        catch (FileNotFoundException)
        {
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException(PathOf(name), $"cannot be read ({e.Message.TrimEnd('.')}); check the disk and the permissions", e);
        }
    }

    internal override void WriteText(string name, string text)
    {
        // Under a name of this process first: another may say the same at this moment.
        string own = Own(name);
        AtomicFile.WriteText(own, text);
        Rename(own, PathOf(name));
    }

    internal override void Put(string file, string name)
    {
        string own = Own(name);
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(own)!);
            // Renames, or copies first to the same disk where the file was made on another.
            File.Move(file, own, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            AtomicFile.TryDelete(own);
            throw AtomicFile.CannotWrite(PathOf(name), e);
        }

        Rename(own, PathOf(name));
    }

    internal override void Get(string name, string file) => AtomicFile.Write(file, target =>
    {
        using FileStream source = File.OpenRead(PathOf(name));
        source.CopyTo(target);
    });

    internal override IReadOnlyList<string> List(string folder) => Names(folder, SearchOption.TopDirectoryOnly);

    internal override IReadOnlyList<string> ListAll(string folder) => Names(folder, SearchOption.AllDirectories);

    internal override void Delete(string name)
    {
        try
        {
            File.Delete(PathOf(name));
            for (string? parent = Path.GetDirectoryName(PathOf(name)); parent is not null && parent.Length > Place.Length && Directory.Exists(parent) && !Directory.EnumerateFileSystemEntries(parent).Any(); parent = Path.GetDirectoryName(parent))
            {
                Directory.Delete(parent);
            }
        }
        catch (DirectoryNotFoundException)
        {
            // Then the file is not there.
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException(PathOf(name), $"cannot be removed ({e.Message.TrimEnd('.')}); check the permissions of the folder", e);
        }
    }

    internal override void Remove(string folder) => WorkerFolder.Remove(PathOf(folder));

    internal override Func<string, FileState?> Snapshot(string folder) => Find;

    private string[] Names(string folder, SearchOption depth) => Directory.Exists(PathOf(folder))
        ? [.. Directory.EnumerateFiles(PathOf(folder), "*", depth).Select(file => Path.GetRelativePath(PathOf(folder), file).Replace('\\', '/'))
            .Where(file => !file.EndsWith(AtomicFile.PartialEnding, StringComparison.Ordinal)).Order(StringComparer.Ordinal)]
        : [];

    private string Own(string name) => $"{PathOf(name)}.{Environment.MachineName}-{Environment.ProcessId}{AtomicFile.PartialEnding}";

    private static void Rename(string from, string to)
    {
        try
        {
            File.Move(from, to, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            AtomicFile.TryDelete(from);
            throw AtomicFile.CannotWrite(to, e);
        }
    }
}
