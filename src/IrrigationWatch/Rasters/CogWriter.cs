using System.Globalization;
using IrrigationWatch.Gdal;

namespace IrrigationWatch.Rasters;

/// <summary>
/// Writes a Cloud Optimized GeoTIFF window by window. Pixels go to a tiled scratch file beside the output; <see cref="Commit"/>
/// makes the COG with its overviews under another name, and renames it: the output is there whole or not at all.
/// </summary>
/// <remarks>Thread-safe: windows may be written from several threads.</remarks>
public sealed class CogWriter : IDisposable
{
    private const int BlockSize = 256;

    private readonly string path;
    private readonly string partial;
    private readonly string scratch;
    private readonly CogOptions options;
    private readonly Dataset dataset;
    private readonly Lock gate = new();
    private bool committed;

    /// <summary>Starts a file.</summary>
    /// <param name="path">The output; missing folders are made.</param>
    /// <param name="grid">Where it lies.</param>
    /// <param name="type">Pixel type.</param>
    /// <param name="bandCount">Number of bands.</param>
    /// <param name="options">How it is written.</param>
    /// <exception cref="InputException">The place cannot be written.</exception>
    public CogWriter(string path, Grid grid, RasterType type, int bandCount, CogOptions options)
    {
        ArgumentNullException.ThrowIfNull(grid);
        ArgumentNullException.ThrowIfNull(options);
        this.path = path;
        this.options = options;
        Type = type;
        Grid = grid;
        partial = AtomicFile.Prepare(path);
        scratch = path + ".pixels" + AtomicFile.PartialEnding;
        try
        {
            dataset = Dataset.Create(scratch, "GTiff", grid.Width, grid.Height, bandCount, type, "TILED=YES", "BLOCKXSIZE=256", "BLOCKYSIZE=256", "INTERLEAVE=BAND", "BIGTIFF=IF_SAFER", "SPARSE_OK=FALSE");
            Describe(grid, bandCount);
        }
        catch (GdalException e)
        {
            dataset?.Dispose();
            AtomicFile.TryDelete(scratch);
            throw AtomicFile.CannotWrite(path, e);
        }
    }

    /// <summary>Where the file lies.</summary>
    public Grid Grid { get; }

    /// <summary>Pixel type.</summary>
    public RasterType Type { get; }

    /// <summary>Writes a window of one band.</summary>
    /// <typeparam name="T">The numeric type of the pixels.</typeparam>
    /// <param name="band">Band number from 1.</param>
    /// <param name="window">Which pixels.</param>
    /// <param name="pixels">Their values, row by row.</param>
    /// <exception cref="InputException">Writing failed, for example because the disk is full.</exception>
    public void Write<T>(int band, PixelWindow window, ReadOnlySpan<T> pixels)
        where T : unmanaged
    {
        lock (gate)
        {
            try
            {
                dataset.Band(band).Write(window, pixels);
            }
            catch (GdalException e)
            {
                throw AtomicFile.CannotWrite(path, e);
            }
        }
    }

    /// <summary>
    /// Removes patches smaller than a number of pixels from a categorical band that was written whole; missing pixels
    /// neither change nor count.
    /// </summary>
    /// <param name="band">Band number from 1.</param>
    /// <param name="minimumPatch">Patches with fewer pixels take their largest neighbour's value.</param>
    /// <exception cref="InputException">Writing failed.</exception>
    public void Sieve(int band, int minimumPatch)
    {
        lock (gate)
        {
            try
            {
                using Dataset mask = Dataset.Create("mask", "MEM", Grid.Width, Grid.Height, 1, RasterType.Byte);
                byte[] row = new byte[Grid.Width];
                byte missing = (byte)(options.NoData ?? 0);
                for (int y = 0; y < Grid.Height; y++)
                {
                    var window = new PixelWindow(0, y, Grid.Width, 1);
                    dataset.Band(band).Read<byte>(window, row);
                    for (int x = 0; x < row.Length; x++)
                    {
                        row[x] = row[x] == missing ? (byte)0 : (byte)1;
                    }

                    mask.Band(1).Write<byte>(window, row);
                }

                dataset.Band(band).Sieve(mask.Band(1), dataset.Band(band), minimumPatch, eightConnected: true);
            }
            catch (GdalException e)
            {
                throw AtomicFile.CannotWrite(path, e);
            }
        }
    }

    /// <summary>Makes the COG and gives it its name.</summary>
    /// <exception cref="InputException">Writing failed; what was there before stays.</exception>
    public void Commit()
    {
        lock (gate)
        {
            try
            {
                // Made here, plain, they are taken as they are; GDAL's COG driver would pack and unpack its own on the way.
                dataset.BuildOverviews(options.IsCategorical ? "MODE" : "AVERAGE", OverviewFactors(Grid));
                dataset.Finish();
                bool floating = Type is RasterType.Float32 or RasterType.Float64;
                using (Dataset source = Dataset.Open(scratch))
                {
                    source.CopyTo(
                        partial,
                        "COG",
                        "COMPRESS=DEFLATE",
                        // Behind a predictor harder compression gains a fiftieth and costs half as much again; class maps it halves.
                        options.IsCategorical ? "LEVEL=6" : "LEVEL=1",
                        options.IsCategorical ? "PREDICTOR=NO" : floating ? "PREDICTOR=FLOATING_POINT" : "PREDICTOR=STANDARD",
                        "BLOCKSIZE=256",
                        "BIGTIFF=IF_SAFER",
                        // Blocks are compressed side by side but written in order: every byte is the same whatever the number of cores.
                        "NUM_THREADS=ALL_CPUS");
                }

                File.Move(partial, path, overwrite: true);
                committed = true;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw AtomicFile.CannotWrite(path, e);
            }
            finally
            {
                AtomicFile.TryDelete(scratch);
            }
        }
    }

    /// <summary>Removes what is not whole.</summary>
    public void Dispose()
    {
        dataset.Dispose();
        AtomicFile.TryDelete(scratch);
        if (!committed)
        {
            AtomicFile.TryDelete(partial);
        }
    }

    /// <summary>Halves until the whole raster is one block.</summary>
    private static int[] OverviewFactors(Grid grid)
    {
        var factors = new List<int>();
        for (int factor = 1; (grid.Width - 1) / factor >= BlockSize || (grid.Height - 1) / factor >= BlockSize;)
        {
            factor *= 2;
            factors.Add(factor);
        }

        return [.. factors];
    }

    private void Describe(Grid grid, int bandCount)
    {
        dataset.GeoTransform = grid.ToGeoTransform();
        using (SpatialReference reference = grid.OpenSpatialReference())
        {
            dataset.SetSpatialReference(reference);
        }

        foreach ((string name, string value) in options.Metadata)
        {
            dataset.SetMetadata(name, value);
        }

        for (int number = 1; number <= bandCount; number++)
        {
            Band band = dataset.Band(number);
            band.NoData = options.NoData;
            if (options.Scale != 1)
            {
                band.Scale = options.Scale;
                band.SetMetadata("SCALE_FACTOR", options.Scale.ToString("R", CultureInfo.InvariantCulture));
            }

            if (options.BandNames.Count >= number)
            {
                band.Description = options.BandNames[number - 1];
            }

            if (options.Colors.Count > 0)
            {
                band.SetColorTable(options.Colors);
            }
        }
    }
}
