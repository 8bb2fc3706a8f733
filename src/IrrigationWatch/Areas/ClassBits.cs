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

/// <summary>Reads strips of a class map as bits, of several classes at once. Thread-safe.</summary>
internal sealed class ClassBitsReader : IDisposable
{
    private readonly RasterPool pool = new(0);
    private readonly string path;
    private readonly Grid grid;
    private readonly int rows;
    private readonly IReadOnlyList<ClassValues> classes;
    private readonly bool isByte;
    private readonly double? noData;
    private readonly byte[][] countedBytes;
    private readonly byte[] missingBytes;

    internal ClassBitsReader(Dataset map, Grid grid, int rows, params IReadOnlyList<ClassValues> classes)
    {
        path = map.Path;
        this.grid = grid;
        this.rows = rows;
        this.classes = classes;
        isByte = map.Band(1).Type == RasterType.Byte;
        noData = map.Band(1).NoData;
        countedBytes = [.. classes.Select(counted => Enumerable.Range(0, 256).Where(value => value != noData && counted.Contains(value)).Select(value => (byte)value).ToArray())];
        // One value is missing at most; the others are found by it.
        missingBytes = [.. Enumerable.Range(0, 256).Where(value => value == noData).Select(value => (byte)value)];
    }

    /// <summary>Reads the rows from one on, as many as a strip has or the map still has.</summary>
    /// <param name="top">The first row.</param>
    /// <param name="strips">Receive the rows, one strip a class.</param>
    /// <exception cref="InputException">The map cannot be read.</exception>
    internal void Read(int top, params IReadOnlyList<ClassBits> strips)
    {
        var window = new PixelWindow(0, top, grid.Width, Math.Min(rows, grid.Height - top));
        try
        {
            if (isByte)
            {
                ReadBytes(window, strips);
            }
            else
            {
                ReadNumbers(window, strips);
            }
        }
        catch (GdalException e)
        {
            throw new InputException(path, $"cannot be read ({e.Reason}); make or download the map again", e);
        }
    }

    public void Dispose() => pool.Dispose();

    private void ReadBytes(PixelWindow window, IReadOnlyList<ClassBits> strips)
    {
        byte[] pixels = ArrayPool<byte>.Shared.Rent(window.PixelCount);
        try
        {
            pool.Read(path, 1, window, pixels.AsSpan(0, window.PixelCount));
            for (int row = 0; row < window.Height; row++)
            {
                ReadOnlySpan<byte> line = pixels.AsSpan(row * window.Width, window.Width);
                Span<ulong> observed = strips[0].Observed(row);
                PixelBits.WhereAny(line, missingBytes, observed);
                for (int word = 0; word < observed.Length; word++)
                {
                    observed[word] = ~observed[word];
                }

                for (int i = 0; i < strips.Count; i++)
                {
                    PixelBits.WhereAny(line, countedBytes[i], strips[i].Counted(row));
                    if (i > 0)
                    {
                        observed.CopyTo(strips[i].Observed(row));
                    }
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(pixels);
        }
    }

    private void ReadNumbers(PixelWindow window, IReadOnlyList<ClassBits> strips)
    {
        double[] pixels = ArrayPool<double>.Shared.Rent(window.PixelCount);
        try
        {
            pool.Read(path, 1, window, pixels.AsSpan(0, window.PixelCount));
            for (int row = 0; row < window.Height; row++)
            {
                for (int i = 0; i < strips.Count; i++)
                {
                    ReadNumbers(pixels.AsSpan(row * window.Width, window.Width), classes[i], strips[i].Counted(row), strips[i].Observed(row));
                }
            }
        }
        finally
        {
            ArrayPool<double>.Shared.Return(pixels);
        }
    }

    private void ReadNumbers(ReadOnlySpan<double> line, ClassValues counted, Span<ulong> inClass, Span<ulong> observed)
    {
        inClass.Clear();
        observed.Clear();
        for (int x = 0; x < line.Length; x++)
        {
            double value = line[x];
            if (!double.IsNaN(value) && value != noData)
            {
                observed[x / 64] |= 1ul << (x % 64);
                inClass[x / 64] |= counted.Contains(value) ? 1ul << (x % 64) : 0;
            }
        }
    }
}
