using System.IO.Compression;
using IrrigationWatch.Gdal;
using IrrigationWatch.Rasters;

namespace IrrigationWatch.Landsat;

/// <summary>
/// Opens what products come in: folders, tars and zips, read in place, on this machine or another; compressed tars and
/// 7-Zip archives, which allow no random access, by way of scratch space; and archives within archives.
/// </summary>
internal static class SceneContainer
{
    private const int MostNested = 3;

    /// <summary>True for the name of a file that is a container.</summary>
    internal static bool IsArchive(string path) => ArchiveSignature.OfName(RemotePath.FileName(path)) is not null;

    /// <summary>The files in an archive.</summary>
    /// <param name="path">The archive as the user gave it.</param>
    /// <param name="scratch">Where compressed archives are unpacked.</param>
    /// <param name="holds">Receives holds on scratch space, to be kept as long as the files are read.</param>
    /// <exception cref="InputException">The archive is missing or damaged.</exception>
    internal static IReadOnlyList<ContainedFile> List(string path, ScratchSpace scratch, List<IDisposable> holds)
    {
        string gdal = RemotePath.ToGdal(path);
        gdal = gdal.StartsWith("/vsi", StringComparison.Ordinal) ? gdal : Path.GetFullPath(gdal);
        try
        {
            return List(new ContainedFile(RemotePath.FileName(path), gdal), path, ArchiveLimits.Of(gdal, path), scratch, holds, 0);
        }
        catch (GdalException e)
        {
            throw new InputException(path, $"the archive cannot be read ({e.Reason}); {(VirtualFileSystem.IsRemote(gdal) ? RemoteAnswer.Remedy(gdal, e.Reason) : "download it again")}", e);
        }
    }

    private static IReadOnlyList<ContainedFile> List(ContainedFile archive, string container, ArchiveLimits limits, ScratchSpace scratch, List<IDisposable> holds, int depth)
    {
        ArchiveKind kind = ArchiveSignature.Read(archive.Path, ArchiveSignature.OfName(archive.FileName) ?? ArchiveKind.Tar, container);
        IReadOnlyList<ContainedFile> files = kind switch
        {
            ArchiveKind.Tar => FromTar(archive, container, limits),
            ArchiveKind.Zip => FromZip(archive, container, limits),
            _ => ArchiveUnpacker.Unpack(archive, kind, container, limits, scratch, holds),
        };
        ContainedFile[] inner = [.. files.Where(file => IsArchive(file.Name))];
        if (inner.Length == 0 || files.Any(file => ProductFiles.IsPartOfProduct(file.FileName)))
        {
            return files;
        }

        // An order of USGS may come as a tar that holds nothing but the archive proper.
        return depth < MostNested
            ? [.. inner.SelectMany(file => List(file, container, limits, scratch, holds, depth + 1))]
            : throw new InputException(container, "holds archives in archives in archives; unpack it");
    }

    private static IReadOnlyList<ContainedFile> FromTar(ContainedFile archive, string container, ArchiveLimits limits)
    {
        using var stream = new VirtualFileStream(archive.Path);
        return archive.Outer is null ? TarIndex.Read(stream, archive.Path, 0, container, limits) : TarIndex.Read(stream, archive.Outer, archive.Offset, container, limits);
    }

    private static ContainedFile[] FromZip(ContainedFile archive, string container, ArchiveLimits limits)
    {
        using var stream = new VirtualFileStream(archive.Path);
        try
        {
            using var bounded = new BoundedStream(stream, limits.TooLong) { Left = ArchiveLimits.DirectoryBytes };
            using var zip = new ZipArchive(bounded, ZipArchiveMode.Read);
            foreach (ZipArchiveEntry entry in zip.Entries)
            {
                limits.Count(archive.Path, entry.FullName, entry.Name.Length > 0);
                limits.Unpack(entry.FullName, entry.Length);
            }

            ContainedFile[] files = [.. zip.Entries.Where(entry => entry.Name.Length > 0)
                .Select(entry => new ContainedFile(entry.FullName, $"/vsizip/{{{archive.Path}}}/{entry.FullName}"))];
            return files.Length > 0 ? files : throw new InputException(container, "is an empty archive; download it again");
        }
        catch (Exception e) when (TarIndex.IsOfDecoder(e))
        {
            throw TarIndex.CutShort(container, null, e);
        }
    }
}
