using System.Formats.Tar;
using System.IO.Compression;
using IrrigationWatch.Gdal;

namespace IrrigationWatch.Landsat;

/// <summary>
/// Opens what products come in: folders, tars and zips, read in place, on this machine or another; compressed tars, which
/// allow no random access, by way of scratch space; and archives within archives.
/// </summary>
internal static class SceneContainer
{
    private const int MostNested = 3;

    private static readonly string[] CompressedTar = [".tar.gz", ".tgz", ".tar.gzip"];

    /// <summary>True for the name of a file that is a container.</summary>
    internal static bool IsArchive(string path)
    {
        string name = RemotePath.FileName(path);
        return name.EndsWith(".tar", StringComparison.OrdinalIgnoreCase) || name.EndsWith(".zip", StringComparison.OrdinalIgnoreCase) || IsCompressed(name);
    }

    /// <summary>The files in an archive.</summary>
    /// <param name="path">The archive as the user gave it.</param>
    /// <param name="scratch">Where compressed archives are unpacked.</param>
    /// <param name="holds">Receives holds on scratch space, to be kept as long as the files are read.</param>
    /// <exception cref="InputException">The archive is missing or damaged.</exception>
    internal static IReadOnlyList<ContainedFile> List(string path, ScratchSpace scratch, List<IDisposable> holds)
    {
        string gdal = RemotePath.ToGdal(path);
        gdal = gdal.StartsWith("/vsi", StringComparison.Ordinal) ? gdal : Path.GetFullPath(gdal);
        return List(new ContainedFile(RemotePath.FileName(path), gdal), path, scratch, holds, 0);
    }

    private static IReadOnlyList<ContainedFile> List(ContainedFile archive, string container, ScratchSpace scratch, List<IDisposable> holds, int depth)
    {
        try
        {
            IReadOnlyList<ContainedFile> files = ArchiveSignature.Read(archive.Path, KindByName(archive.FileName), container) switch
            {
                ArchiveKind.CompressedTar => Unpack(archive, container, scratch, holds),
                ArchiveKind.Zip => FromZip(archive, container),
                _ => FromTar(archive, container),
            };
            ContainedFile[] inner = [.. files.Where(file => IsArchive(file.Name))];
            if (inner.Length == 0 || files.Any(file => ProductFiles.IsPartOfProduct(file.FileName)))
            {
                return files;
            }

            // An order of USGS may come as a tar that holds nothing but the archive proper.
            return depth < MostNested
                ? [.. inner.SelectMany(file => List(file, container, scratch, holds, depth + 1))]
                : throw new InputException(container, "holds archives in archives in archives; unpack it");
        }
        catch (GdalException e)
        {
            throw new InputException(container, $"the archive cannot be read ({e.Reason}); {(VirtualFileSystem.IsRemote(archive.Path) ? "check the address and the connection" : "download it again")}", e);
        }
    }

    private static ArchiveKind KindByName(string name) =>
        IsCompressed(name) ? ArchiveKind.CompressedTar : name.EndsWith(".zip", StringComparison.OrdinalIgnoreCase) ? ArchiveKind.Zip : ArchiveKind.Tar;

    private static bool IsCompressed(string name) => Array.Exists(CompressedTar, ending => name.EndsWith(ending, StringComparison.OrdinalIgnoreCase));

    private static IReadOnlyList<ContainedFile> FromTar(ContainedFile archive, string container)
    {
        using var stream = new VirtualFileStream(archive.Path);
        return archive.Outer is null ? TarIndex.Read(stream, archive.Path, 0, container) : TarIndex.Read(stream, archive.Outer, archive.Offset, container);
    }

    private static ContainedFile[] FromZip(ContainedFile archive, string container)
    {
        using var stream = new VirtualFileStream(archive.Path);
        try
        {
            using var zip = new ZipArchive(stream, ZipArchiveMode.Read);
            ContainedFile[] files = [.. zip.Entries.Where(entry => entry.Name.Length > 0)
                .Select(entry => new ContainedFile(entry.FullName, $"/vsizip/{{{archive.Path}}}/{entry.FullName}"))];
            return files.Length > 0 ? files : throw new InputException(container, "is an empty archive; download it again");
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            throw TarIndex.CutShort(container, null, e);
        }
    }

    /// <summary>Unpacks what a scene needs of a compressed tar, reading it to its end so that damage is found.</summary>
    private static ContainedFile[] Unpack(ContainedFile archive, string container, ScratchSpace scratch, List<IDisposable> holds)
    {
        ScratchSpace.Hold hold = scratch.Get($"{archive.Path}|{Stamp(archive.Path)}", container, (folder, take) => Extract(archive, container, folder, take));
        holds.Add(hold);
        return
        [
            .. Directory.EnumerateFiles(hold.Folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
                .Select(file => new ContainedFile(Path.GetRelativePath(hold.Folder, file), file)),
        ];
    }

    private static string Stamp(string path)
    {
        var info = new FileInfo(path);
        return info.Exists ? FormattableString.Invariant($"{info.Length} {info.LastWriteTimeUtc.Ticks}") : VirtualFileSystem.EntityTag(path) ?? string.Empty;
    }

    private static void Extract(ContainedFile archive, string container, string folder, Action<long> take)
    {
        string? last = null;
        try
        {
            using var stream = new VirtualFileStream(archive.Path);
            using var gzip = new GZipStream(new BufferedStream(stream, 1 << 20), CompressionMode.Decompress);
            using var tar = new TarReader(gzip);
            while (tar.GetNextEntry() is TarEntry entry)
            {
                if (!TarIndex.IsFile(entry))
                {
                    continue;
                }

                last = entry.Name;
                string target = Path.GetFullPath(Path.Combine(folder, entry.Name.Replace('\\', '/').TrimStart('/')));
                if (!target.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal))
                {
                    throw new InputException(container, $"has a member '{entry.Name}' that points outside of it; do not trust this archive");
                }

                if (!ProductFiles.IsWanted(Path.GetFileName(entry.Name)))
                {
                    continue;
                }

                take(entry.Length);
                Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                entry.ExtractToFile(target, overwrite: true);
                if (new FileInfo(target).Length != entry.Length)
                {
                    throw TarIndex.CutShort(container, entry.Name);
                }
            }
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or FormatException)
        {
            throw TarIndex.CutShort(container, last, e);
        }
        catch (Exception e) when (e is UnauthorizedAccessException || (e is IOException && e is not GdalException))
        {
            throw ScratchSpace.NotWritable(folder, e);
        }
    }
}
