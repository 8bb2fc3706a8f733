using IrrigationWatch.Areas;
using IrrigationWatch.Publishing;
using IrrigationWatch.TestSupport;

namespace IrrigationWatch.Acceptance;

/// <summary>Commands that make one result: <c>change</c> of maps, <c>polygons</c>, <c>quicklook</c>.</summary>
[Collection(Published.Collection)]
public sealed class ResultCommandTests(Published published) : IDisposable
{
    private static readonly string[] Classes = ["--class", "none=0", "--class", "low to medium=1", "--class", "high=2"];
    private static readonly string[] Zones = ["--zones", Repository.Sample("zones", "countries.geojson"), "--within", Repository.Sample("zones", "corridor.geojson")];

    private readonly ScratchFolder scratch = new();

    private static string Maps => Repository.Sample("irrigation-maps", "*.tif");

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void From_class_to_class_adds_up_to_the_areas_of_both_years()
    {
        CommandLine.Run(["change", Maps, .. Zones, .. Classes, "--from", "2003", "--to", "2008", "-o", scratch.File("matrix.csv")]).Succeeds();
        IReadOnlyList<ClassTransition> cells = TransitionMatrixCsv.Read(scratch.File("matrix.csv"));
        Assert.All(cells, cell => Assert.Equal((2003, 2008), (cell.From, cell.To)));
        foreach (AreaRow row in AreaCsv.Read(published.At("area.csv")).Where(row => row.Year is 2003 or 2008))
        {
            Assert.Equal(row.IrrigatedHectares, cells.Where(cell => cell.Zone == row.Zone && (row.Year == 2003 ? cell.FromClass : cell.ToClass) == "high").Sum(cell => cell.Hectares), 0.01);
            Assert.Equal(row.ObservedHectares, cells.Where(cell => cell.Zone == row.Zone && (row.Year == 2003 ? cell.FromClass : cell.ToClass) != TransitionMatrix.NotObserved).Sum(cell => cell.Hectares), 0.01);
        }
    }

    [Fact]
    public void What_cannot_be_compared_is_said_with_what_to_do()
    {
        CommandLine.Run(["change", Maps, .. Zones, .. Classes, "--to", "2031"]).FailsWith(2, "--to", "2012");
        CommandLine.Run(["change", Maps, .. Zones, .. Classes, "--from", "2008", "--to", "2008"]).FailsWith(2, "--from", "two years");
        CommandLine.Run(["change", Maps, .. Classes]).FailsWith(2, "--zones");
        CommandLine.Run(["change", Maps, .. Zones]).FailsWith(2, "--class");
        CommandLine.Run("polygons", Maps, "--class", "high=2", "-o", scratch.File("p.shp")).FailsWith(2, ".shp");
        CommandLine.Run("polygons", Maps, "--class", "high=2", "--probability", "p.tif", "-o", scratch.File("p.gpkg")).FailsWith(2, "--probability");
        CommandLine.Run("quicklook", Repository.Sample("scenes", "LC08_L2SP_017036_20130419_20200913_02_T2"), "--colors", "sepia", "-o", scratch.File("q.png")).FailsWith(2, "infrared");
        Assert.Empty(Directory.GetFileSystemEntries(scratch.Path));
    }

    [Fact]
    public void Polygons_of_a_map_are_those_of_its_publication()
    {
        CommandLine.Run(["polygons", Repository.Sample("irrigation-maps", "gim_v3b_2010.tif"), .. Zones, "--class", "irrigated=2", "-o", scratch.File("irrigated-2010.ndjson")]).Succeeds();
        Assert.Equal(File.ReadAllText(published.At("irrigated-2010.ndjson")), File.ReadAllText(scratch.File("irrigated-2010.ndjson")));
    }

    [Theory]
    [InlineData("LC08_L2SP_218074_20190130_20200829_02_T1-cropped.tar.gz", "false")]
    [InlineData("LC08_L1TP_017051_20151205_20200908_02_T1-cropped.tar.gz", "true")]
    public void A_quicklook_of_a_real_scene_is_a_picture(string scene, string colors)
    {
        CommandLine.Run("quicklook", Repository.Sample("scenes", scene), "--colors", colors, "--language", "ru", "-o", scratch.File("q.png")).Succeeds();
        using var image = SkiaSharp.SKBitmap.Decode(scratch.File("q.png"));
        Assert.True(image.Width > 1000 && image.Pixels.Distinct().Count() > 5000);
    }
}
