using System.Buffers;
using System.Globalization;
using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using IrrigationWatch.Gdal;

namespace IrrigationWatch.Rasters;

/// <summary>Reads the values of a layer: physical ones, by the scale and offset of the file, and NaN where nothing was observed.</summary>
/// <remarks>Immutable and thread-safe; datasets are those of the caller.</remarks>
internal sealed class LayerReader
{
    /// <summary>Bands that a message lists.</summary>
    private const int MostListed = 40;

    private readonly string source;

    private LayerReader(RasterLayer layer, Dataset dataset, Band band)
    {
        Layer = layer;
        source = dataset.Path;
        Number = band.Number;
        Type = band.Type;
        Scale = layer.IsUnscaled || band.Scale == 0 ? 1 : band.Scale;
        Offset = layer.IsUnscaled ? 0 : band.Offset;
        Validity = PixelValidity.Of(dataset, band, layer.Missing);
    }

    /// <summary>What is read.</summary>
    internal RasterLayer Layer { get; }

    /// <summary>Number of the band.</summary>
    internal int Number { get; }

    /// <summary>Type of the stored values.</summary>
    internal RasterType Type { get; }

    /// <summary>Physical values per stored one.</summary>
    internal double Scale { get; }

    /// <summary>What is added to it.</summary>
    internal double Offset { get; }

    /// <summary>Which stored values were observed.</summary>
    internal PixelValidity Validity { get; }

    /// <summary>Whether GDAL's mask or a band of opacity must be read beside the values.</summary>
    internal bool UsesMask => Validity.UsesMask || Validity.Opacity is not null;

    /// <summary>Whether stored values are the physical ones.</summary>
    internal bool IsPlain => Scale == 1 && Offset == 0;

    /// <summary>The reader of a layer of an open dataset.</summary>
    /// <param name="dataset">The dataset of the layer's file.</param>
    /// <param name="layer">The layer.</param>
    /// <exception cref="InputException">The file has several bands and none is named, no such band, or one of complex numbers.</exception>
    internal static LayerReader Of(Dataset dataset, RasterLayer layer) => Of(dataset, layer, "in a configuration as { file: NAME, band: NUMBER }");

    /// <param name="dataset">The dataset of the layer's file.</param>
    /// <param name="layer">The layer.</param>
    /// <param name="otherwise">What else can be done where the file has several bands and none is named.</param>
    /// <inheritdoc cref="Of(Dataset, RasterLayer)"/>
    internal static LayerReader Of(Dataset dataset, RasterLayer layer, string otherwise)
    {
        int number = layer.Band ?? OnlyBand(dataset, layer.Path, otherwise);
        if (number < 1 || number > dataset.BandCount)
        {
            throw new InputException(layer.Path, string.Create(CultureInfo.InvariantCulture, $"has no band {number}; it has {Listed(dataset)}"));
        }

        Band band = dataset.Band(number);
        return RasterTypes.SizeOf(band.Type) > 0
            ? new LayerReader(layer, dataset, band)
            : throw new InputException(layer.Path, string.Create(CultureInfo.InvariantCulture, $"holds pixels of a type that is not read in band {number}, as complex numbers; convert it with gdal_translate -ot Float32"));
    }

    /// <summary>Numbers of the bands that hold values: all but those of opacity.</summary>
    internal static IReadOnlyList<int> DataBands(Dataset dataset) =>
        [.. Enumerable.Range(1, dataset.BandCount).Where(number => dataset.BandCount == 1 || !dataset.Band(number).IsAlpha)];

    /// <summary>Reads a window from a dataset of the layer's file.</summary>
    /// <typeparam name="T">float or double.</typeparam>
    /// <param name="dataset">The dataset.</param>
    /// <param name="window">Which pixels.</param>
    /// <param name="values">Receives them row by row.</param>
    /// <exception cref="InputException">It cannot be read.</exception>
    internal void Read<T>(Dataset dataset, PixelWindow window, Span<T> values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        ReadResized(dataset, window, window.Width, window.Height, values);

    /// <summary>Reads a window reduced or enlarged by the nearest pixel.</summary>
    /// <typeparam name="T">float or double.</typeparam>
    /// <param name="dataset">The dataset.</param>
    /// <param name="window">Which pixels.</param>
    /// <param name="width">Columns of the result.</param>
    /// <param name="height">Rows of the result.</param>
    /// <param name="values">Receives them row by row.</param>
    /// <exception cref="InputException">It cannot be read.</exception>
    internal void ReadResized<T>(Dataset dataset, PixelWindow window, int width, int height, Span<T> values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        try
        {
            Band band = dataset.Band(Number);
            bool isWhole = (width, height) == (window.Width, window.Height);
            if (typeof(T) == typeof(float) && !FitsFloat)
            {
                // What the band holds is judged before it is made shorter.
                double[] exact = ArrayPool<double>.Shared.Rent(width * height);
                ReadResized(dataset, window, width, height, exact.AsSpan(0, width * height));
                for (int i = 0; i < width * height; i++)
                {
                    values[i] = T.CreateTruncating(exact[i]);
                }

                ArrayPool<double>.Shared.Return(exact);
                return;
            }

            if (isWhole)
            {
                band.Read(window, values);
            }
            else
            {
                band.ReadResized(window, width, height, values);
            }

            Finish(dataset, window, width, height, values[..(width * height)]);
        }
        catch (GdalException e)
        {
            throw Unreadable(e);
        }
    }

    /// <summary>Reads a window from a pool.</summary>
    /// <typeparam name="T">float or double.</typeparam>
    /// <param name="pool">The pool.</param>
    /// <param name="window">Which pixels.</param>
    /// <param name="values">Receives them row by row.</param>
    /// <exception cref="InputException">It cannot be read.</exception>
    internal void Read<T>(RasterPool pool, PixelWindow window, Span<T> values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        try
        {
            // In the file's own type the pool unpacks tiles itself, and keeps them for windows nearby.
            bool isRead = !UsesMask && Type switch
            {
                RasterType.Byte => ReadAs<byte, T>(pool, window, values),
                RasterType.UInt16 => ReadAs<ushort, T>(pool, window, values),
                RasterType.Int16 => ReadAs<short, T>(pool, window, values),
                RasterType.Float32 => ReadAs<float, T>(pool, window, values),
                _ => false,
            };
            if (isRead)
            {
                Finish(null, window, window.Width, window.Height, values[..window.PixelCount]);
                return;
            }

            using DatasetPool.Lease lease = pool.Rent(source);
            Read(lease.Dataset, window, values);
        }
        catch (GdalException e)
        {
            throw Unreadable(e);
        }
    }

    /// <summary>Reads a window reduced by the nearest pixel from a pool.</summary>
    /// <typeparam name="T">float or double.</typeparam>
    /// <param name="pool">The pool.</param>
    /// <param name="window">Which pixels.</param>
    /// <param name="width">Columns of the result.</param>
    /// <param name="height">Rows of the result.</param>
    /// <param name="values">Receives them row by row.</param>
    /// <exception cref="InputException">It cannot be read.</exception>
    internal void ReadResized<T>(RasterPool pool, PixelWindow window, int width, int height, Span<T> values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if ((width, height) == (window.Width, window.Height))
        {
            Read(pool, window, values);
            return;
        }

        try
        {
            using DatasetPool.Lease lease = pool.Rent(source);
            ReadResized(lease.Dataset, window, width, height, values);
        }
        catch (GdalException e)
        {
            throw Unreadable(e);
        }
    }

    /// <summary>Reads a window of bytes as they are stored, and GDAL's mask where it counts.</summary>
    /// <param name="pool">The pool.</param>
    /// <param name="window">Which pixels.</param>
    /// <param name="pixels">Receives the stored values.</param>
    /// <param name="mask">Receives 0 where GDAL's mask says that a pixel is not valid; only where <see cref="UsesMask"/> holds.</param>
    /// <exception cref="InputException">It cannot be read.</exception>
    internal void ReadStored(RasterPool pool, PixelWindow window, Span<byte> pixels, Span<byte> mask)
    {
        try
        {
            pool.Read(source, Number, window, pixels);
            if (UsesMask)
            {
                using DatasetPool.Lease lease = pool.Rent(source);
                ReadMask(lease.Dataset, window, window.Width, window.Height, mask);
            }
        }
        catch (GdalException e)
        {
            throw Unreadable(e);
        }
    }

    private bool ReadAs<TStored, T>(RasterPool pool, PixelWindow window, Span<T> values)
        where TStored : unmanaged, INumber<TStored>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (typeof(TStored) == typeof(T))
        {
            pool.Read(source, Number, window, values);
            return true;
        }

        TStored[] stored = ArrayPool<TStored>.Shared.Rent(window.PixelCount);
        try
        {
            pool.Read(source, Number, window, stored.AsSpan(0, window.PixelCount));
            TensorPrimitives.ConvertTruncating<TStored, T>(stored.AsSpan(0, window.PixelCount), values);
        }
        finally
        {
            ArrayPool<TStored>.Shared.Return(stored);
        }

        return true;
    }

    /// <summary>Whether a value, by the file's scale and offset, is one that means that nothing was observed.</summary>
    internal bool IsMissing(double value) => Validity.TellsByValue && Validity.IsMissing((value - Offset) / Scale);

    private bool FitsFloat => Type is RasterType.Byte or RasterType.Int8 or RasterType.Int16 or RasterType.UInt16 or RasterType.Float32;

    private InputException Unreadable(GdalException e) => new(Layer.Path, $"cannot be read ({e.Reason}); make or download it again", e);

    private void Finish<T>(Dataset? dataset, PixelWindow window, int width, int height, Span<T> values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (!Validity.TellsByValue)
        {
            if (Type is RasterType.Float32 or RasterType.Float64)
            {
                values.Replace(T.PositiveInfinity, T.NaN);
                values.Replace(T.NegativeInfinity, T.NaN);
            }
        }
        else
        {
            foreach (ref T value in values)
            {
                value = Validity.IsMissing(double.CreateTruncating(value)) ? T.NaN : value;
            }
        }

        if (UsesMask)
        {
            byte[] mask = ArrayPool<byte>.Shared.Rent(values.Length);
            ReadMask(dataset!, window, width, height, mask.AsSpan(0, values.Length));
            for (int i = 0; i < values.Length; i++)
            {
                values[i] = mask[i] == 0 ? T.NaN : values[i];
            }

            ArrayPool<byte>.Shared.Return(mask);
        }

        if (!IsPlain)
        {
            foreach (ref T value in values)
            {
                value = T.CreateTruncating(double.CreateTruncating(value) * Scale + Offset);
            }
        }

        if (typeof(T) == typeof(double) && (Type == RasterType.Float32 || !IsPlain))
        {
            foreach (ref double value in MemoryMarshal.Cast<T, double>(values))
            {
                value = value == Math.Floor(value) ? value : Tidied(value);
            }
        }
    }

    /// <summary>
    /// The short decimal number that is meant where a value differs from it by what single precision cannot hold: 0.1 for 0.10000000149, and 212 for 211.9999953,
    /// as 21200 by a scale of 0.01 in single precision gives it. Classes are compared exactly.
    /// </summary>
    private static double Tidied(double value)
    {
        const int Digits = 7;
        const double HalfStep = 6.0e-8;
        if (!double.IsFinite(value) || value == 0)
        {
            return value;
        }

        int decimals = Digits - 1 - (int)Math.Floor(Math.Log10(Math.Abs(value)));
        double tidy = decimals is >= 0 and <= 15 ? Math.Round(value, decimals) : value;
        return Math.Abs(tidy - value) <= HalfStep * Math.Abs(value) ? tidy : value;
    }

    private void ReadMask(Dataset dataset, PixelWindow window, int width, int height, Span<byte> mask)
    {
        if (Validity.UsesMask)
        {
            dataset.Band(Number).ReadMask(window, width, height, mask);
        }

        if (Validity.Opacity is int number)
        {
            float[] opacity = ArrayPool<float>.Shared.Rent(width * height);
            dataset.Band(number).ReadResized(window, width, height, opacity.AsSpan(0, width * height));
            for (int i = 0; i < width * height; i++)
            {
                mask[i] = opacity[i] == 0 ? (byte)0 : Validity.UsesMask ? mask[i] : byte.MaxValue;
            }

            ArrayPool<float>.Shared.Return(opacity);
        }
    }

    private static int OnlyBand(Dataset dataset, string path, string otherwise)
    {
        IReadOnlyList<int> bands = DataBands(dataset);
        return bands.Count == 1
            ? bands[0]
            : throw new InputException(path, $"has {Listed(dataset)}, and nothing says which is meant; name one with --band, {otherwise}");
    }

    private static string Listed(Dataset dataset)
    {
        IEnumerable<string> names = Enumerable.Range(1, Math.Min(dataset.BandCount, MostListed)).Select(number => dataset.Band(number).Description is { Length: > 0 } name
            ? string.Create(CultureInfo.InvariantCulture, $"{number} '{OneLine.Of(name)}'")
            : number.ToString(CultureInfo.InvariantCulture));
        return string.Create(CultureInfo.InvariantCulture, $"{dataset.BandCount} bands ({string.Join(", ", names)}{(dataset.BandCount > MostListed ? ", …" : string.Empty)})");
    }
}
