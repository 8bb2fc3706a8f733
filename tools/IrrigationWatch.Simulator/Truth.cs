using System.Globalization;
using System.Text;
using IrrigationWatch.Gdal;
using IrrigationWatch.Rasters;

namespace IrrigationWatch.Simulator;

/// <summary>What the land really was: per year a class map and the irrigated share of every pixel, hectares per country, and labels.</summary>
internal sealed class Truth(World world, long seed)
{
    internal static readonly string[] Classes = ["irrigated", "rainfed", "uncultivated", "water", "wetland"];

    /// <summary>Points drawn over all years, as many of each class as its share of the land.</summary>
    private const int LabelPoints = 1800;

    /// <summary>Fewest points of a class, for classes that are rare.</summary>
    private const int FewestOfClass = 120;

    private readonly List<(byte Class, int Pixel, int Year)> candidates = [];
    private readonly HashSet<(byte Class, int Pixel, int Year)> pure = [];

    /// <summary>Class of a cover, as its position in <see cref="Classes"/> + 1.</summary>
    internal static byte ClassOf(Cover cover) => cover switch
    {
        Cover.Water => 4,
        Cover.Reeds => 5,
        Cover.Wheat => 2,
        _ => Calendar.IsIrrigated(cover) ? (byte)1 : (byte)3,
    };

    /// <summary>Writes the maps of a year and returns its hectares, irrigated and in all, per country.</summary>
    internal (double Irrigated, double Total)[] WriteYear(string folder, int year)
    {
        Cover[] covers = [.. world.Patches.Select(patch => world.CoverOf(patch, year))];
        int columns = world.Grid.Width;
        int rows = world.Grid.Height;
        byte[] classes = new byte[columns * rows];
        byte[] fine = new byte[columns * rows * World.Fine * World.Fine];
        float[] shares = new float[columns * rows];
        var hectares = new (double Irrigated, double Total)[world.Countries.Count];
        Span<int> counts = stackalloc int[Classes.Length + 1];
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
            {
                counts.Clear();
                for (int k = 0; k < World.Fine * World.Fine; k++)
                {
                    int cell = (row * World.Fine + k / World.Fine) * world.CellsX + column * World.Fine + k % World.Fine;
                    byte c = ClassOf(covers[world.PatchOf[cell]]);
                    counts[c]++;
                    fine[cell] = c;
                    // The area scale of UTM, Snyder 1987, equation 8-11 with its first term: a hundred square metres on paper.
                    double x = world.Grid.Left + (column * World.Fine + k % World.Fine + 0.5) * 10 - 500_000;
                    double k0 = 0.9996 * (1 + x * x / (2 * 0.9996 * 0.9996 * 6_378_137.0 * 6_367_500.0));
                    double area = 100 / (k0 * k0) / 10_000;
                    ref (double Irrigated, double Total) sum = ref hectares[world.CountryOf[cell]];
                    sum.Total += area;
                    sum.Irrigated += c == 1 ? area : 0;
                }

                int pixel = row * columns + column;
                byte best = 1;
                for (byte c = 2; c < counts.Length; c++)
                {
                    best = counts[c] > counts[best] ? c : best;
                }

                classes[pixel] = best;
                shares[pixel] = counts[1] / (float)(World.Fine * World.Fine);
                // A surveyor says what grows at the point, whatever else the pixel around it holds.
                int centre = (row * World.Fine + World.Fine / 2) * world.CellsX + column * World.Fine + World.Fine / 2;
                candidates.Add((ClassOf(covers[world.PatchOf[centre]]), pixel, year));
                if (counts[best] == World.Fine * World.Fine)
                {
                    pure.Add((best, pixel, year));
                }
            }
        }

        string suffix = year.ToString(CultureInfo.InvariantCulture) + ".tif";
        var metadata = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["YEAR"] = year.ToString(CultureInfo.InvariantCulture),
            ["CLASSES"] = string.Join(';', Classes.Select((name, i) => string.Create(CultureInfo.InvariantCulture, $"{i + 1}={name}"))),
        };
        WriteMap(Path.Combine(folder, "class-" + suffix), world.Grid, classes, new CogOptions { IsCategorical = true, Metadata = metadata });
        WriteMap(Path.Combine(folder, "fine-" + suffix), world.FineGrid, fine, new CogOptions { IsCategorical = true, Metadata = metadata });
        WriteMap(Path.Combine(folder, "irrigated-share-" + suffix), world.Grid, shares, new CogOptions { Metadata = metadata });
        return hectares;
    }

    /// <summary>
    /// Writes labels: points drawn at random over all years as in a field survey, so that pixels on borders are among them;
    /// one in ten, where it lies well inside its field, as a polygon of 3 × 3 pixels.
    /// </summary>
    /// <param name="path">The file to write.</param>
    /// <param name="perClass">Points of each class; null for as many as its share of the land.</param>
    internal void WriteLabels(string path, int? perClass)
    {
        using SpatialReference utm = world.Grid.OpenSpatialReference();
        using SpatialReference wgs84 = SpatialReference.Wgs84();
        using var transformation = new CoordinateTransformation(utm, wgs84);
        var text = new StringBuilder("{\"type\":\"FeatureCollection\",\"features\":[\n");
        bool first = true;
        foreach (IGrouping<byte, (byte Class, int Pixel, int Year)> group in candidates.GroupBy(candidate => candidate.Class).OrderBy(group => group.Key))
        {
            (byte Class, int Pixel, int Year)[] drawn = [.. group.OrderBy(c => Noise.Hash(seed, 901, c.Pixel, c.Year)).Take(perClass ?? Math.Max(FewestOfClass, (int)Math.Round((double)LabelPoints * group.Count() / candidates.Count)))];
            for (int i = 0; i < drawn.Length; i++)
            {
                (byte c, int pixel, int year) = drawn[i];
                bool polygon = i % 10 == 0 && Neighbours(pixel).All(other => pure.Contains((c, other, year)));
                text.Append(first ? string.Empty : ",\n").Append(CultureInfo.InvariantCulture, $"{{\"type\":\"Feature\",\"properties\":{{\"class\":\"{Classes[c - 1]}\",\"year\":{year}}},\"geometry\":{Geometry(pixel, polygon, transformation)}}}");
                first = false;
            }
        }

        AtomicFile.WriteText(path, text.Append("\n]}\n").ToString());
    }

    private IEnumerable<int> Neighbours(int pixel)
    {
        int columns = world.Grid.Width;
        int x = pixel % columns;
        int y = pixel / columns;
        for (int k = 0; k < 9; k++)
        {
            int nx = x + k % 3 - 1;
            int ny = y + k / 3 - 1;
            yield return nx < 0 || ny < 0 || nx >= columns || ny >= world.Grid.Height ? -1 : ny * columns + nx;
        }
    }

    private string Geometry(int pixel, bool polygon, CoordinateTransformation transformation)
    {
        double x = world.Grid.Left + (pixel % world.Grid.Width + 0.5) * 30;
        double y = world.Grid.Top - (pixel / world.Grid.Width + 0.5) * 30;
        const double Half = 46;
        double[] xs = polygon ? [x - Half, x + Half, x + Half, x - Half, x - Half] : [x];
        double[] ys = polygon ? [y - Half, y - Half, y + Half, y + Half, y - Half] : [y];
        transformation.Transform(xs, ys);
        string points = string.Join(',', xs.Zip(ys, (lon, lat) => string.Create(CultureInfo.InvariantCulture, $"[{lon:0.0000000},{lat:0.0000000}]")));
        return polygon ? $"{{\"type\":\"Polygon\",\"coordinates\":[[{points}]]}}" : $"{{\"type\":\"Point\",\"coordinates\":{points}}}";
    }

    private static void WriteMap<T>(string path, Grid grid, T[] pixels, CogOptions options)
        where T : unmanaged
    {
        using var writer = new CogWriter(path, grid, RasterTypes.Of<T>(), 1, options);
        writer.Write<T>(1, new PixelWindow(0, 0, grid.Width, grid.Height), pixels);
        writer.Commit();
    }
}
