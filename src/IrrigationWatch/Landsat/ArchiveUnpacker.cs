using System.Formats.Tar;
using System.IO.Compression;
using IrrigationWatch.Gdal;
using SharpCompress.Archives.SevenZip;
using SharpCompress.Compressors.BZip2;
using SharpCompress.Compressors.Xz;
using SharpCompress.Readers;

namespace IrrigationWatch.Landsat;

/// <summary>Unpacks archives that allow no random access into scratch space.</summary>
internal static class ArchiveUnpacker
{
    private const int BufferSize = 1 << 20;
    private const int PlainIOException = unchecked((int)0x80131620);

    /// <summary>Unpacks what a scene needs of an archive, reading it to its end so that damage is found.</summary>
    /// <param name="archive">The archive.</param>
    /// <param name="kind">How it is packed.</param>
    /// <param name="container">What the user gave, for errors.</param>
    /// <param name="limits">What it may ask for.</param>
    /// <param name="scratch">Where to; what was unpacked before is used again.</param>
    /// <param name="holds">Receives the hold on the files.</param>
    /// <exception cref="InputException">The archive is damaged, or asks for more than it may.</exception>
    /// <exception cref="ScratchSpaceException">There is no room.</exception>
    internal static IReadOnlyList<ContainedFile> Unpack(ContainedFile archive, ArchiveKind kind, string container, ArchiveLimits limits, ScratchSpace scratch, List<IDisposable> holds)
    {
        ScratchSpace.Hold hold = scratch.Get($"{archive.Path}|{Stamp(archive.Path)}", container, (folder, take) => Extract(archive, kind, container, limits, folder, take));
        holds.Add(hold);
        return
        [
            .. FolderListing.Tree(hold.Folder)
                .Select(file => new ContainedFile(Path.GetRelativePath(hold.Folder, file), file)),
        ];
    }

    private static string Stamp(string path)
    {
        var info = new FileInfo(path);
        return info.Exists ? FormattableString.Invariant($"{info.Length} {info.LastWriteTimeUtc.Ticks}") : VirtualFileSystem.EntityTag(path) ?? string.Empty;
    }

    private static void Extract(ContainedFile archive, ArchiveKind kind, string container, ArchiveLimits limits, string folder, Action<long> take)
    {
        string? last = null;
        try
        {
            using var stream = new VirtualFileStream(archive.Path);
            if (kind == ArchiveKind.SevenZip)
            {
                ExtractSevenZip(stream);
            }
            else
            {
                using Stream plain = Decompress(new BufferedStream(stream, BufferSize), kind);
                ExtractTar(plain);
            }
        }
        catch (Exception e) when (IsOfSystem(e))
        {
            throw ScratchSpace.NotWritable(folder, e);
        }
        catch (Exception e) when (TarIndex.IsOfDecoder(e))
        {
            throw TarIndex.CutShort(container, last, e);
        }

        void ExtractTar(Stream plain)
        {
            using var whole = new TarStream(plain, container);
            using var bounded = new BoundedStream(whole, limits.TooLong);
            using var tar = new TarReader(bounded);
            while (TarIndex.Next(tar, bounded) is TarEntry entry)
            {
                limits.Count(archive.Path, entry.Name, TarIndex.IsFile(entry));
                limits.Unpack(entry.Name, entry.Length);
                last = TarIndex.IsFile(entry) ? entry.Name : last;
                if (TarIndex.IsFile(entry) && Target(entry.Name) is string target)
                {
                    take(entry.Length);
                    entry.ExtractToFile(target, overwrite: true);
                    MustBeWhole(target, entry.Length, entry.Name);
                }
                else
                {
                    entry.DataStream?.CopyTo(Stream.Null);
                }
            }

            whole.ReadToEnd();
        }

        void ExtractSevenZip(Stream stream)
        {
            using SharpCompress.Archives.IArchive packed = SevenZipArchive.OpenArchive(stream, ReaderOptions.ForExternalStream);
            using IReader reader = packed.ExtractAllEntries();
            while (reader.MoveToNextEntry())
            {
                if (reader.Entry is not { IsDirectory: false, Key: string name })
                {
                    continue;
                }

                limits.Count(archive.Path, name, isFile: true);
                limits.Unpack(name, reader.Entry.Size);
                if (Target(name) is string target)
                {
                    last = name;
                    take(reader.Entry.Size);
                    using (Stream member = reader.OpenEntryStream())
                    using (FileStream file = File.Create(target))
                    {
                        member.CopyTo(file);
                    }

                    MustBeWhole(target, reader.Entry.Size, name);
                    File.SetLastWriteTimeUtc(target, reader.Entry.LastModifiedTime?.ToUniversalTime() ?? DateTime.UnixEpoch);
                }
            }
        }

        // Where a member goes; null for one that nothing is computed from.
        string? Target(string name)
        {
            string target = Path.GetFullPath(Path.Combine(folder, name.Replace('\\', '/').TrimStart('/')));
            if (!target.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            {
                throw new InputException(container, $"has a member '{name}' that points outside of it; do not trust this archive");
            }

            if (!ProductFiles.IsWanted(Path.GetFileName(name)))
            {
                return null;
            }

            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            return target;
        }

        void MustBeWhole(string target, long length, string name)
        {
            if (new FileInfo(target).Length != length)
            {
                throw TarIndex.CutShort(container, name);
            }
        }
    }

    /// <summary>True for what the system says of a folder or disk; decoders too throw <see cref="IOException"/>, but without the system's code.</summary>
    private static bool IsOfSystem(Exception e) =>
        e is UnauthorizedAccessException or DirectoryNotFoundException or PathTooLongException || (e.GetType() == typeof(IOException) && e.HResult != PlainIOException);

    private static Stream Decompress(Stream stream, ArchiveKind kind) => kind switch
    {
        ArchiveKind.GzipTar => new GZipStream(stream, CompressionMode.Decompress),
        ArchiveKind.Bzip2Tar => BZip2Stream.Create(stream, SharpCompress.Compressors.CompressionMode.Decompress, decompressConcatenated: true),
        ArchiveKind.XzTar => new XZStream(stream),
        _ => new SharpCompress.Compressors.ZStandard.DecompressionStream(stream),
    };
}
