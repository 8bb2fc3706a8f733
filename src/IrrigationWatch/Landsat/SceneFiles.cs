using System.Formats.Tar;
using System.Globalization;
using System.IO.Compression;
using IrrigationWatch.Gdal;
using IrrigationWatch.Rasters;

namespace IrrigationWatch.Landsat;

/// <summary>
/// The files of one product wherever it lies: a folder, a .tar read in place through GDAL, or a .tar.gz, which allows no
/// random access and is unpacked into a scratch folder for as long as this object lives.
/// </summary>
internal sealed class SceneFiles : IDisposable
{
    private readonly Dictionary<string, string> paths = new(StringComparer.OrdinalIgnoreCase);
    private readonly string? scratch;

    private SceneFiles(string container, string? scratch = null)
    {
        Container = container;
        this.scratch = scratch;
    }

    /// <summary>The path the user gave.</summary>
    internal string Container { get; }

    /// <summary>File names without folders.</summary>
    internal IReadOnlyCollection<string> Names => paths.Keys;

    /// <summary>Ending of a product that is one file.</summary>
    internal static bool IsArchive(string path) =>
        path.EndsWith(".tar", StringComparison.OrdinalIgnoreCase) || IsCompressed(path);

    /// <summary>Opens a product.</summary>
    /// <param name="path">A folder, its MTL file, a .tar, .tar.gz or .tgz.</param>
    /// <param name="scratchRoot">Where compressed archives are unpacked; null for the system's temporary folder.</param>
    /// <exception cref="InputException">There is no such product or it is damaged.</exception>
    internal static SceneFiles Open(string path, string? scratchRoot)
    {
        if (path.StartsWith("/vsi", StringComparison.Ordinal))
        {
            return FromList(path, path, VirtualFileSystem.List(path));
        }

        if (Directory.Exists(path))
        {
            return FromFolder(path, path);
        }

        if (!File.Exists(path))
        {
            throw new InputException(path, "no such file or folder; check the path");
        }

        if (path.EndsWith("MTL.txt", StringComparison.OrdinalIgnoreCase))
        {
            return FromFolder(path, Path.GetDirectoryName(Path.GetFullPath(path))!);
        }

        if (IsCompressed(path))
        {
            return Unpack(path, scratchRoot ?? Path.GetTempPath());
        }

        return IsArchive(path) ? FromTar(path) : throw new InputException(path, "is no Landsat product; give a product's folder, .tar, .tar.gz or MTL.txt");
    }

    /// <summary>The path by which GDAL reads a file of the product, or null.</summary>
    internal string? Find(string name) => paths.GetValueOrDefault(name);

    /// <summary>The error for a file of the product that GDAL cannot read, by the name that it has in the product.</summary>
    internal InputException Unreadable(GdalException e)
    {
        string name = paths.FirstOrDefault(pair => pair.Value == e.File).Key ?? Path.GetFileName(e.File);
        return new InputException(Container, $"{name} cannot be read ({e.Reason}); download the product again", e);
    }

    public void Dispose()
    {
        if (scratch is not null && Directory.Exists(scratch))
        {
            Directory.Delete(scratch, recursive: true);
        }
    }

    private static bool IsCompressed(string path) =>
        path.EndsWith(".tar.gz", StringComparison.OrdinalIgnoreCase) || path.EndsWith(".tgz", StringComparison.OrdinalIgnoreCase);

    private static SceneFiles FromFolder(string container, string folder)
    {
        var files = new SceneFiles(container);
        // A product unpacked into a folder of its own, or one whose files lie in a folder below.
        bool flat = Directory.EnumerateFiles(folder).Any(file => file.EndsWith("_MTL.txt", StringComparison.OrdinalIgnoreCase));
        SearchOption depth = flat ? SearchOption.TopDirectoryOnly : SearchOption.AllDirectories;
        foreach (string file in Directory.EnumerateFiles(folder, "*", depth).Order(StringComparer.Ordinal))
        {
            files.paths.TryAdd(Path.GetFileName(file), file);
        }

        return files;
    }

    private static SceneFiles FromList(string container, string root, IEnumerable<string> names)
    {
        var files = new SceneFiles(container);
        foreach (string name in names)
        {
            files.paths.TryAdd(Path.GetFileName(name), $"{root}/{name}");
        }

        return files;
    }

    private static SceneFiles FromTar(string path)
    {
        var files = new SceneFiles(path);
        string full = Path.GetFullPath(path);
        string? last = null;
        using FileStream stream = File.OpenRead(path);
        try
        {
            using var tar = new TarReader(stream);
            while (tar.GetNextEntry() is TarEntry entry)
            {
                if (entry.DataOffset + entry.Length > stream.Length)
                {
                    throw CutShort(path, entry.Name);
                }

                if (IsFile(entry))
                {
                    // By offset rather than through /vsitar/, which knows fewer dialects of tar and lists the archive again for each file.
                    last = entry.Name;
                    files.paths.TryAdd(Path.GetFileName(entry.Name), string.Create(CultureInfo.InvariantCulture, $"/vsisubfile/{entry.DataOffset}_{entry.Length},{full}"));
                }
            }
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or FormatException)
        {
            throw CutShort(path, last, e);
        }

        return files;
    }

    private static SceneFiles Unpack(string path, string scratchRoot)
    {
        string scratch = Path.Combine(scratchRoot, "irrigationwatch-" + Guid.NewGuid().ToString("N"));
        var files = new SceneFiles(path, scratch);
        string? last = null;
        try
        {
            Directory.CreateDirectory(scratch);
            using FileStream stream = File.OpenRead(path);
            using var gzip = new GZipStream(stream, CompressionMode.Decompress);
            using var tar = new TarReader(gzip);
            while (tar.GetNextEntry() is TarEntry entry)
            {
                // Only the file's own name is used, so no member can be written outside the scratch folder.
                string name = Path.GetFileName(entry.Name);
                if (!IsFile(entry) || name.Length == 0 || files.paths.ContainsKey(name))
                {
                    continue;
                }

                last = name;
                string target = Path.Combine(scratch, name);
                entry.ExtractToFile(target, overwrite: false);
                if (new FileInfo(target).Length != entry.Length)
                {
                    throw CutShort(path, name);
                }

                files.paths.Add(name, target);
            }

            return files;
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or FormatException)
        {
            files.Dispose();
            throw CutShort(path, last, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            files.Dispose();
            throw AtomicFile.CannotWrite(scratch, e);
        }
        catch
        {
            files.Dispose();
            throw;
        }
    }

    private static bool IsFile(TarEntry entry) => entry.EntryType is TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile;

    private static InputException CutShort(string path, string? member, Exception? cause = null) =>
        new(path, $"the archive is cut short or damaged{(member is null ? string.Empty : $" at {Path.GetFileName(member)}")}; download it again", cause);
}
