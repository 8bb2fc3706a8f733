using IrrigationWatch.Areas;
using IrrigationWatch.Gdal;
using IrrigationWatch.Rasters;
using NetTopologySuite.Algorithm.Locate;
using NetTopologySuite.Geometries;

namespace IrrigationWatch.Simulator;

/// <summary>A piece of land that is managed or grows as one.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Kind">What it is when it is not farmed: desert, steppe, reeds, water; for fields what they were before.</param>
/// <param name="IsScheme">True for a field of an irrigation scheme.</param>
/// <param name="IsRainfed">True for a rain-fed field.</param>
/// <param name="Opens">First year it is farmed.</param>
/// <param name="Closes">First year it is not farmed any more.</param>
internal sealed record Patch(int Id, Cover Kind, bool IsScheme, bool IsRainfed, int Opens, int Closes);

/// <summary>
/// The land near the Khorgos, at ten metres: the river along the border with its reeds, a reservoir, centre pivots west of
/// the border and strips east of it, rain-fed wheat in the north, steppe and desert.
/// </summary>
internal sealed class World
{
    /// <summary>Cells of the world along one side of a 30 m pixel.</summary>
    internal const int Fine = 3;

    private const double CellMetres = 10;

    private readonly long seed;
    private readonly int width;
    private readonly int height;
    private readonly double[] border;
    private readonly int firstYear;
    private readonly int lastYear;
    private readonly List<Patch> patches = [];

    internal World(int pixelsX, int pixelsY, long seed, int firstYear, int lastYear, string countriesFile)
    {
        this.seed = seed;
        this.firstYear = firstYear;
        this.lastYear = lastYear;
        width = pixelsX * Fine;
        height = pixelsY * Fine;
        // Pixel edges of Landsat's grid lie at odd multiples of 15 m; the border crosses the middle of the scene.
        Grid = new Grid("EPSG:32644", 448_425 - 30.0 * (pixelsX / 2), 4_890_015, 30, 30, pixelsX, pixelsY);
        Countries = [.. ZoneReader.Read(countriesFile).Where(zone => zone.Country is "KZ" or "CN").OrderBy(zone => zone.Country, StringComparer.Ordinal)];
        CountryOf = new byte[width * height];
        border = FindBorder();
        PatchOf = new int[width * height];
        PlaceLand();
        PlaceRainfedFields();
        PlaceStrips();
        PlacePivots();
        PlaceReservoir();
        PlaceRiver();
    }

    internal Grid Grid { get; }

    /// <summary>The grid of the cells.</summary>
    internal Grid FineGrid => new(Grid.Crs, Grid.Left, Grid.Top, CellMetres, CellMetres, width, height);

    /// <summary>The countries; a cell holds the position in this list.</summary>
    internal IReadOnlyList<Zone> Countries { get; }

    /// <summary>Country of every cell.</summary>
    internal byte[] CountryOf { get; }

    /// <summary>Patch of every cell.</summary>
    internal int[] PatchOf { get; }

    internal IReadOnlyList<Patch> Patches => patches;

    internal int CellsX => width;

    internal int CellsY => height;

    /// <summary>What grows on a patch in a year.</summary>
    internal Cover CoverOf(Patch patch, int year)
    {
        bool farmed = year >= patch.Opens && year < patch.Closes;
        if (!farmed || !(patch.IsScheme || patch.IsRainfed))
        {
            return patch.Kind;
        }

        if (Noise.Uniform(seed, 71, patch.Id, year) < (patch.IsRainfed ? 0.22 : 0.11))
        {
            return Cover.Fallow;
        }

        // A crop stays for a few years on most fields.
        long rotation = (year + (patch.Id & 3)) / 3;
        return patch.IsRainfed ? Cover.Wheat : Calendar.IrrigatedCrops[(int)(Noise.Hash(seed, 72, patch.Id, rotation) % (ulong)Calendar.IrrigatedCrops.Length)];
    }

    private int Add(Cover kind, bool scheme = false, bool rainfed = false)
    {
        int id = patches.Count;
        double luck = Noise.Uniform(seed, 11, id);
        int opens = int.MinValue;
        int closes = int.MaxValue;
        int years = Math.Max(1, lastYear - firstYear + 1);
        if (scheme && luck < 0.30)
        {
            opens = firstYear + 1 + (int)(luck / 0.30 * years);
        }
        else if (scheme && luck > 0.88)
        {
            closes = firstYear + 1 + (int)((luck - 0.88) / 0.12 * years);
        }

        patches.Add(new Patch(id, kind, scheme, rainfed, opens, closes));
        return id;
    }

    /// <summary>Column of the border in every row, and the country of every cell, from the polygons.</summary>
    private double[] FindBorder()
    {
        using SpatialReference utm = Grid.OpenSpatialReference();
        using SpatialReference wgs84 = SpatialReference.Wgs84();
        using var transformation = new CoordinateTransformation(utm, wgs84);
        IndexedPointInAreaLocator[] locators = [.. Countries.Select(zone => new IndexedPointInAreaLocator(zone.Geometry))];
        double[] result = new double[height];
        double[] x = new double[width];
        double[] y = new double[width];
        for (int row = 0; row < height; row++)
        {
            for (int column = 0; column < width; column++)
            {
                (x[column], y[column]) = (Grid.Left + (column + 0.5) * CellMetres, Grid.Top - (row + 0.5) * CellMetres);
            }

            transformation.Transform(x, y);
            int chinese = 0;
            for (int column = 0; column < width; column++)
            {
                // Countries are sorted: China first. A sliver between the two polygons belongs to the western one.
                bool isChina = locators[0].Locate(new Coordinate(x[column], y[column])) != Location.Exterior;
                CountryOf[row * width + column] = isChina ? (byte)0 : (byte)1;
                chinese += isChina ? 1 : 0;
            }

            result[row] = width - chinese;
        }

        return result;
    }

    private void PlaceLand()
    {
        int desert = Add(Cover.Desert);
        int steppe = Add(Cover.Steppe);
        Fill((column, row) => Noise.Smooth(seed + 100, column, row, 400) + 1.6 * row / height > 0.75 ? desert : steppe);
    }

    private void PlaceRainfedFields()
    {
        const int Pitch = 76;
        for (int y = 8; y + Pitch < 0.27 * height; y += Pitch)
        {
            for (int x = 8; x + Pitch < width; x += Pitch)
            {
                if (Noise.Uniform(seed, 21, x, y) < 0.62)
                {
                    Rectangle(x, y, Pitch - 6, Pitch - 6 - (int)(18 * Noise.Uniform(seed, 22, x, y)), Add(Cover.Steppe, rainfed: true));
                }
            }
        }
    }

    private void PlaceStrips()
    {
        const int BlockHeight = 84;
        for (int y = (int)(0.31 * height); y + BlockHeight < 0.98 * height; y += BlockHeight + 4)
        {
            int x = (int)border[Math.Clamp(y + BlockHeight / 2, 0, height - 1)] + 75;
            while (x < 0.975 * width)
            {
                int strip = 11 + (int)(16 * Noise.Uniform(seed, 31, x, y));
                if (x + strip >= 0.98 * width)
                {
                    break;
                }

                if (Noise.Uniform(seed, 32, x, y) < 0.82)
                {
                    Rectangle(x, y, strip - 1, BlockHeight, Add(Cover.Desert, scheme: true));
                }

                x += strip;
            }
        }
    }

    private void PlacePivots()
    {
        const int Pitch = 88;
        for (int y = (int)(0.32 * height) + Pitch / 2; y + Pitch / 2 < 0.99 * height; y += Pitch)
        {
            for (int x = 6 + Pitch / 2; x + Pitch / 2 + 70 < border[y]; x += Pitch)
            {
                if (Noise.Uniform(seed, 41, x, y) < 0.80)
                {
                    int radius = 25 + (int)(18 * Noise.Uniform(seed, 42, x, y));
                    Disc(x, y, radius, radius, Add(Cover.Desert, scheme: true));
                }
            }
        }
    }

    private void PlaceReservoir()
    {
        int reeds = Add(Cover.Reeds);
        int water = Add(Cover.Water);
        int y = (int)(0.86 * height);
        int x = (int)border[y] + 70;
        Disc(x, y, 62, 46, reeds);
        Disc(x, y - 6, 50, 34, water);
    }

    private void PlaceRiver()
    {
        int reeds = Add(Cover.Reeds);
        int water = Add(Cover.Water);
        for (int row = 0; row < height; row++)
        {
            double centre = border[row] + 9 * Math.Sin(row / 47.0) + 7 * Noise.Smooth(seed + 200, row, 0, 150);
            double half = 4 + 1.5 * Noise.Smooth(seed + 201, row, 5, 90);
            double belt = 34 + 24 * Noise.Smooth(seed + 202, row, 9, 220);
            for (int column = Math.Max(0, (int)(centre - 70)); column < Math.Min(width, centre + 70); column++)
            {
                double distance = Math.Abs(column + 0.5 - centre);
                if (distance < half)
                {
                    PatchOf[row * width + column] = water;
                }
                else if (distance < belt && Noise.Smooth(seed + 203, column, row, 60) > -0.15)
                {
                    PatchOf[row * width + column] = reeds;
                }
            }
        }
    }

    private void Fill(Func<int, int, int> patch)
    {
        Parallel.For(0, height, row =>
        {
            for (int column = 0; column < width; column++)
            {
                PatchOf[row * width + column] = patch(column, row);
            }
        });
    }

    private void Rectangle(int left, int top, int columns, int rows, int patch)
    {
        for (int row = top; row < Math.Min(height, top + rows); row++)
        {
            for (int column = left; column < Math.Min(width, left + columns); column++)
            {
                PatchOf[row * width + column] = patch;
            }
        }
    }

    private void Disc(int x, int y, int radiusX, int radiusY, int patch)
    {
        for (int row = Math.Max(0, y - radiusY); row <= Math.Min(height - 1, y + radiusY); row++)
        {
            for (int column = Math.Max(0, x - radiusX); column <= Math.Min(width - 1, x + radiusX); column++)
            {
                double dx = (double)(column - x) / radiusX;
                double dy = (double)(row - y) / radiusY;
                if (dx * dx + dy * dy <= 1)
                {
                    PatchOf[row * width + column] = patch;
                }
            }
        }
    }
}
