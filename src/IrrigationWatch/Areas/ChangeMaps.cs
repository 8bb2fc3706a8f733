using System.Globalization;
using IrrigationWatch.Gdal;
using IrrigationWatch.Kernels;
using IrrigationWatch.Rasters;

namespace IrrigationWatch.Areas;

/// <summary>Change read from the maps of several years, pixel by pixel.</summary>
/// <remarks>
/// Land of a period counts as irrigated where it was in more than half of the years in which it was observed, and as unobserved where it
/// was seen in none of them. Nothing is filled in: what was not seen in one of two periods is neither gain nor loss.
/// </remarks>
public static class ChangeMaps
{
    /// <summary>Years of the periods that are compared.</summary>
    public const int PeriodYears = 5;

    /// <summary>Value of <c>first-irrigated-year.tif</c> and <c>last-irrigated-year.tif</c> for land that was seen and never irrigated.</summary>
    public const ushort Never = 0;

    /// <summary>Value of these maps for land that was never seen.</summary>
    public const ushort YearNotObserved = ushort.MaxValue;

    /// <summary>Value of byte maps for land that was not seen.</summary>
    public const byte NotObserved = byte.MaxValue;

    /// <summary>Most years that are compared, as counted by a byte.</summary>
    public const int MostYears = 250;

    /// <summary>The classes of a change map by value.</summary>
    public static IReadOnlyDictionary<byte, string> Classes { get; } = new SortedDictionary<byte, string> { [0] = "not irrigated", [1] = "irrigated in both", [2] = "opened", [3] = "abandoned" };

    /// <summary>The value of newly irrigated land in a change map.</summary>
    internal const byte Opened = 2;

    /// <summary>The value of land that is irrigated no more.</summary>
    internal const byte Abandoned = 3;

    /// <summary>The colours of a change map: after Okabe and Ito 2008.</summary>
    internal static IReadOnlyDictionary<ushort, uint> Colors { get; } = new SortedDictionary<ushort, uint> { [0] = 0xFFEFEBE2, [1] = 0xFF009E73, [Opened] = 0xFF0072B2, [Abandoned] = 0xFFD55E00, [NotObserved] = 0x00000000 };

    /// <summary>What years and periods of a series are compared.</summary>
    /// <param name="years">The years of the maps, sorted.</param>
    /// <returns>
    /// Each year with the next, the first with the last, each period of five years with the next, the first period with the last; each pair once.
    /// </returns>
    public static IReadOnlyList<(Period From, Period To)> Pairs(IReadOnlyList<int> years)
    {
        ArgumentNullException.ThrowIfNull(years);
        IReadOnlyList<Period> periods = Period.Split(years, PeriodYears);
        return
        [
            .. Successive([.. years.Select(year => new Period(year, year))])
                .Concat(periods.Count > 1 ? Successive(periods) : [])
                .Distinct(),
        ];
    }

    /// <summary>The two that a map of change compares: the first and the last period, or where there are no two the first and the last year.</summary>
    /// <param name="years">The years of the maps, sorted; two or more.</param>
    /// <returns>The earlier and the later.</returns>
    public static (Period From, Period To) Ends(IReadOnlyList<int> years)
    {
        ArgumentNullException.ThrowIfNull(years);
        IReadOnlyList<Period> periods = Period.Split(years, PeriodYears);
        return periods.Count > 1 ? (periods[0], periods[^1]) : (new Period(years[0], years[0]), new Period(years[^1], years[^1]));
    }

    /// <summary>Compares maps on one grid.</summary>
    /// <param name="maps">One map a year, all on one grid.</param>
    /// <param name="counted">The pixel values that count as irrigated.</param>
    /// <param name="zones">Zones to add up by; may be empty.</param>
    /// <param name="output">Where maps are written; null names are left out.</param>
    /// <param name="source">Metadata item <c>SOURCE</c> of the maps that are written; empty for none.</param>
    /// <param name="cancel">Stops between strips of rows.</param>
    /// <returns>What became of the land of each zone between <see cref="Pairs"/>.</returns>
    /// <exception cref="InputException">A map cannot be read, lies on another grid, or an output cannot be written.</exception>
    public static IReadOnlyList<Transition> Compute(IReadOnlyList<(int Year, string Path)> maps, ClassValues counted, IReadOnlyList<Zone> zones, ChangeMapFiles output, string source = "", CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(maps);
        ArgumentNullException.ThrowIfNull(counted);
        ArgumentNullException.ThrowIfNull(zones);
        ArgumentNullException.ThrowIfNull(output);
        if (maps.Count is < 2 or > MostYears)
        {
            throw new ConfigurationException("maps", $"change needs maps of 2 to {MostYears} years, {maps.Count} were given");
        }

        (int Year, string Path)[] sorted = [.. maps.OrderBy(map => map.Year)];
        int[] years = [.. sorted.Select(map => map.Year)];
        if (years.Distinct().Count() < years.Length)
        {
            throw new ConfigurationException("maps", "two maps are of one year; join them first");
        }

        using var run = new Comparison(sorted, counted, zones, output, source);
        return run.Execute(years, cancel);
    }

    private static IEnumerable<(Period From, Period To)> Successive(IReadOnlyList<Period> periods) =>
        [.. periods.Skip(1).Select((period, i) => (periods[i], period)), .. periods.Count > 1 ? [(periods[0], periods[^1])] : Array.Empty<(Period, Period)>()];

    private sealed class Comparison : IDisposable
    {
        private const int Rows = CogWriter.TileSize;

        private readonly Dataset[] datasets;
        private readonly ClassBitsReader[] readers;
        private readonly Grid grid;
        private readonly IReadOnlyList<Zone> zones;
        private readonly CogWriter? first;
        private readonly CogWriter? last;
        private readonly CogWriter? count;
        private readonly CogWriter? seen;
        private readonly CogWriter? change;

        internal Comparison((int Year, string Path)[] maps, ClassValues counted, IReadOnlyList<Zone> zones, ChangeMapFiles output, string source)
        {
            this.zones = zones;
            datasets = [.. maps.Select(map => AreaCalculation.OpenMap(map.Path))];
            grid = Grid.Of(datasets[0]);
            for (int i = 1; i < datasets.Length; i++)
            {
                if (!Grid.Of(datasets[i]).Equals(grid))
                {
                    string path = maps[i].Path;
                    Dispose();
                    throw new InputException(path, $"lies on another grid than {maps[0].Path}; pixels can be compared only on one grid, warp one of them first");
                }
            }

            readers = [.. datasets.Select(dataset => new ClassBitsReader(dataset, grid, Rows, counted))];
            int[] years = [.. maps.Select(map => map.Year)];
            var metadata = new SortedDictionary<string, string>(StringComparer.Ordinal) { ["YEARS"] = string.Join(',', years) };
            if (source.Length > 0)
            {
                metadata["SOURCE"] = source;
            }

            first = Open(output.FirstYear, RasterType.UInt16, "first irrigated year", YearNotObserved, ChangeColors.Years(years[0], years[^1]), metadata);
            last = Open(output.LastYear, RasterType.UInt16, "last irrigated year", YearNotObserved, ChangeColors.Years(years[0], years[^1]), metadata);
            count = Open(output.IrrigatedYears, RasterType.Byte, "years irrigated", NotObserved, ChangeColors.Counts(years.Length), metadata);
            seen = Open(output.ObservedYears, RasterType.Byte, "years observed", NotObserved, ChangeColors.Counts(years.Length), metadata);
            (Period from, Period to) = Ends(years);
            metadata = new SortedDictionary<string, string>(metadata, StringComparer.Ordinal)
            {
                ["FROM"] = from.ToString(),
                ["TO"] = to.ToString(),
                ["YEAR"] = to.Last.ToString(CultureInfo.InvariantCulture),
                [ClassValues.MetadataItem] = string.Join(';', Classes.Select(pair => string.Create(CultureInfo.InvariantCulture, $"{pair.Key}={pair.Value}"))),
            };
            change = Open(output.Change, RasterType.Byte, "change", NotObserved, Colors, metadata);
        }

        internal IReadOnlyList<Transition> Execute(int[] years, CancellationToken cancel)
        {
            IReadOnlyList<(Period From, Period To)> pairs = Pairs(years);
            (Period From, Period To) ends = Ends(years);
            Period[] periods = [.. pairs.Append(ends).SelectMany(pair => new[] { pair.From, pair.To }).Distinct()];
            using var projector = new ZoneProjector(grid);
            PolygonCoverage[] Coverages() => [.. zones.Select(zone => projector.Cover(zone.Geometry))];
            // Rows of a coverage are asked for once, from top to bottom: each pair and half has its own.
            PolygonCoverage[][] coverages = [.. Enumerable.Range(0, 2 * pairs.Count).Select(_ => Coverages())];
            ZonalSums[][] sums = [.. coverages.Select(_ => new ZonalSums[zones.Count])];
            var areas = new PixelAreas(grid);
            ClassBits[] strips = [.. years.Select(_ => new ClassBits(grid.Width, Rows))];
            ClassBits[] states = [.. periods.Select(_ => new ClassBits(grid.Width, Rows))];
            var counter = new BitCounter(PixelBits.WordCount(grid.Width));
            ClassBits[] parts = [.. Enumerable.Range(0, coverages.Length).Select(_ => new ClassBits(grid.Width, Rows))];
            for (int top = 0; top < grid.Height; top += Rows)
            {
                cancel.ThrowIfCancellationRequested();
                int rows = Math.Min(Rows, grid.Height - top);
                ParallelWork.Run(Enumerable.Range(0, years.Length), i => readers[i].Read(top, strips[i]), cancel);
                for (int p = 0; p < periods.Length; p++)
                {
                    Period period = periods[p];
                    Judge([.. strips.Where((_, i) => period.Contains(years[i]))], states[p], rows, counter);
                }

                ParallelWork.Run(Enumerable.Range(0, pairs.Count), i =>
                {
                    ClassBits from = states[Array.IndexOf(periods, pairs[i].From)];
                    ClassBits to = states[Array.IndexOf(periods, pairs[i].To)];
                    Compare(from, to, parts[2 * i], parts[2 * i + 1], rows);
                    for (int half = 2 * i; half < 2 * i + 2 && zones.Count > 0; half++)
                    {
                        ZonalArea.Add(parts[half], top, top + rows, coverages[half], areas, sums[half]);
                    }
                }, cancel);
                WriteStrip(years, strips, states[Array.IndexOf(periods, ends.From)], states[Array.IndexOf(periods, ends.To)], new PixelWindow(0, top, grid.Width, rows));
            }

            foreach (CogWriter? writer in new[] { first, last, count, seen, change })
            {
                writer?.Commit();
            }

            return [.. pairs.SelectMany((pair, i) => zones.Select((zone, z) => Of(pair, zone, sums[2 * i][z], sums[2 * i + 1][z])))];
        }

        public void Dispose()
        {
            foreach (CogWriter? writer in new[] { first, last, count, seen, change })
            {
                writer?.Dispose();
            }

            foreach (ClassBitsReader reader in readers ?? [])
            {
                reader.Dispose();
            }

            foreach (Dataset dataset in datasets)
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
        private static void Judge(ClassBits[] years, ClassBits state, int rows, BitCounter counter)
        {
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

        private void WriteStrip(int[] years, ClassBits[] strips, ClassBits from, ClassBits to, PixelWindow window)
        {
            int width = grid.Width;
            WriteYears(first, years, strips, window, forward: false);
            WriteYears(last, years, strips, window, forward: true);
            WriteCounts(count, strips, window, irrigated: true);
            WriteCounts(seen, strips, window, irrigated: false);
            if (change is null)
            {
                return;
            }

            byte[] pixels = new byte[window.PixelCount];
            pixels.AsSpan().Fill(NotObserved);
            var both = new ClassBits(width, window.Height);
            var one = new ClassBits(width, window.Height);
            Compare(from, to, both, one, window.Height);
            for (int row = 0; row < window.Height; row++)
            {
                Span<byte> line = pixels.AsSpan(row * width, width);
                PixelBits.Fill(both.Observed(row), line, (byte)0);
                PixelBits.Fill(both.Counted(row), line, (byte)1);
                PixelBits.Fill(one.Counted(row), line, Opened);
                PixelBits.Fill(one.Observed(row), line, Abandoned);
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
            pixels.AsSpan().Fill(YearNotObserved);
            for (int row = 0; row < window.Height; row++)
            {
                Span<ushort> line = pixels.AsSpan(row * window.Width, window.Width);
                foreach (ClassBits strip in strips)
                {
                    PixelBits.Fill(strip.Observed(row), line, Never);
                }

                for (int i = 0; i < years.Length; i++)
                {
                    int year = forward ? i : years.Length - 1 - i;
                    PixelBits.Fill(strips[year].Counted(row), line, (ushort)years[year]);
                }
            }

            writer.Write<ushort>(1, window, pixels);
        }

        private static void WriteCounts(CogWriter? writer, ClassBits[] strips, PixelWindow window, bool irrigated)
        {
            if (writer is null)
            {
                return;
            }

            byte[] pixels = new byte[window.PixelCount];
            byte[] observed = new byte[window.Width];
            var counter = new BitCounter(PixelBits.WordCount(window.Width));
            for (int row = 0; row < window.Height; row++)
            {
                Span<byte> line = pixels.AsSpan(row * window.Width, window.Width);
                counter.Counts(strips, row, irrigated, line);
                counter.Counts(strips, row, irrigated: false, observed);
                for (int x = 0; x < line.Length; x++)
                {
                    line[x] = observed[x] == 0 ? NotObserved : line[x];
                }
            }

            writer.Write<byte>(1, window, pixels);
        }
    }

    /// <summary>Counts over years for 64 pixels at once: each count is spread over words, one for each of its binary digits.</summary>
    private sealed class BitCounter(int words)
    {
        private const int Digits = 9;

        private readonly ulong[] balance = new ulong[words * Digits];

        /// <summary>Irrigated where it was in more than half of the years in which it was observed.</summary>
        internal void MostOf(ClassBits[] years, int row, Span<ulong> irrigated, Span<ulong> observed)
        {
            observed.Clear();
            if (years.Length == 1)
            {
                years[0].Counted(row).CopyTo(irrigated);
                years[0].Observed(row).CopyTo(observed);
                return;
            }

            // Twos' complement: +1 for irrigated, −1 for observed and not; above 0 in the end is more than half.
            Span<ulong> digits = balance;
            digits.Clear();
            foreach (ClassBits year in years)
            {
                Span<ulong> counted = year.Counted(row);
                Span<ulong> seen = year.Observed(row);
                for (int word = 0; word < words; word++)
                {
                    observed[word] |= seen[word];
                    ulong minus = seen[word] & ~counted[word];
                    // Adding −1 is adding a one in every digit.
                    Add(digits.Slice(word * Digits, Digits), counted[word] | minus, minus);
                }
            }

            for (int word = 0; word < words; word++)
            {
                ulong any = 0;
                for (int digit = 0; digit < Digits; digit++)
                {
                    any |= digits[word * Digits + digit];
                }

                irrigated[word] = any & ~digits[word * Digits + Digits - 1];
            }
        }

        /// <summary>In how many years pixels were irrigated, or observed.</summary>
        internal void Counts(ClassBits[] years, int row, bool irrigated, Span<byte> counts)
        {
            Span<ulong> digits = balance;
            digits.Clear();
            foreach (ClassBits year in years)
            {
                Span<ulong> bits = irrigated ? year.Counted(row) : year.Observed(row);
                for (int word = 0; word < words; word++)
                {
                    Add(digits.Slice(word * Digits, Digits), bits[word], 0);
                }
            }

            for (int x = 0; x < counts.Length; x++)
            {
                int count = 0;
                for (int digit = 0; digit < 8; digit++)
                {
                    count |= (int)((digits[x / 64 * Digits + digit] >> (x % 64)) & 1) << digit;
                }

                counts[x] = (byte)count;
            }
        }

        private static void Add(Span<ulong> number, ulong lowest, ulong others)
        {
            ulong carry = 0;
            for (int digit = 0; digit < number.Length && (digit == 0 || (carry | others) != 0); digit++)
            {
                ulong here = number[digit];
                ulong add = digit == 0 ? lowest : others;
                number[digit] = here ^ add ^ carry;
                carry = (here & add) | (here & carry) | (add & carry);
            }
        }
    }
}
