using System.Collections.Concurrent;

namespace IrrigationWatch.Gdal;

/// <summary>A file on another machine (<c>/vsicurl/</c>, <c>/vsis3/</c>…) of which ranges are read, each by a request of its own and no byte more.</summary>
/// <remarks>Thread-safe: each thread that reads has a handle of GDAL's to itself.</remarks>
public sealed unsafe class RemoteFile : IDisposable
{
    private const int SeekEnd = 2;
    private const int SeekSet = 0;

    private readonly ConcurrentStack<nint> idle = [];
    private readonly string path;

    private RemoteFile(string path, nint file, long length)
    {
        this.path = path;
        Length = length;
        idle.Push(file);
    }

    /// <summary>Its bytes.</summary>
    public long Length { get; }

    /// <summary>Opens a file.</summary>
    /// <param name="path">A <c>/vsi*</c> path.</param>
    /// <returns>The file, or null where it cannot be opened.</returns>
    public static RemoteFile? TryOpen(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        GdalLibrary.EnsureRegistered();
        GdalErrors.Clear();
        nint file = NativeMethods.VSIFOpenL(path, "rb");
        if (file == 0)
        {
            return null;
        }

        _ = NativeMethods.VSIFSeekL(file, 0, SeekEnd);
        return new RemoteFile(path, file, (long)NativeMethods.VSIFTellL(file));
    }

    /// <summary>Reads bytes by way of GDAL's cache, which asks for some more than these: for small reads near each other.</summary>
    /// <param name="offset">Where they begin.</param>
    /// <param name="bytes">Receives them.</param>
    /// <returns>How many were read; fewer at the end of the file, or where the server fails.</returns>
    public int ReadNear(long offset, Span<byte> bytes)
    {
        nint file = Take();
        try
        {
            _ = NativeMethods.VSIFSeekL(file, (ulong)offset, SeekSet);
            fixed (byte* data = bytes)
            {
                return (int)NativeMethods.VSIFReadL(data, 1, (nuint)bytes.Length, file);
            }
        }
        finally
        {
            idle.Push(file);
        }
    }

    /// <summary>Reads a range, and nothing else.</summary>
    /// <param name="offset">Where it begins.</param>
    /// <param name="bytes">Receives it.</param>
    /// <returns>True where all of it was read; false where the server fails, which it may not do again.</returns>
    public bool TryReadRange(long offset, Span<byte> bytes)
    {
        nint file = Take();
        try
        {
            fixed (byte* data = bytes)
            {
                // A single range GDAL reads by way of its cache, rounded up; two that follow each other it asks for as one, to the byte.
                int half = bytes.Length / 2;
                void** targets = stackalloc void*[] { data, data + half };
                ulong* starts = stackalloc ulong[] { (ulong)offset, (ulong)(offset + half) };
                nuint* sizes = stackalloc nuint[] { (nuint)half, (nuint)(bytes.Length - half) };
                return half == 0 ? ReadNear(offset, bytes) == bytes.Length : NativeMethods.VSIFReadMultiRangeL(2, targets, starts, sizes, file) == 0;
            }
        }
        finally
        {
            idle.Push(file);
        }
    }

    /// <summary>Closes it.</summary>
    public void Dispose()
    {
        while (idle.TryPop(out nint file))
        {
            _ = NativeMethods.VSIFCloseL(file);
        }
    }

    private nint Take()
    {
        GdalErrors.Clear();
        if (idle.TryPop(out nint file))
        {
            return file;
        }

        nint opened = NativeMethods.VSIFOpenL(path, "rb");
        return opened != 0 ? opened : throw GdalErrors.Take(path, "cannot be opened again");
    }
}
