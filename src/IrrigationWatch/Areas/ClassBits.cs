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
    private readonly LayerReader layer;
    private readonly Grid grid;
    private readonly int rows;
    private readonly IReadOnlyList<ClassValues> classes;
    private readonly bool isByte;
    private readonly byte[][] countedBytes;
    private readonly byte[] missingBytes;

    /// <summary>What GDAL's mask holds where a pixel is not valid.</summary>
    private static readonly byte[] NotValid = [0];

    internal ClassBitsReader(OpenClassMap map, int rows, params IReadOnlyList<ClassValues> classes)
    {
        map.MustHold(classes);
        layer = map.Reader;
        grid = map.Grid;
        this.rows = rows;
        this.classes = classes;
        isByte = layer is { Type: RasterType.Byte, IsPlain: true };
        countedBytes = [.. classes.Select(counted => Enumerable.Range(0, 256).Where(value => !layer.Validity.IsMissing(value) && counted.Contains(value)).Select(value => (byte)value).ToArray())];
        // Few values are missing; the others are found by them.
        missingBytes = [.. Enumerable.Range(0, 256).Where(value => layer.Validity.IsMissing(value)).Select(value => (byte)value)];
    }

    /// <summary>Reads the rows from one on, as many as a strip has or the map still has.</summary>
    /// <param name="top">The first row.</param>
    /// <param name="strips">Receive the rows, one strip a class.</param>
    /// <exception cref="InputException">The map cannot be read.</exception>
    internal void Read(int top, params IReadOnlyList<ClassBits> strips)
    {
        var window = new PixelWindow(0, top, grid.Width, Math.Min(rows, grid.Height - top));
        if (isByte)
        {
            ReadBytes(window, strips);
        }
        else
        {
            ReadNumbers(window, strips);
        }
    }

    public void Dispose() => pool.Dispose();

    private void ReadBytes(PixelWindow window, IReadOnlyList<ClassBits> strips)
    {
        byte[] pixels = ArrayPool<byte>.Shared.Rent(window.PixelCount);
        byte[] mask = layer.UsesMask ? ArrayPool<byte>.Shared.Rent(window.PixelCount) : [];
        ulong[] masked = mask.Length > 0 ? new ulong[PixelBits.WordCount(window.Width)] : [];
        try
        {
            layer.ReadStored(pool, window, pixels.AsSpan(0, window.PixelCount), mask);
            for (int row = 0; row < window.Height; row++)
            {
                ReadOnlySpan<byte> line = pixels.AsSpan(row * window.Width, window.Width);
                Span<ulong> observed = strips[0].Observed(row);
                PixelBits.WhereAny(line, missingBytes, observed);
                for (int word = 0; word < observed.Length; word++)
                {
                    observed[word] = ~observed[word];
                }

                if (mask.Length > 0)
                {
                    PixelBits.WhereAny(mask.AsSpan(row * window.Width, window.Width), NotValid, masked);
                    AndNot(observed, masked);
                }

                for (int i = 0; i < strips.Count; i++)
                {
                    PixelBits.WhereAny(line, countedBytes[i], strips[i].Counted(row));
                    AndNot(strips[i].Counted(row), masked);
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
            if (mask.Length > 0)
            {
                ArrayPool<byte>.Shared.Return(mask);
            }
        }
    }

    private static void AndNot(Span<ulong> bits, ReadOnlySpan<ulong> without)
    {
        for (int word = 0; word < without.Length; word++)
        {
            bits[word] &= ~without[word];
        }
    }

    private void ReadNumbers(PixelWindow window, IReadOnlyList<ClassBits> strips)
    {
        double[] pixels = ArrayPool<double>.Shared.Rent(window.PixelCount);
        try
        {
            layer.Read(pool, window, pixels.AsSpan(0, window.PixelCount));
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

    private static void ReadNumbers(ReadOnlySpan<double> line, ClassValues counted, Span<ulong> inClass, Span<ulong> observed)
    {
        inClass.Clear();
        observed.Clear();
        for (int x = 0; x < line.Length; x++)
        {
            double value = line[x];
            if (!double.IsNaN(value))
            {
                observed[x / 64] |= 1ul << (x % 64);
                inClass[x / 64] |= counted.Contains(value) ? 1ul << (x % 64) : 0;
            }
        }
    }
}
