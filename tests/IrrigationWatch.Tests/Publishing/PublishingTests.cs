using System.Globalization;
using System.Text.Json;
using IrrigationWatch.Areas;
using IrrigationWatch.Gdal;
using IrrigationWatch.Publishing;
using IrrigationWatch.TestSupport;
using NetTopologySuite.Geometries;

namespace IrrigationWatch.Tests.Publishing;

public class PublishingTests
{
    private static readonly AreaRow[] Rows =
    [
        new(2010, "Almaty, \"the\" region", "KZ", 1234.56789, 2000, 2500, 1100, 1300.5),
        new(2011, "Xinjiang", "CN", 0, 0, 2500),
    ];

    [Fact]
    public void Numbers_do_not_depend_on_the_culture()
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        var comma = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        comma.NumberFormat.NumberDecimalSeparator = ",";
        comma.NumberFormat.NegativeSign = "~";
        try
        {
            CultureInfo.CurrentCulture = comma;
            string[] lines = AreaCsv.ToText(Rows).Split('\n');
            Assert.Equal("2010,\"Almaty, \"\"the\"\" region\",KZ,1234.568,2000.000,2500.000,0.800000,1100.000,1300.500", lines[1]);
            Assert.Equal("2011,Xinjiang,CN,0.000,0.000,2500.000,0.000000,,", lines[2]);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void A_table_written_as_CSV_is_read_back()
    {
        using var scratch = new ScratchFolder();
        AreaCsv.Write(scratch.File("a.csv"), Rows);
        IReadOnlyList<AreaRow> read = AreaCsv.Read(scratch.File("a.csv"));
        Assert.Equal(Rows[0] with { IrrigatedHectares = 1234.568 }, read[0]);
        Assert.Equal(Rows[1], read[1]);
        File.AppendAllText(scratch.File("a.csv"), "2012,x\n");
        Assert.Contains("a.csv:4: ", Assert.Throws<InputException>(() => AreaCsv.Read(scratch.File("a.csv"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void GeoJSON_follows_RFC_7946()
    {
        using var scratch = new ScratchFolder();
        var shell = new LinearRing([new(80, 44), new(80, 45.123456789), new(81, 45), new(81, 44), new(80, 44)]);
        var hole = new LinearRing([new(80.2, 44.2), new(80.4, 44.2), new(80.4, 44.4), new(80.2, 44.2)]);
        Zone[] zones = [new(Rows[0].Zone, "KZ", new Polygon(shell, [hole])), new("Xinjiang", "CN", new MultiPolygon([new Polygon(shell)]))];
        Coordinate[] points = [.. shell.Coordinates];
        AreaJson.WriteGeoJson(scratch.File("a.geojson"), new AreaTable(Rows, zones, []));
        Assert.Equal(points, shell.Coordinates);
        using JsonDocument json = JsonDocument.Parse(File.ReadAllText(scratch.File("a.geojson")));
        JsonElement first = json.RootElement.GetProperty("features")[0];
        JsonElement rings = first.GetProperty("geometry").GetProperty("coordinates");
        Assert.True(IsCounterClockwise(rings[0]));
        Assert.False(IsCounterClockwise(rings[1]));
        Assert.Equal(45.1234568, rings[0].EnumerateArray().Max(point => point[1].GetDouble()));
        Assert.Equal(1234.56789, first.GetProperty("properties").GetProperty("irrigated_ha").GetDouble());
        Assert.Equal(JsonValueKind.Null, json.RootElement.GetProperty("features")[1].GetProperty("properties").GetProperty("irrigated_low_ha").ValueKind);
        Assert.Equal("CN/Xinjiang/2011", json.RootElement.GetProperty("features")[1].GetProperty("id").GetString());
    }

    [Theory]
    [InlineData(0.8, "2011")]
    [InlineData(0.5, "2010")]
    public void A_GeoPackage_leaves_out_the_years_that_the_table_of_change_does(double leastObserved, string first)
    {
        using var scratch = new ScratchFolder();
        Zone zone = new("Almaty", "KZ", new Polygon(new LinearRing([new(80, 44), new(81, 44), new(81, 45), new(80, 44)])));
        AreaRow[] rows = [.. Enumerable.Range(2010, 4).Select(year => new AreaRow(year, "Almaty", "KZ", 10 * (year - 2000), year == 2010 ? 60 : 100, 100))];
        using (var package = new GeoPackage(scratch.File("a.gpkg")))
        {
            package.Add(new AreaTable(rows, [zone], []), leastObserved);
            package.Commit();
        }

        using VectorSource source = VectorSource.Open(scratch.File("a.gpkg"));
        VectorFeature feature = source.Layers[0].ReadFeatures()[0];
        Assert.Equal(first, feature.Fields["first_year"]);
        Assert.Equal(first, ZoneChange.Of(rows, leastObserved)[0].Years[0].ToString(System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public void Pictures_are_drawn_and_the_same_each_time()
    {
        using var scratch = new ScratchFolder();
        for (int i = 0; i < 2; i++)
        {
            AreaChart.Write(scratch.File($"chart{i}.png"), Rows, new ChartOptions { Title = "test" });
            MapPicture.Write(scratch.File($"map{i}.png"), Repository.Sample("irrigation-maps", "gim_v3b_2005.tif"), new MapOptions { Title = "test", Zones = ZoneReader.Read(Repository.Sample("zones", "countries.geojson")) });
        }

        foreach (string name in new[] { "chart", "map" })
        {
            byte[] bytes = File.ReadAllBytes(scratch.File(name + "0.png"));
            Assert.Equal(bytes, File.ReadAllBytes(scratch.File(name + "1.png")));
            using SkiaSharp.SKBitmap bitmap = SkiaSharp.SKBitmap.Decode(bytes);
            Assert.True(bitmap.Width > 800 && bitmap.Pixels.Distinct().Count() > 5, "the picture is empty");
        }
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(0.5, true)]
    public void A_year_of_which_nothing_was_observed_is_no_decline_to_zero(double observed, bool drawn)
    {
        using var scratch = new ScratchFolder();
        AreaRow[] rows = [Rows[0] with { Year = 2010, IrrigatedHectares = 100, ObservedHectares = Rows[0].ZoneHectares }, Rows[0] with { Year = 2011, IrrigatedHectares = 0, ObservedHectares = observed * Rows[0].ZoneHectares }];
        AreaChart.Write(scratch.File("chart.png"), rows, new ChartOptions { Title = "test" });
        using SkiaSharp.SKBitmap bitmap = SkiaSharp.SKBitmap.Decode(scratch.File("chart.png"));
        // Half way between the two years stands the line or nothing.
        SkiaSharp.SKColor[] column = [.. Enumerable.Range(130, 460).Select(y => bitmap.GetPixel(530, y))];
        Assert.Equal(drawn, column.Any(color => color.Blue - color.Red > 100));
    }

    private static bool IsCounterClockwise(JsonElement ring)
    {
        (double X, double Y)[] points = [.. ring.EnumerateArray().Select(point => (point[0].GetDouble(), point[1].GetDouble()))];
        double area = 0;
        for (int i = 1; i < points.Length; i++)
        {
            area += points[i - 1].X * points[i].Y - points[i].X * points[i - 1].Y;
        }

        return area > 0;
    }
}
