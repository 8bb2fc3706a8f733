using System.Buffers;
using IrrigationWatch.Gdal;
using IrrigationWatch.Kernels;
using IrrigationWatch.Rasters;

namespace IrrigationWatch.Areas;

/// <summary>Rows of a class map as bits: which pixels count, and which were observed.</summary>
internal sealed class ClassBits
{
    private readonly int words;
    private readonly ulong[] counted;
    private readonly ulong[] observed;

    internal ClassBits(int width, int rows)
    {
        words = PixelBits.WordCount(width);
        counted = new ulong[words * rows];
        observed = new ulong[words * rows];
    }

    internal Span<ulong> Counted(int row) => counted.AsSpan(row * words, words);

    internal Span<ulong> Observed(int row) => observed.AsSpan(row * words, words);
}

/// <summary>Reads strips of a class map as bits. Thread-safe.</summary>
internal sealed class ClassBitsReader : IDisposable
{
    private readonly RasterPool pool = new(0);
    private readonly string path;
    private readonly Grid grid;
    private readonly int rows;
    private readonly ClassValues counted;
    private readonly bool isByte;
    private readonly double? noData;
    private readonly byte[] countedBytes;
    private readonly byte[] missingBytes;

    internal ClassBitsReader(Dataset map, Grid grid, int rows, ClassValues counted)
    {
        path = map.Path;
        this.grid = grid;
        this.rows = rows;
        this.counted = counted;
        isByte = map.Band(1).Type == RasterType.Byte;
        noData = map.Band(1).NoData;
        countedBytes = [.. Enumerable.Range(0, 256).Where(value => value != noData && counted.Contains(value)).Select(value => (byte)value)];
        // One value is missing at most; the others are found by it.
        missingBytes = [.. Enumerable.Range(0, 256).Where(value => value == noData).Select(value => (byte)value)];
    }

    /// <summary>Reads the rows from one on, as many as a strip has or the map still has.</summary>
    /// <exception cref="InputException">The map cannot be read.</exception>
    internal void Read(int top, ClassBits strip)
    {
        var window = new PixelWindow(0, top, grid.Width, Math.Min(rows, grid.Height - top));
        try
        {
            if (isByte)
            {
                ReadBytes(window, strip);
            }
            else
            {
                ReadNumbers(window, strip);
            }
        }
        catch (GdalException e)
        {
            throw new InputException(path, $"cannot be read ({e.Reason}); make or download the map again", e);
        }
    }

    public void Dispose() => pool.Dispose();

    private void ReadBytes(PixelWindow window, ClassBits strip)
    {
        byte[] pixels = ArrayPool<byte>.Shared.Rent(window.PixelCount);
        try
        {
            pool.Read(path, 1, window, pixels.AsSpan(0, window.PixelCount));
            for (int row = 0; row < window.Height; row++)
            {
                ReadOnlySpan<byte> line = pixels.AsSpan(row * window.Width, window.Width);
                PixelBits.WhereAny(line, countedBytes, strip.Counted(row));
                Span<ulong> observed = strip.Observed(row);
                PixelBits.WhereAny(line, missingBytes, observed);
                for (int word = 0; word < observed.Length; word++)
                {
                    observed[word] = ~observed[word];
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(pixels);
        }
    }

    private void ReadNumbers(PixelWindow window, ClassBits strip)
    {
        double[] pixels = ArrayPool<double>.Shared.Rent(window.PixelCount);
        try
        {
            pool.Read(path, 1, window, pixels.AsSpan(0, window.PixelCount));
            for (int row = 0; row < window.Height; row++)
            {
                Span<ulong> inClass = strip.Counted(row);
                Span<ulong> observed = strip.Observed(row);
                inClass.Clear();
                observed.Clear();
                for (int x = 0; x < window.Width; x++)
                {
                    double value = pixels[row * window.Width + x];
                    if (!double.IsNaN(value) && value != noData)
                    {
                        observed[x / 64] |= 1ul << (x % 64);
                        inClass[x / 64] |= counted.Contains(value) ? 1ul << (x % 64) : 0;
                    }
                }
            }
        }
        finally
        {
            ArrayPool<double>.Shared.Return(pixels);
        }
    }
}
