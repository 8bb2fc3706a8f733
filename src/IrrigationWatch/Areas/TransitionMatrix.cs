using IrrigationWatch.Rasters;

namespace IrrigationWatch.Areas;

/// <summary>One cell of a transition matrix: land of a zone that was of one class and became another, or stayed.</summary>
/// <param name="From">The earlier year.</param>
/// <param name="To">The later year.</param>
/// <param name="Zone">The zone's name.</param>
/// <param name="Country">Its country; may be empty.</param>
/// <param name="FromClass">Its class in the earlier year, <see cref="TransitionMatrix.Unnamed"/> or <see cref="TransitionMatrix.NotObserved"/>.</param>
/// <param name="ToClass">Its class in the later year, likewise.</param>
/// <param name="Hectares">True area, 0 or more.</param>
public sealed record ClassTransition(int From, int To, string Zone, string Country, string FromClass, string ToClass, double Hectares);

/// <summary>
/// From every class to every class, between the maps of two years. The cells of a zone add up to the zone inside the maps: land that
/// was not observed in a year, and land of pixel values without a name, are classes of their own.
/// </summary>
public static class TransitionMatrix
{
    /// <summary>What land is called that was not observed in a year.</summary>
    public const string NotObserved = "not observed";

    /// <summary>What land is called whose pixel value has no name.</summary>
    public const string Unnamed = "unnamed";

    private const int Rows = CogWriter.TileSize;

    /// <summary>Compares two maps on one grid.</summary>
    /// <param name="from">The earlier year and its map.</param>
    /// <param name="to">The later year and its map.</param>
    /// <param name="classes">The classes; no pixel value belongs to two of them.</param>
    /// <param name="zones">The zones.</param>
    /// <param name="cancel">Stops between strips of rows.</param>
    /// <returns>
    /// By zone, a row for each pair of classes, and rows for unnamed and unobserved land where there is any. Zones outside of the maps have none.
    /// </returns>
    /// <exception cref="InputException">A map cannot be read, or the two lie on different grids.</exception>
    /// <exception cref="ConfigurationException">No class is given, or two have a name or a value in common.</exception>
    public static IReadOnlyList<ClassTransition> Compute((int Year, MapSource Map) from, (int Year, MapSource Map) to, IReadOnlyList<ClassValues> classes, IReadOnlyList<Zone> zones, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(classes);
        ArgumentNullException.ThrowIfNull(zones);
        RefuseUnclear(classes);
        using OpenClassMap before = OpenClassMap.Open(from.Map);
        using OpenClassMap after = OpenClassMap.Open(to.Map);
        Grid grid = before.Grid;
        if (!after.Grid.Equals(grid))
        {
            throw YearComparison.OtherGrid(to.Map.Path, from.Map.Path);
        }

        using var projector = new ZoneProjector(grid);
        PolygonCoverage[] coverages = [.. zones.Select(zone => projector.Cover(zone.Geometry))];
        var areas = new PixelAreas(grid);
        // Named classes, unnamed, not observed: rows of bits of each map, and two pairs of classes in one of the rows below.
        int kinds = classes.Count + 2;
        using var was = new ClassesReader(before, classes);
        using var became = new ClassesReader(after, classes);
        ClassBits[] pairs = [.. Enumerable.Range(0, (kinds * kinds + 1) / 2).Select(_ => new ClassBits(grid.Width, Rows))];
        ZonalSums[][] sums = [.. zones.Select(_ => new ZonalSums[pairs.Length])];
        for (int top = 0; top < grid.Height; top += Rows)
        {
            cancel.ThrowIfCancellationRequested();
            int rows = Math.Min(Rows, grid.Height - top);
            ParallelWork.Run([was, became], reader => reader.Read(top, rows), cancel);
            ParallelWork.Run(Enumerable.Range(0, kinds * kinds), pair =>
            {
                for (int row = 0; row < rows; row++)
                {
                    ReadOnlySpan<ulong> one = was.Bits(pair / kinds, row);
                    ReadOnlySpan<ulong> two = became.Bits(pair % kinds, row);
                    Span<ulong> both = pair % 2 == 0 ? pairs[pair / 2].Counted(row) : pairs[pair / 2].Observed(row);
                    for (int word = 0; word < both.Length; word++)
                    {
                        both[word] = one[word] & two[word];
                    }
                }
            }, cancel);
            ParallelWork.Run(Enumerable.Range(0, zones.Count), zone => ZonalArea.Add(pairs, top, top + rows, coverages[zone], areas, sums[zone]), cancel);
        }

        string[] names = [.. classes.Select(one => one.Name), Unnamed, NotObserved];
        return
        [
            .. zones.SelectMany((zone, z) => Enumerable.Range(0, sums[z][0].Covered > 0 ? kinds * kinds : 0)
                .Select(pair => (From: pair / kinds, To: pair % kinds, Area: pair % 2 == 0 ? sums[z][pair / 2].Counted : sums[z][pair / 2].Observed))
                .Where(cell => cell.Area > 0 || (cell.From < classes.Count && cell.To < classes.Count))
                .Select(cell => new ClassTransition(from.Year, to.Year, zone.Name, zone.Country, names[cell.From], names[cell.To], cell.Area / AreaCalculation.SquareMetresPerHectare))),
        ];
    }

    private static void RefuseUnclear(IReadOnlyList<ClassValues> classes)
    {
        if (classes.Count == 0)
        {
            throw new ConfigurationException("--class", "is missing; name the pixel values of each class, for example --class irrigated=1");
        }

        string? name = classes.Select(one => one.Name).Concat([Unnamed, NotObserved]).GroupBy(one => one, StringComparer.OrdinalIgnoreCase).FirstOrDefault(same => same.Count() > 1)?.Key;
        if (name is not null)
        {
            throw new ConfigurationException("--class", $"names '{name}' twice; give each class a name of its own, other than '{Unnamed}' and '{NotObserved}'");
        }

        if (classes.SelectMany(one => one.Values.Distinct()).GroupBy(value => value).FirstOrDefault(same => same.Count() > 1) is { } value)
        {
            throw new ConfigurationException("--class", FormattableString.Invariant($"gives the pixel value {value.Key} to two classes; give it to one"));
        }
    }

    /// <summary>Strips of one map, as bits for each class, for what has no class, and for what was not observed.</summary>
    private sealed class ClassesReader : IDisposable
    {
        private readonly ClassBitsReader reader;
        private readonly ClassBits[] named;
        private readonly ClassBits rest;

        internal ClassesReader(OpenClassMap map, IReadOnlyList<ClassValues> classes)
        {
            reader = new ClassBitsReader(map, Rows, classes);
            named = [.. classes.Select(_ => new ClassBits(map.Grid.Width, Rows))];
            rest = new ClassBits(map.Grid.Width, Rows);
        }

        internal void Read(int top, int rows)
        {
            reader.Read(top, named);
            for (int row = 0; row < rows; row++)
            {
                Span<ulong> unnamed = rest.Counted(row);
                Span<ulong> unseen = rest.Observed(row);
                Span<ulong> seen = named[0].Observed(row);
                for (int word = 0; word < unseen.Length; word++)
                {
                    ulong known = 0;
                    foreach (ClassBits one in named)
                    {
                        known |= one.Counted(row)[word];
                    }

                    unnamed[word] = seen[word] & ~known;
                    unseen[word] = ~seen[word];
                }
            }
        }

        internal Span<ulong> Bits(int kind, int row) =>
            kind < named.Length ? named[kind].Counted(row) : kind == named.Length ? rest.Counted(row) : rest.Observed(row);

        public void Dispose() => reader.Dispose();
    }
}
