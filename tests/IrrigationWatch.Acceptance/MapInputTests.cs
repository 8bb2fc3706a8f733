using System.Globalization;
using IrrigationWatch.Gdal;
using IrrigationWatch.Publishing;
using IrrigationWatch.TestSupport;

namespace IrrigationWatch.Acceptance;

/// <summary>Maps as other makers hand them over: formats, bands, years, codes, through all commands that read maps.</summary>
public sealed class MapInputTests : IDisposable
{
    private readonly ScratchFolder scratch = new();
    private readonly string zones;

    public MapInputTests()
    {
        zones = UtmMap.WriteZones(scratch);
    }

    public void Dispose() => scratch.Dispose();

    [Theory]
    [InlineData("")]
    [InlineData("/hdr.adf=2000")]
    public void An_ArcInfo_grid_is_read(string end)
    {
        string grid = Path.Combine(Repository.Root, "tests", "inputs", "arcinfo-grid-2000") + end;
        Assert.Equal("2000,all,KZ,360.234,900.584,900.584,1.000000,,", Rows("area", grid, "--zones", zones, "--class", "irrigated=1"));
    }

    [Fact]
    public void Bands_that_are_years_are_as_many_maps_in_all_commands()
    {
        string map = Write("series.tif", RasterType.Byte, bands: 3, value: (band, x, y) => x < 5 * band ? 20 : 1);
        CommandLine.Run("area", map, "--zones", zones, "--class", "irrigated=20").FailsWith(1, "has 3 bands (1, 2, 3), and nothing says which is meant; name one with --band, or say with --bands-are-years");
        string[] rows = CommandLine.Run("area", map, "--bands-are-years", "1992-1994", "--zones", zones, "--class", "irrigated=20").Succeeds().Output.Split('\n');
        Assert.Equal(["1992,all,KZ,9.", "1993,all,KZ,18", "1994,all,KZ,27"], rows[1..4].Select(row => row[..14]));
        CommandLine.Run("area", "--bands-are-years", map, "--zones", zones, "--class", "irrigated=20").FailsWith(2, "Required argument 'MAP' missing");
        CommandLine.Run("area", "--bands-are-years", map, map, "--zones", zones, "--class", "irrigated=20").FailsWith(2, "--bands-are-years: takes " + map + " for its years; put the maps before it, or write --bands-are-years=auto");
        CommandLine.Run("area", "--bands-are-years=auto", map, "--zones", zones, "--class", "irrigated=20").FailsWith(1, "does not say a year of its own in each of its 3 bands");
        Assert.StartsWith("1990,all,KZ,18", Rows("area", map + "=1990", "--band", "2", "--zones", zones, "--class", "irrigated=20"), StringComparison.Ordinal);

        string report = scratch.File("report");
        CommandLine.Run("report", map, "--bands-are-years", "1992-1994", "--zones", zones, "--class", "irrigated=20", "-o", report, "--publish", "csv", "--publish", "cog", "--publish", "stac", "--publish", "geojson").Succeeds();
        Assert.Equal(rows[1..4].Select(row => row.Split(',')[3]), AreaCsv.Read(Path.Combine(report, "area.csv")).Select(row => row.IrrigatedHectares.ToString("0.000", CultureInfo.InvariantCulture)));
        using Dataset first = Dataset.Open(Path.Combine(report, "first-irrigated-year.tif"));
        ushort[] years = new ushort[UtmMap.Size];
        first.Band(1).Read<ushort>(new PixelWindow(0, 0, UtmMap.Size, 1), years);
        Assert.Equal([1992, 1993, 1994, 0], years.Distinct());

        string[] matrix = CommandLine.Run("change", map, "--bands-are-years", "1992-1994", "--zones", zones, "--class", "irrigated=20", "--class", "other=1", "--to", "1993").Succeeds().Output.Split('\n');
        Assert.Contains(matrix, row => row.StartsWith("1992,1993,all,KZ,other,irrigated,9.", StringComparison.Ordinal));
        Assert.Contains("3 polygons", CommandLine.Run("polygons", map, "--bands-are-years", "1992-1994", "--class", "irrigated=20", "-o", scratch.File("p.geojson")).Succeeds().Output, StringComparison.Ordinal);
        CommandLine.Run("map", map, "--band", "3", "--class", "irrigated=20", "-o", scratch.File("m.png")).Succeeds();
        Assert.Contains("30 points of 2 strata", CommandLine.Run("sample", "--map", map, "--band", "3", "--points", "30", "--minimum", "5", "-o", scratch.File("s.geojson")).Succeeds().Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_year_that_is_not_plain_is_said_and_several_are_refused()
    {
        string map = Write("U2018_CLC2012_V2020_20u1.tif", RasterType.Byte, value: (_, x, _) => x < 5 ? 1 : 2);
        CommandResult area = CommandLine.Run("area", map, "--zones", zones, "--class", "irrigated=1").Succeeds();
        Assert.Contains("\n2012,all,", area.Output, StringComparison.Ordinal);
        Assert.Equal("note: U2018_CLC2012_V2020_20u1.tif is taken for 2012, by the names of CORINE Land Cover\n", area.Error);
        Assert.StartsWith("2018,", Rows("area", map, "--year-pattern", "U([0-9]{4})", "--zones", zones, "--class", "irrigated=1"), StringComparison.Ordinal);
        CommandLine.Run("area", map, "--year-pattern", "(", "--zones", zones, "--class", "irrigated=1").FailsWith(2, "--year-pattern: is no regular expression");
        string two = Write("irrigated-2010-v2021.tif", RasterType.Byte, value: (_, _, _) => 1);
        CommandLine.Run("area", two, "--zones", zones, "--class", "irrigated=1").FailsWith(1, "holds several years in its name (2010, 2021)");
    }

    [Theory]
    [InlineData(RasterType.UInt16, 212, 323, 512, 211)]
    [InlineData(RasterType.Int16, -1, 7, -32000, 300)]
    [InlineData(RasterType.Int32, 1_000_000, 2, 70_000, -5)]
    [InlineData(RasterType.Float32, 212, 323, 0.5, 1e6)]
    public void Codes_of_any_size_keep_their_names(RasterType type, double irrigated, double scrub, double water, double arable)
    {
        string before = Write("clc-2000.tif", type, value: (_, x, _) => x < 5 ? irrigated : x < 10 ? scrub : x < 15 ? water : arable);
        string after = Write("clc-2018.tif", type, value: (_, x, _) => x < 10 ? irrigated : x < 15 ? water : arable);
        string[] classes = ["--class", Class("irrigated", irrigated), "--class", Class("scrub", scrub), "--class", Class("water", water), "--class", Class("arable", arable)];
        string folder = scratch.File("out");
        CommandLine.Run(["report", before, after, "--zones", zones, .. classes, "--irrigated", "irrigated", "-o", folder]).Succeeds();
        string matrix = CommandLine.Run(["change", before, after, "--zones", zones, .. classes]).Succeeds().Output;
        Assert.Equal(matrix.Split('\n').Order(), File.ReadAllText(Path.Combine(folder, "transition-matrix.csv")).Split('\n').Order());
        Assert.Contains("scrub,irrigated,9.00", matrix, StringComparison.Ordinal);
        Assert.DoesNotContain("unnamed", matrix, StringComparison.Ordinal);
        CommandLine.Run(["map", before, .. classes, "-o", scratch.File("m.svg")]).Succeeds();

        static string Class(string name, double value) => string.Create(CultureInfo.InvariantCulture, $"{name}={value}");
    }

    [Fact]
    public void A_value_that_no_pixel_has_is_said()
    {
        string map = Write("irrigated-2010.tif", RasterType.Byte, value: (_, x, _) => x < 5 ? 1 : 2);
        Assert.Equal("warning: no observed pixel in the zones is 'irrigated' (3), in no map; the maps hold 1, 2; check the values of the class\n", CommandLine.Run("area", map, "--zones", zones, "--class", "irrigated=3").Succeeds().Error);
        Assert.Equal(string.Empty, CommandLine.Run("area", map, "--zones", zones, "--class", "irrigated=2").Succeeds().Error);
    }

    private static string Rows(params string[] words) => CommandLine.Run(words).Succeeds().Output.Split('\n')[1];

    private string Write(string name, RasterType type, Func<int, int, int, double> value, int bands = 1) => UtmMap.Write(scratch.File(name), type, value, bands, place: null);
}
