namespace IrrigationWatch.Gdal;

/// <summary>A read-only, seekable stream over a file as GDAL sees it: a plain path, a member of an archive, an object in a store.</summary>
/// <remarks>Belongs to one thread at a time.</remarks>
public sealed unsafe class VirtualFileStream : Stream
{
    private const int SeekSet = 0;
    private const int SeekToEnd = 2;

    private readonly string path;
    private nint file;
    private long position;

    /// <summary>Opens a file.</summary>
    /// <param name="path">A file or <c>/vsi*</c> path.</param>
    /// <exception cref="GdalException">It is missing or cannot be read.</exception>
    public VirtualFileStream(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        LocalFile.MustHaveBytes(path);
        GdalLibrary.EnsureRegistered();
        this.path = path;
        GdalErrors.Clear();
        file = NativeMethods.VSIFOpenL(path, "rb");
        if (file == 0)
        {
            throw GdalErrors.Take(path, "no such file, or it cannot be read");
        }

        _ = NativeMethods.VSIFSeekL(file, 0, SeekToEnd);
        Length = (long)NativeMethods.VSIFTellL(file);
        _ = NativeMethods.VSIFSeekL(file, 0, SeekSet);
    }

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => true;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length { get; }

    /// <inheritdoc/>
    public override long Position
    {
        get => position;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            position = value;
        }
    }

    /// <summary>Reads bytes at the position.</summary>
    /// <param name="buffer">Receives them.</param>
    /// <returns>How many were read; 0 at the end.</returns>
    /// <exception cref="GdalException">They cannot be read.</exception>
    public override int Read(Span<byte> buffer)
    {
        ObjectDisposedException.ThrowIf(file == 0, this);
        int wanted = (int)Math.Min(buffer.Length, Math.Max(0, Length - position));
        if (wanted == 0)
        {
            return 0;
        }

        GdalErrors.Clear();
        _ = NativeMethods.VSIFSeekL(file, (ulong)position, SeekSet);
        fixed (byte* data = buffer)
        {
            int read = (int)NativeMethods.VSIFReadL(data, 1, (nuint)wanted, file);
            position += read;
            return read > 0 ? read : throw GdalErrors.Take(path, "ends before its end; the file is cut short, or the connection was lost");
        }
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    /// <exception cref="IOException">The position would lie before the beginning.</exception>
    public override long Seek(long offset, SeekOrigin origin)
    {
        long target = offset + origin switch
        {
            SeekOrigin.Begin => 0,
            SeekOrigin.Current => position,
            _ => Length,
        };
        return target >= 0 ? position = target : throw new IOException($"{path}: a position before the beginning was asked for; the file is too short");
    }

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (file != 0)
        {
            _ = NativeMethods.VSIFCloseL(file);
            file = 0;
        }

        base.Dispose(disposing);
    }
}
