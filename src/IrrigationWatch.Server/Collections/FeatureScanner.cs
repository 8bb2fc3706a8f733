using System.Buffers;
using Microsoft.Win32.SafeHandles;

namespace IrrigationWatch.Server.Collections;

/// <summary>Bytes of GeoJSON that can be read anywhere: a file, or a document that was made in memory.</summary>
internal abstract class FeatureSource : IDisposable
{
    /// <summary>What it is called in messages.</summary>
    internal abstract string Name { get; }

    /// <summary>Its length in bytes.</summary>
    internal abstract long Length { get; }

    /// <summary>Reads bytes from a place on; fewer than asked for only at the end.</summary>
    internal abstract int Read(long offset, Span<byte> bytes);

    public abstract void Dispose();

    /// <summary>A file, which stays readable when another takes its name.</summary>
    internal static FeatureSource Of(string path) => new OfFile(path);

    /// <summary>A document in memory.</summary>
    internal static FeatureSource Of(string name, byte[] bytes) => new OfBytes(name, bytes);

    private sealed class OfFile(string path) : FeatureSource
    {
        private readonly SafeFileHandle handle = File.OpenHandle(path, options: FileOptions.RandomAccess);

        internal override string Name => path;

        internal override long Length => RandomAccess.GetLength(handle);

        internal override int Read(long offset, Span<byte> bytes)
        {
            int total = 0;
            while (total < bytes.Length && RandomAccess.Read(handle, bytes[total..], offset + total) is int count and > 0)
            {
                total += count;
            }

            return total;
        }

        public override void Dispose() => handle.Dispose();
    }

    private sealed class OfBytes(string name, byte[] content) : FeatureSource
    {
        internal override string Name => name;

        internal override long Length => content.Length;

        internal override int Read(long offset, Span<byte> bytes)
        {
            int count = (int)Math.Min(bytes.Length, content.Length - offset);
            content.AsSpan((int)offset, count).CopyTo(bytes);
            return count;
        }

        public override void Dispose()
        {
        }
    }
}

/// <summary>Finds the features of a GeoJSON document of any size without holding it in memory.</summary>
internal static class FeatureScanner
{
    private const int ChunkBytes = 1 << 20;

    /// <summary>Receives a feature.</summary>
    /// <param name="offset">Where it begins in the document.</param>
    /// <param name="feature">Its bytes, from brace to brace; valid during the call.</param>
    internal delegate void Found(long offset, ReadOnlySpan<byte> feature);

    /// <summary>Finds all features, in their order.</summary>
    /// <param name="source">A FeatureCollection.</param>
    /// <param name="found">Called for each.</param>
    /// <param name="cancel">Stops the search.</param>
    /// <exception cref="InputException">The document is cut off, or holds no features.</exception>
    internal static void Scan(FeatureSource source, Found found, CancellationToken cancel = default)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(ChunkBytes);
        try
        {
            var state = new State();
            long start = 0;
            int length = source.Read(0, buffer);
            int at = 0;
            while (length > at)
            {
                cancel.ThrowIfCancellationRequested();
                state.Walk(buffer.AsSpan(0, length), start, ref at, found);
                // What belongs to an unfinished feature moves to the front; a larger buffer where it fills this one.
                int keep = state.FeatureStart >= 0 ? (int)(state.FeatureStart - start) : length;
                int rest = length - keep;
                byte[] next = rest > buffer.Length / 2 ? ArrayPool<byte>.Shared.Rent(buffer.Length * 2) : buffer;
                buffer.AsSpan(keep, rest).CopyTo(next);
                if (next != buffer)
                {
                    ArrayPool<byte>.Shared.Return(buffer);
                    buffer = next;
                }

                start += keep;
                at = rest;
                length = rest + source.Read(start + rest, buffer.AsSpan(rest));
            }

            if (state.Depth != 0 || !state.SawFeatures)
            {
                throw new InputException(source.Name, state.Depth != 0 ? "is cut off; publish it again" : "holds no features of GeoJSON; publish it again");
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Where in the document the search is.</summary>
    private struct State
    {
        private static ReadOnlySpan<byte> Key => "features"u8;

        private bool inString;
        private bool escaped;
        private bool inFeatures;
        private int matched;

        public State()
        {
        }

        internal int Depth { get; private set; }

        internal long FeatureStart { get; private set; } = -1;

        internal bool SawFeatures { get; private set; }

        internal void Walk(ReadOnlySpan<byte> bytes, long start, ref int at, Found found)
        {
            while (at < bytes.Length)
            {
                byte value = bytes[at];
                if (inString)
                {
                    if (escaped)
                    {
                        escaped = false;
                    }
                    else if (value == '\\')
                    {
                        escaped = true;
                    }
                    else if (value == '"')
                    {
                        inString = false;
                    }
                    else
                    {
                        matched = matched >= 0 && matched < Key.Length && value == Key[matched] ? matched + 1 : -1;
                    }
                }
                else
                {
                    Structure(value, bytes, start, at, found);
                }

                at++;
            }
        }

        private void Structure(byte value, ReadOnlySpan<byte> bytes, long start, int at, Found found)
        {
            switch (value)
            {
                case (byte)'"':
                    inString = true;
                    matched = 0;
                    break;
                case (byte)'{':
                    if (Depth == 2 && inFeatures && FeatureStart < 0)
                    {
                        FeatureStart = start + at;
                    }

                    Depth++;
                    break;
                case (byte)'[':
                    if (Depth == 1 && matched == Key.Length)
                    {
                        inFeatures = true;
                        SawFeatures = true;
                    }

                    Depth++;
                    break;
                case (byte)'}':
                case (byte)']':
                    Depth--;
                    if (Depth == 2 && inFeatures && FeatureStart >= 0)
                    {
                        found(FeatureStart, bytes[(int)(FeatureStart - start)..(at + 1)]);
                        FeatureStart = -1;
                    }
                    else if (Depth == 1)
                    {
                        inFeatures = false;
                    }

                    break;
                default:
                    break;
            }
        }
    }
}
