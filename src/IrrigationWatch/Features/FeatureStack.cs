using System.Globalization;
using IrrigationWatch.Gdal;
using IrrigationWatch.Rasters;

namespace IrrigationWatch.Features;

/// <summary>A feature stack on disk: its grid, year and the names of its bands. Thread-safe.</summary>
public sealed class FeatureStack
{
    private readonly RasterPool pool;
    private readonly LayerReader[] bands;
    private readonly (FeatureStack? Stack, int Band)[] sources;

    private FeatureStack(string path, RasterPool pool, LayerReader[] bands, Grid grid, int? year, string sensors, IReadOnlyList<string> names, (FeatureStack? Stack, int Band)[]? sources = null)
    {
        this.bands = bands;
        this.pool = pool;
        this.sources = sources ?? [.. Enumerable.Range(1, names.Count).Select(band => (this, band))];
        Sensors = sensors;
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

    /// <summary>First and last day of its year in the file's metadata, where that is no calendar year.</summary>
    internal IReadOnlyList<KeyValuePair<string, string>> Span { get; private init; } = [];

    /// <summary>The day on which its year begins, <c>MM-DD</c>; null for a calendar year.</summary>
    internal string? YearStarts => Span.Where(item => item.Key == YearCalendar.BeginsItem && item.Value.Length > 5).Select(item => item.Value[5..]).FirstOrDefault();

    /// <summary>The sensors that saw its year, as <c>ETM+, TM</c>; empty where the file does not say.</summary>
    public string Sensors { get; }

    /// <summary>Names of the features, in the order of the bands; those of years before stand behind.</summary>
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
            LayerReader[] bands = [.. Enumerable.Range(1, names.Length).Select(band => LayerReader.Of(dataset, new RasterLayer(path) { Band = band }))];
            return new FeatureStack(path, pool, bands, Grid.Of(dataset), year, dataset.GetMetadata("SENSORS") ?? string.Empty, names) { Span = SpanOf(dataset) };
        }
        catch (GdalException e)
        {
            throw new InputException(path, $"cannot be read as a feature stack ({e.Reason}); make it with 'irrigationwatch composite'", e);
        }
    }

    /// <summary>
    /// The stack with the features of the years before behind its own, but for counts: <c>previous_</c> before their names for the
    /// first, <c>previous2_</c> for the second, all missing where there is no such stack.
    /// </summary>
    /// <param name="before">The stacks of the year before, of the year before that …; null for a year without one.</param>
    /// <returns>The wider stack.</returns>
    /// <exception cref="InputException">A stack lies on another grid or lacks a feature.</exception>
    public FeatureStack WithPrevious(params IReadOnlyList<FeatureStack?> before)
    {
        ArgumentNullException.ThrowIfNull(before);
        string[] joining = [.. Names.Where(name => !FeatureSet.IsCount(name))];
        var names = new List<string>(Names);
        var all = new List<(FeatureStack?, int)>(sources);
        for (int i = 0; i < before.Count; i++)
        {
            if (before[i] is FeatureStack stack && !stack.Grid.Equals(Grid))
            {
                throw new InputException(stack.Path, $"lies on another grid than {Path}, whose year before it is; make both with one configuration");
            }

            int[]? positions = before[i]?.Find(joining);
            names.AddRange(joining.Select(name => PreviousName(name, i + 1)));
            all.AddRange(Enumerable.Range(0, joining.Length).Select(k => positions is null ? ((FeatureStack?)null, 0) : before[i]!.sources[positions[k]]));
        }

        return new FeatureStack(Path, pool, bands, Grid, Year, Sensors, names, [.. all]) { Span = Span };
    }

    /// <summary>First and last day of a raster's year, where it says them.</summary>
    internal static IReadOnlyList<KeyValuePair<string, string>> SpanOf(Dataset dataset) =>
        [.. new[] { YearCalendar.BeginsItem, YearCalendar.EndsItem }.Select(item => KeyValuePair.Create(item, dataset.GetMetadata(item)!)).Where(item => item.Value is not null)];

    /// <summary>Name of a feature of a year before.</summary>
    internal static string PreviousName(string name, int years) => years == 1 ? $"previous_{name}" : string.Create(CultureInfo.InvariantCulture, $"previous{years}_{name}");

    /// <summary>Reads a window of some features.</summary>
    /// <param name="window">Which pixels.</param>
    /// <param name="features">Which features, by their position in <see cref="Names"/>.</param>
    /// <param name="pixels">Receives one plane of pixels a feature.</param>
    /// <exception cref="InputException">The file cannot be read.</exception>
    public void Read(PixelWindow window, ReadOnlySpan<int> features, Span<float> pixels)
    {
        for (int i = 0; i < features.Length; i++)
        {
            Span<float> plane = pixels.Slice(i * window.PixelCount, window.PixelCount);
            (FeatureStack? source, int band) = sources[features[i]];
            if (source is null)
            {
                plane.Fill(float.NaN);
                continue;
            }

            source.bands[band - 1].Read(source.pool, window, plane);
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
