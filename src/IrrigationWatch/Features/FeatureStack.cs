using System.Globalization;
using IrrigationWatch.Gdal;
using IrrigationWatch.Rasters;

namespace IrrigationWatch.Features;

/// <summary>A feature stack on disk: its grid, year and the names of its bands. Thread-safe.</summary>
public sealed class FeatureStack
{
    private readonly RasterPool pool;

    private FeatureStack(string path, RasterPool pool, Grid grid, int? year, IReadOnlyList<string> names)
    {
        this.pool = pool;
        Path = path;
        Grid = grid;
        Year = year;
        Names = names;
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Where it lies.</summary>
    public Grid Grid { get; }

    /// <summary>Its year, or null where the file does not say.</summary>
    public int? Year { get; }

    /// <summary>Names of the features, in the order of the bands.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>Opens a stack.</summary>
    /// <param name="path">A raster whose bands are named by their description.</param>
    /// <param name="pool">Where datasets come from.</param>
    /// <returns>The stack.</returns>
    /// <exception cref="InputException">The file is missing or its bands have no names.</exception>
    public static FeatureStack Open(string path, RasterPool pool)
    {
        ArgumentNullException.ThrowIfNull(pool);
        try
        {
            using DatasetPool.Lease lease = pool.Rent(path);
            Dataset dataset = lease.Dataset;
            string[] names = [.. Enumerable.Range(1, dataset.BandCount).Select(band => dataset.Band(band).Description)];
            if (names.Any(name => name.Length == 0) || names.Distinct(StringComparer.Ordinal).Count() != names.Length)
            {
                throw new InputException(path, "its bands have no names or the same one twice; make it with 'irrigationwatch composite'");
            }

            int? year = int.TryParse(dataset.GetMetadata("YEAR"), NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;
            return new FeatureStack(path, pool, Grid.Of(dataset), year, names);
        }
        catch (GdalException e)
        {
            throw new InputException(path, $"cannot be read as a feature stack ({e.Reason}); make it with 'irrigationwatch composite'", e);
        }
    }

    /// <summary>Reads a window of some features.</summary>
    /// <param name="window">Which pixels.</param>
    /// <param name="features">Which features, by their position in <see cref="Names"/>.</param>
    /// <param name="pixels">Receives one plane of pixels a feature.</param>
    /// <exception cref="InputException">The file cannot be read.</exception>
    public void Read(PixelWindow window, ReadOnlySpan<int> features, Span<float> pixels)
    {
        try
        {
            for (int i = 0; i < features.Length; i++)
            {
                pool.Read(Path, features[i] + 1, window, pixels.Slice(i * window.PixelCount, window.PixelCount));
            }
        }
        catch (GdalException e)
        {
            throw new InputException(Path, $"cannot be read ({e.Reason}); make it again", e);
        }
    }

    /// <summary>Positions of features by name.</summary>
    /// <param name="names">The names wanted.</param>
    /// <returns>Their positions, in the order asked for.</returns>
    /// <exception cref="InputException">The stack lacks one, which is named.</exception>
    public int[] Find(IReadOnlyList<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        int[] positions = new int[names.Count];
        for (int i = 0; i < positions.Length; i++)
        {
            positions[i] = -1;
            for (int j = 0; j < Names.Count && positions[i] < 0; j++)
            {
                positions[i] = string.Equals(Names[j], names[i], StringComparison.Ordinal) ? j : -1;
            }

            if (positions[i] < 0)
            {
                throw new InputException(Path, $"has no feature '{names[i]}' (it has {string.Join(", ", Names)}); make it with the seasons that the model was trained on");
            }
        }

        return positions;
    }
}
