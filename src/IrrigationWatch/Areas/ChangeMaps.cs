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
    public static IReadOnlyDictionary<double, string> Classes { get; } = new SortedDictionary<double, string> { [0] = "not irrigated", [1] = "irrigated in both", [2] = "opened", [3] = "abandoned" };

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
    public static IReadOnlyList<Transition> Compute(IReadOnlyList<(int Year, MapSource Map)> maps, ClassValues counted, IReadOnlyList<Zone> zones, ChangeMapFiles output, string source = "", CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(maps);
        ArgumentNullException.ThrowIfNull(counted);
        ArgumentNullException.ThrowIfNull(zones);
        ArgumentNullException.ThrowIfNull(output);
        if (maps.Count is < 2 or > MostYears)
        {
            throw new ConfigurationException("maps", $"change needs maps of 2 to {MostYears} years, {maps.Count} were given");
        }

        (int Year, MapSource Map)[] sorted = [.. maps.OrderBy(map => map.Year)];
        int[] years = [.. sorted.Select(map => map.Year)];
        if (years.Distinct().Count() < years.Length)
        {
            throw new ConfigurationException("maps", "two maps are of one year; join them first");
        }

        using var run = new YearComparison(sorted, counted, zones, output, source);
        return run.Execute(years, cancel);
    }

    private static IEnumerable<(Period From, Period To)> Successive(IReadOnlyList<Period> periods) =>
        [.. periods.Skip(1).Select((period, i) => (periods[i], period)), .. periods.Count > 1 ? [(periods[0], periods[^1])] : Array.Empty<(Period, Period)>()];
}
