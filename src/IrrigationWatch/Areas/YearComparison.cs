using System.Globalization;
using IrrigationWatch.Gdal;
using IrrigationWatch.Kernels;
using IrrigationWatch.Rasters;

namespace IrrigationWatch.Areas;

/// <summary>The pixels of the maps of several years, gone through once from top to bottom for all that is asked of them.</summary>
internal sealed class YearComparison : IDisposable
{
    private const int Rows = CogWriter.TileSize;

    private readonly OpenClassMap[] datasets;
    private readonly ClassBitsReader[] readers;
    private readonly Grid grid;
    private readonly IReadOnlyList<Zone> zones;
    private readonly CogWriter? first;
    private readonly CogWriter? last;
    private readonly CogWriter? count;
    private readonly CogWriter? seen;
    private readonly CogWriter? change;

    internal YearComparison((int Year, MapSource Map)[] maps, ClassValues counted, IReadOnlyList<Zone> zones, ChangeMapFiles output, string source)
    {
        this.zones = zones;
        datasets = [.. maps.Select(map => OpenClassMap.Open(map.Map))];
        grid = datasets[0].Grid;
        for (int i = 1; i < datasets.Length; i++)
        {
            if (!datasets[i].Grid.Equals(grid))
            {
                string path = maps[i].Map.Path;
                Dispose();
                throw OtherGrid(path, maps[0].Map.Path);
            }
        }

        readers = [.. datasets.Select(dataset => new ClassBitsReader(dataset, Rows, counted))];
        int[] years = [.. maps.Select(map => map.Year)];
        var metadata = new SortedDictionary<string, string>(StringComparer.Ordinal) { ["YEARS"] = string.Join(',', years) };
        if (source.Length > 0)
        {
            metadata["SOURCE"] = source;
        }

        first = Open(output.FirstYear, RasterType.UInt16, "first irrigated year", ChangeMaps.YearNotObserved, ChangeColors.Years(years[0], years[^1]), metadata);
        last = Open(output.LastYear, RasterType.UInt16, "last irrigated year", ChangeMaps.YearNotObserved, ChangeColors.Years(years[0], years[^1]), metadata);
        count = Open(output.IrrigatedYears, RasterType.Byte, "years irrigated", ChangeMaps.NotObserved, ChangeColors.Counts(years.Length), metadata);
        seen = Open(output.ObservedYears, RasterType.Byte, "years observed", ChangeMaps.NotObserved, ChangeColors.Counts(years.Length), metadata);
        (Period from, Period to) = ChangeMaps.Ends(years);
        metadata = new SortedDictionary<string, string>(metadata, StringComparer.Ordinal)
        {
            ["FROM"] = from.ToString(),
            ["TO"] = to.ToString(),
            ["YEAR"] = to.Last.ToString(CultureInfo.InvariantCulture),
            [ClassValues.MetadataItem] = string.Join(';', ChangeMaps.Classes.Select(pair => string.Create(CultureInfo.InvariantCulture, $"{pair.Key}={pair.Value}"))),
        };
        change = Open(output.Change, RasterType.Byte, "change", ChangeMaps.NotObserved, ChangeMaps.Colors, metadata);
    }

    internal IReadOnlyList<Transition> Execute(int[] years, CancellationToken cancel)
    {
        IReadOnlyList<(Period From, Period To)> pairs = ChangeMaps.Pairs(years);
        int ends = pairs.ToList().IndexOf(ChangeMaps.Ends(years));
        Period[] periods = [.. pairs.SelectMany(pair => new[] { pair.From, pair.To }).Distinct()];
        using var projector = new ZoneProjector(grid);
        PolygonCoverage[] coverages = [.. zones.Select(zone => projector.Cover(zone.Geometry))];
        // Two rows of bits each: irrigated in both and in neither; opened and abandoned.
        ClassBits[] parts = [.. Enumerable.Range(0, 2 * pairs.Count).Select(_ => new ClassBits(grid.Width, Rows))];
        ZonalSums[][] sums = [.. zones.Select(_ => new ZonalSums[parts.Length])];
        var areas = new PixelAreas(grid);
        ClassBits[] strips = [.. years.Select(_ => new ClassBits(grid.Width, Rows))];
        ClassBits[] states = [.. periods.Select(_ => new ClassBits(grid.Width, Rows))];
        for (int top = 0; top < grid.Height; top += Rows)
        {
            cancel.ThrowIfCancellationRequested();
            int bottom = Math.Min(grid.Height, top + Rows);
            ParallelWork.Run(Enumerable.Range(0, years.Length), i => readers[i].Read(top, strips[i]), cancel);
            ParallelWork.Run(Enumerable.Range(0, periods.Length), p => Judge([.. strips.Where((_, i) => periods[p].Contains(years[i]))], states[p], bottom - top), cancel);
            ParallelWork.Run(Enumerable.Range(0, pairs.Count), i => Compare(states[Array.IndexOf(periods, pairs[i].From)], states[Array.IndexOf(periods, pairs[i].To)], parts[2 * i], parts[2 * i + 1], bottom - top), cancel);
            ParallelWork.Run(Enumerable.Range(0, zones.Count), zone => ZonalArea.Add(parts, top, bottom, coverages[zone], areas, sums[zone]), cancel);
            WriteStrip(years, strips, parts[2 * ends], parts[2 * ends + 1], new PixelWindow(0, top, grid.Width, bottom - top));
        }

        foreach (CogWriter? writer in Writers)
        {
            writer?.Commit();
        }

        return [.. pairs.SelectMany((pair, i) => zones.Select((zone, z) => Of(pair, zone, sums[z][2 * i], sums[z][2 * i + 1])))];
    }

    internal static InputException OtherGrid(string path, string other) =>
        new(path, $"lies on another grid than {other}; pixels can be compared only on one grid, warp one of them first");

    private CogWriter?[] Writers => [first, last, count, seen, change];

    public void Dispose()
    {
        foreach (CogWriter? writer in Writers)
        {
            writer?.Dispose();
        }

        foreach (ClassBitsReader reader in readers ?? [])
        {
            reader.Dispose();
        }

        foreach (OpenClassMap dataset in datasets)
        {
            dataset.Dispose();
        }
    }

    private static Transition Of((Period From, Period To) pair, Zone zone, ZonalSums both, ZonalSums one)
    {
        const double Hectare = AreaCalculation.SquareMetresPerHectare;
        // Counted and observed are here: irrigated in both, in neither; opened, abandoned.
        return new Transition(pair.From, pair.To, zone.Name, zone.Country, both.Counted / Hectare, one.Counted / Hectare, one.Observed / Hectare, both.Observed / Hectare, Math.Max(0, both.Covered - both.Counted - both.Observed - one.Counted - one.Observed) / Hectare);
    }

    private CogWriter? Open(string? path, RasterType type, string band, double noData, IReadOnlyDictionary<ushort, uint> colors, SortedDictionary<string, string> metadata) =>
        path is null ? null : new CogWriter(path, grid, type, 1, new CogOptions { NoData = noData, BandNames = [band], Metadata = metadata, IsCategorical = true, Colors = colors });

    /// <summary>What the land of a period was: irrigated in most of the years in which it was seen.</summary>
    private void Judge(ClassBits[] years, ClassBits state, int rows)
    {
        var counter = new BitCounter(PixelBits.WordCount(grid.Width));
        for (int row = 0; row < rows; row++)
        {
            counter.MostOf(years, row, state.Counted(row), state.Observed(row));
        }
    }

    /// <summary>Into the first irrigated in both and in neither, into the second opened and abandoned.</summary>
    private static void Compare(ClassBits from, ClassBits to, ClassBits both, ClassBits one, int rows)
    {
        for (int row = 0; row < rows; row++)
        {
            Span<ulong> was = from.Counted(row);
            Span<ulong> is_ = to.Counted(row);
            Span<ulong> wasSeen = from.Observed(row);
            Span<ulong> isSeen = to.Observed(row);
            Span<ulong> kept = both.Counted(row);
            Span<ulong> never = both.Observed(row);
            Span<ulong> opened = one.Counted(row);
            Span<ulong> abandoned = one.Observed(row);
            for (int word = 0; word < was.Length; word++)
            {
                ulong seen = wasSeen[word] & isSeen[word];
                kept[word] = seen & was[word] & is_[word];
                never[word] = seen & ~was[word] & ~is_[word];
                opened[word] = seen & ~was[word] & is_[word];
                abandoned[word] = seen & was[word] & ~is_[word];
            }
        }
    }

    private void WriteStrip(int[] years, ClassBits[] strips, ClassBits both, ClassBits one, PixelWindow window)
    {
        WriteYears(first, years, strips, window, forward: false);
        WriteYears(last, years, strips, window, forward: true);
        WriteCounts(strips, window);
        if (change is null)
        {
            return;
        }

        byte[] pixels = new byte[window.PixelCount];
        pixels.AsSpan().Fill(ChangeMaps.NotObserved);
        for (int row = 0; row < window.Height; row++)
        {
            Span<byte> line = pixels.AsSpan(row * window.Width, window.Width);
            PixelBits.Fill(both.Observed(row), line, (byte)0);
            PixelBits.Fill(both.Counted(row), line, (byte)1);
            PixelBits.Fill(one.Counted(row), line, ChangeMaps.Opened);
            PixelBits.Fill(one.Observed(row), line, ChangeMaps.Abandoned);
        }

        change.Write<byte>(1, window, pixels);
    }

    /// <summary>Later years are written over earlier ones, or the other way round.</summary>
    private static void WriteYears(CogWriter? writer, int[] years, ClassBits[] strips, PixelWindow window, bool forward)
    {
        if (writer is null)
        {
            return;
        }

        ushort[] pixels = new ushort[window.PixelCount];
        pixels.AsSpan().Fill(ChangeMaps.YearNotObserved);
        for (int row = 0; row < window.Height; row++)
        {
            Span<ushort> line = pixels.AsSpan(row * window.Width, window.Width);
            foreach (ClassBits strip in strips)
            {
                PixelBits.Fill(strip.Observed(row), line, ChangeMaps.Never);
            }

            for (int i = 0; i < years.Length; i++)
            {
                int year = forward ? i : years.Length - 1 - i;
                PixelBits.Fill(strips[year].Counted(row), line, (ushort)years[year]);
            }
        }

        writer.Write<ushort>(1, window, pixels);
    }

    private void WriteCounts(ClassBits[] strips, PixelWindow window)
    {
        if (count is null && seen is null)
        {
            return;
        }

        byte[] irrigated = new byte[window.PixelCount];
        byte[] observed = new byte[window.PixelCount];
        var counter = new BitCounter(PixelBits.WordCount(window.Width));
        for (int row = 0; row < window.Height; row++)
        {
            counter.Counts(strips, row, irrigated: true, irrigated.AsSpan(row * window.Width, window.Width));
            counter.Counts(strips, row, irrigated: false, observed.AsSpan(row * window.Width, window.Width));
        }

        for (int i = 0; i < observed.Length; i++)
        {
            if (observed[i] == 0)
            {
                observed[i] = irrigated[i] = ChangeMaps.NotObserved;
            }
        }

        count?.Write<byte>(1, window, irrigated);
        seen?.Write<byte>(1, window, observed);
    }
}
