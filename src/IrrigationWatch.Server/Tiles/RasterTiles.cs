using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using IrrigationWatch.Gdal;
using IrrigationWatch.Rasters;
using SkiaSharp;

namespace IrrigationWatch.Server.Tiles;

/// <summary>Draws tiles of maps: nearest pixels, read from the overview that is no coarser than the tile.</summary>
/// <remarks>Thread-safe. Closed with the state of the folder whose maps it holds open.</remarks>
internal sealed class RasterTiles : IDisposable
{
    /// <summary>Columns and rows of a tile.</summary>
    internal const int Size = 256;

    /// <summary>Pixels between places that are transformed exactly; between them lines are straight to within 0.01 pixels of a tile of Landsat's size.</summary>
    private const int Step = 32;

    /// <summary>Bytes of unpacked tiles of maps in which places were asked for: one place in 40 years takes some 50 MB.</summary>
    private const long CacheBytes = 128_000_000;

    /// <summary>Opening a map again takes a tenth of drawing its tile; a megabyte for each that waits is worse.</summary>
    private const int IdleDatasets = 32;

    private readonly RasterPool rasters = new(CacheBytes, IdleDatasets);
    private readonly ConcurrentDictionary<string, ConcurrentStack<CoordinateTransformation>> transformations = new(StringComparer.Ordinal);

    /// <summary>Draws a tile; null where the map does not reach it.</summary>
    internal byte[]? Draw(MapLayer layer, TileAddress tile, SKEncodedImageFormat format) =>
        Pixels(layer, tile.Left, tile.Top, tile.Size, Size) is { } pixels ? Encode(pixels, Size, format) : null;

    /// <summary>Draws a square of Web Mercator; null where the map does not reach it.</summary>
    internal uint[]? Pixels(MapLayer layer, double left, double top, double metres, int size)
    {
        (double[] columns, double[] rows) = Places(layer, left, top, metres, size);
        double minColumn = columns.Min();
        double maxColumn = columns.Max();
        double minRow = rows.Min();
        double maxRow = rows.Max();
        int x0 = (int)Math.Clamp(Math.Floor(minColumn), 0, layer.Grid.Width);
        int x1 = (int)Math.Clamp(Math.Floor(maxColumn) + 1, 0, layer.Grid.Width);
        int y0 = (int)Math.Clamp(Math.Floor(minRow), 0, layer.Grid.Height);
        int y1 = (int)Math.Clamp(Math.Floor(maxRow) + 1, 0, layer.Grid.Height);
        if (x1 <= x0 || y1 <= y0 || !double.IsFinite(minColumn + maxColumn + minRow + maxRow))
        {
            return null;
        }

        // As many pixels as the tile has for this part of the map, or all of them where the map is coarser.
        double reduction = Math.Max(1, Math.Min((maxColumn - minColumn) / size, (maxRow - minRow) / size));
        int width = Math.Max(1, (int)Math.Round((x1 - x0) / reduction));
        int height = Math.Max(1, (int)Math.Round((y1 - y0) / reduction));
        float[][] planes = Read(layer, new PixelWindow(x0, y0, x1 - x0, y1 - y0), width, height);
        uint[] pixels = new uint[size * size];
        Span<float> values = stackalloc float[planes.Length];
        int stride = size / Step + 1;
        for (int row = 0; row < size; row++)
        {
            double v = (row + 0.5) / Step;
            int j = Math.Min((int)v, stride - 2);
            v -= j;
            for (int column = 0; column < size; column++)
            {
                double u = (column + 0.5) / Step;
                int i = Math.Min((int)u, stride - 2);
                u -= i;
                int at = j * stride + i;
                double mapColumn = Between(columns, at, stride, u, v);
                double mapRow = Between(rows, at, stride, u, v);
                if (mapColumn < x0 || mapColumn >= x1 || mapRow < y0 || mapRow >= y1)
                {
                    continue;
                }

                int place = Math.Min((int)((mapRow - y0) * height / (y1 - y0)), height - 1) * width + Math.Min((int)((mapColumn - x0) * width / (x1 - x0)), width - 1);
                for (int band = 0; band < planes.Length; band++)
                {
                    values[band] = planes[band][place];
                }

                pixels[row * size + column] = layer.ColorOf(values);
            }
        }

        return pixels;
    }

    /// <summary>Values at a place of the bands of <see cref="MapLayer.Series"/>, in their order, NaN for none; null where the place lies outside.</summary>
    internal float[]? ValuesAt(MapLayer layer, double longitude, double latitude)
    {
        (double x, double y) = TileAddress.ToWorld(longitude, latitude);
        Span<double> xs = [(x - 0.5) * 2 * TileAddress.HalfWorld];
        Span<double> ys = [(0.5 - y) * 2 * TileAddress.HalfWorld];
        Transform(layer, xs, ys);
        int column = (int)Math.Floor((xs[0] - layer.Grid.Left) / layer.Grid.PixelWidth);
        int row = (int)Math.Floor((layer.Grid.Top - ys[0]) / layer.Grid.PixelHeight);
        if (column < 0 || row < 0 || column >= layer.Grid.Width || row >= layer.Grid.Height)
        {
            return null;
        }

        var window = new PixelWindow(column, row, 1, 1);
        return [.. layer.Series.Select(series =>
        {
            Span<float> pixel = stackalloc float[1];
            series.Band.Read(rasters, window, pixel);
            return pixel[0];
        })];
    }

    /// <summary>Packs pixels as a picture.</summary>
    internal static byte[] Encode(uint[] pixels, int size, SKEncodedImageFormat format)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(size, size, SKColorType.Bgra8888, SKAlphaType.Unpremul));
        MemoryMarshal.AsBytes(pixels.AsSpan()).CopyTo(bitmap.GetPixelSpan());
        using SKPixmap pixmap = bitmap.PeekPixels() ?? throw new InvalidOperationException("a picture has no pixels");
        using SKData? data = format == SKEncodedImageFormat.Webp
            ? pixmap.Encode(new SKWebpEncoderOptions(SKWebpEncoderCompression.Lossless, 20))
            : pixmap.Encode(new SKPngEncoderOptions(SKPngEncoderFilterFlags.None, 4));
        return data!.ToArray();
    }

    public void Dispose()
    {
        rasters.Dispose();
        foreach (CoordinateTransformation transformation in transformations.Values.SelectMany(idle => idle))
        {
            transformation.Dispose();
        }
    }

    private static double Between(double[] values, int at, int stride, double u, double v)
    {
        double above = values[at] + (values[at + 1] - values[at]) * u;
        double below = values[at + stride] + (values[at + stride + 1] - values[at + stride]) * u;
        return above + (below - above) * v;
    }

    private float[][] Read(MapLayer layer, PixelWindow window, int width, int height)
    {
        using DatasetPool.Lease lease = rasters.Rent(layer.File.Path);
        return [.. layer.Bands.Select(band =>
        {
            float[] plane = new float[width * height];
            band.ReadResized(lease.Dataset, window, width, height, plane.AsSpan());
            return plane;
        })];
    }

    /// <summary>Columns and rows of the map at every <see cref="Step"/>th corner of the tile's pixels.</summary>
    private (double[] Columns, double[] Rows) Places(MapLayer layer, double left, double top, double metres, int size)
    {
        int stride = size / Step + 1;
        double[] xs = new double[stride * stride];
        double[] ys = new double[stride * stride];
        for (int j = 0; j < stride; j++)
        {
            for (int i = 0; i < stride; i++)
            {
                xs[j * stride + i] = left + metres * i * Step / size;
                ys[j * stride + i] = top - metres * j * Step / size;
            }
        }

        Transform(layer, xs, ys);
        for (int i = 0; i < xs.Length; i++)
        {
            xs[i] = (xs[i] - layer.Grid.Left) / layer.Grid.PixelWidth;
            ys[i] = (layer.Grid.Top - ys[i]) / layer.Grid.PixelHeight;
        }

        return (xs, ys);
    }

    private void Transform(MapLayer layer, Span<double> xs, Span<double> ys)
    {
        ConcurrentStack<CoordinateTransformation> idle = transformations.GetOrAdd(layer.Grid.Crs, _ => []);
        if (!idle.TryPop(out CoordinateTransformation? transformation))
        {
            using SpatialReference mercator = SpatialReference.Parse("EPSG:3857");
            using SpatialReference own = layer.Grid.OpenSpatialReference();
            transformation = new CoordinateTransformation(mercator, own);
        }

        try
        {
            transformation.Transform(xs, ys);
        }
        catch (GdalException)
        {
            // Far from the map its projection may not be defined.
            xs.Fill(double.NaN);
            ys.Fill(double.NaN);
        }

        idle.Push(transformation);
    }
}
