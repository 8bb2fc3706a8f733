using IrrigationWatch.Landsat;

namespace IrrigationWatch.Workflow.Storage;

/// <summary>
/// Files below one place: a folder of a disk, or a prefix in object storage. A file appears under its name when it is whole, and takes the
/// place of one that was there; nothing is locked. Names are relative, with <c>/</c>.
/// </summary>
internal abstract class FileStore
{
    /// <summary>The place as a user names it: an absolute path, or an address.</summary>
    internal abstract string Place { get; }

    /// <summary>True where files lie in a folder.</summary>
    internal bool IsDisk => this is DiskStore;

    /// <summary>Opens a place.</summary>
    /// <param name="place">A folder, or an address as <c>s3://bucket/prefix</c>.</param>
    /// <exception cref="InputException">Nothing can be written to such an address.</exception>
    internal static FileStore Of(string place) => RemotePath.IsAddress(place) ? new ObjectStore(place) : new DiskStore(place);

    /// <summary>The place in full: what a folder is relative to does not matter any more.</summary>
    internal static string FullPlace(string place) => RemotePath.IsAddress(place) ? place.TrimEnd('/') : Path.GetFullPath(place);

    /// <summary>The file as GDAL reads it.</summary>
    internal abstract string PathOf(string name);

    /// <summary>The file as a user would name it, for messages.</summary>
    internal abstract string NameOf(string name);

    /// <summary>A file's length, and what changes when it changes; null where there is none.</summary>
    internal abstract FileState? Find(string name);

    /// <summary>A file's content; null where there is none.</summary>
    /// <exception cref="InputException">It is there and cannot be read.</exception>
    internal abstract string? ReadText(string name);

    /// <summary>Writes a file.</summary>
    /// <exception cref="InputException">It cannot be written.</exception>
    internal abstract void WriteText(string name, string text);

    /// <summary>Gives a file that was made elsewhere its place here; it may be gone from there.</summary>
    /// <exception cref="InputException">It cannot be written.</exception>
    internal abstract void Put(string file, string name);

    /// <summary>Writes a copy of a file to a disk.</summary>
    /// <exception cref="InputException">It cannot be read, or the copy not be written.</exception>
    internal abstract void Get(string name, string file);

    /// <summary>Names of the files directly in a folder, sorted; empty where there is none.</summary>
    internal abstract IReadOnlyList<string> List(string folder);

    /// <summary>Names of all files below a folder, relative to it, sorted; empty where there is none.</summary>
    internal abstract IReadOnlyList<string> ListAll(string folder);

    /// <summary>Removes a file, and folders that are empty then; does nothing where it is not there.</summary>
    /// <exception cref="InputException">It is there and cannot be removed.</exception>
    internal abstract void Delete(string name);

    /// <summary>Removes a folder with all that is in it, as far as possible.</summary>
    internal abstract void Remove(string folder);

    /// <summary>
    /// Tells of many files at once which are there: where each question is a request to a server, by one listing of a folder.
    /// </summary>
    /// <param name="folder">The folder.</param>
    /// <returns>Finds files of the folder as they were at this moment; lengths may be unknown.</returns>
    internal abstract Func<string, FileState?> Snapshot(string folder);
}

/// <summary>A file as it is at a moment.</summary>
/// <param name="Length">Bytes; null where it was not asked for.</param>
/// <param name="Version">What changes when the file changes: its time of last change, or the tag that a server gives it.</param>
internal sealed record FileState(long? Length, string Version);
