namespace IrrigationWatch.Landsat;

/// <summary>A stream of which only so much may be read, for decoders that would read headers of any size into memory.</summary>
/// <param name="stream">The stream; it stays open.</param>
/// <param name="exceeded">Makes the error for more.</param>
internal sealed class BoundedStream(Stream stream, Func<Exception> exceeded) : Stream
{
    /// <summary>Bytes that may still be read.</summary>
    internal long Left { get; set; } = long.MaxValue;

    public override bool CanRead => true;

    public override bool CanSeek => stream.CanSeek;

    public override bool CanWrite => false;

    public override long Length => stream.Length;

    public override long Position
    {
        get => stream.Position;
        set => stream.Position = value;
    }

    public override int Read(Span<byte> buffer)
    {
        // One byte more than allowed is asked for, to tell the end from too much.
        int read = stream.Read(buffer.Length > Left + 1 && Left < int.MaxValue ? buffer[..((int)Left + 1)] : buffer);
        Left -= read;
        return Left >= 0 ? read : throw exceeded();
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override long Seek(long offset, SeekOrigin origin) => stream.Seek(offset, origin);

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
