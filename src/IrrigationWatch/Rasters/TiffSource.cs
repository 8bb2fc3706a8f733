using System.Globalization;
using IrrigationWatch.Gdal;
using Microsoft.Win32.SafeHandles;

namespace IrrigationWatch.Rasters;

/// <summary>The bytes of a TIFF: a file of this machine, one on another, or a part of either, as a member of a tar is.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class TiffSource : IDisposable
{
    private const string SubfilePrefix = "/vsisubfile/";

    private readonly SafeFileHandle? local;
    private readonly RemoteFile? remote;
    private readonly long start;
    private readonly long length;

    private TiffSource(SafeFileHandle? local, RemoteFile? remote, long start, long limit)
    {
        this.local = local;
        this.remote = remote;
        this.start = start;
        length = Math.Min(limit, (local is null ? remote!.Length : RandomAccess.GetLength(local)) - start);
    }

    /// <summary>Opens what a path of GDAL names; null where it is something else, as a member of a compressed archive.</summary>
    /// <exception cref="IOException">It cannot be opened.</exception>
    internal static TiffSource? TryOpen(string path)
    {
        if (Locate(path) is not (string file, long start, long limit))
        {
            return null;
        }

        if (VirtualFileSystem.IsRemote(file))
        {
            return RemoteFile.TryOpen(file) is RemoteFile remote ? new TiffSource(null, remote, start, limit) : null;
        }

        return file.StartsWith("/vsi", StringComparison.Ordinal) || file.Contains(':', StringComparison.Ordinal)
            ? null
            : new TiffSource(File.OpenHandle(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, FileOptions.RandomAccess), null, start, limit);
    }

    public void Dispose()
    {
        local?.Dispose();
        remote?.Dispose();
    }

    /// <summary>Reads a piece of the directory.</summary>
    /// <returns>How many bytes were read; fewer at the end of the file.</returns>
    /// <exception cref="IOException">It cannot be read.</exception>
    internal int ReadDirectory(long offset, Span<byte> bytes)
    {
        bytes = Within(offset, bytes);
        return bytes.IsEmpty ? 0 : local is null ? remote!.ReadNear(start + offset, bytes) : ReadLocal(offset, bytes);
    }

    /// <summary>Reads a tile.</summary>
    /// <returns>Whether all of it was read.</returns>
    /// <exception cref="IOException">It cannot be read.</exception>
    internal bool TryReadTile(long offset, Span<byte> bytes)
    {
        if (Within(offset, bytes).Length < bytes.Length)
        {
            return false;
        }

        return local is null ? remote!.TryReadRange(start + offset, bytes) : ReadLocal(offset, bytes) == bytes.Length;
    }

    private static (string File, long Start, long Length)? Locate(string path)
    {
        if (!path.StartsWith(SubfilePrefix, StringComparison.Ordinal))
        {
            return (path, 0, long.MaxValue);
        }

        int comma = path.IndexOf(',', StringComparison.Ordinal);
        string[] numbers = comma < 0 ? [] : path[SubfilePrefix.Length..comma].Split('_');
        return numbers.Length == 2
            && long.TryParse(numbers[0], NumberStyles.None, CultureInfo.InvariantCulture, out long start)
            && long.TryParse(numbers[1], NumberStyles.None, CultureInfo.InvariantCulture, out long length)
            ? (path[(comma + 1)..], start, length)
            : null;
    }

    private Span<byte> Within(long offset, Span<byte> bytes) =>
        offset < 0 || offset >= length ? [] : bytes[..(int)Math.Min(bytes.Length, length - offset)];

    private int ReadLocal(long offset, Span<byte> bytes)
    {
        int done = 0;
        while (done < bytes.Length)
        {
            int count = RandomAccess.Read(local!, bytes[done..], start + offset + done);
            if (count == 0)
            {
                break;
            }

            done += count;
        }

        return done;
    }
}
