using System.Text.Json;
using IrrigationWatch.Areas;
using IrrigationWatch.Publishing;
using IrrigationWatch.TestSupport;
using NetTopologySuite.IO;
using Parquet;

namespace IrrigationWatch.Tests.Publishing;

/// <summary>Polygons of land in each format, read by another reader: System.Text.Json, Parquet.Net, SQLite, NetTopologySuite.</summary>
public class LandPolygonTests
{
    private static readonly LandPolygon[] Land =
    [
        new("2010-r3-c7", "irrigated", 2010, "Іле \"east\"", "KZ", 12.34567891, 0.876543, [[80, 44, 81, 44, 81, 45, 80, 45, 80, 44], [80.25, 44.25, 80.25, 44.5, 80.5, 44.5, 80.25, 44.25]]),
        new("2010-opened-r5-c1", "opened", 2010, "伊犁", "", 0.09, null, [[-1, -2, 0.5, -2, 0.5, 3, -1, -2]]),
    ];

    [Theory]
    [InlineData("a.geojson")]
    [InlineData("a.GeoJSON")]
    [InlineData("a.ndjson")]
    public void As_GeoJSON(string name)
    {
        using var scratch = new ScratchFolder();
        LandPolygonFile.Write(scratch.File(name), Land);
        string text = File.ReadAllText(scratch.File(name));
        string[] lines = name.EndsWith(".ndjson", StringComparison.Ordinal) ? text.TrimEnd('\n').Split('\n') : [];
        using JsonDocument json = JsonDocument.Parse(lines.Length > 0 ? $"{{\"features\":[{string.Join(',', lines)}]}}" : text);
        Assert.Equal(lines.Length > 0 ? 2 : 0, lines.Length);
        JsonElement[] features = [.. json.RootElement.GetProperty("features").EnumerateArray()];
        Assert.Equal(["2010-r3-c7", "2010-opened-r5-c1"], features.Select(feature => feature.GetProperty("id").GetString()));
        Assert.Equal(["kind", "year", "zone", "country", "area_ha", "probability"], features[0].GetProperty("properties").EnumerateObject().Select(member => member.Name));
        Assert.Equal(["irrigated", "2010", "Іле \"east\"", "KZ", "12.345679", "0.8765"], features[0].GetProperty("properties").EnumerateObject().Select(member => member.Value.ToString()));
        Assert.Equal(["opened", "2010", "伊犁", "", "0.09", ""], features[1].GetProperty("properties").EnumerateObject().Select(member => member.Value.ToString()));
        Assert.Equal(JsonValueKind.Null, features[1].GetProperty("properties").GetProperty("probability").ValueKind);
        Assert.Equal("[[[80,44],[81,44],[81,45],[80,45],[80,44]],[[80.25,44.25],[80.25,44.5],[80.5,44.5],[80.25,44.25]]]", features[0].GetProperty("geometry").GetProperty("coordinates").GetRawText());
    }

    [Fact]
    public void As_well_known_binary()
    {
        byte[] wkb = LandPolygonFile.ToWkb(Land[0].Rings);
        // Little-endian, polygon, two rings, five points, longitude 80.
        Assert.Equal([1, 3, 0, 0, 0, 2, 0, 0, 0, 5, 0, 0, 0, .. BitConverter.GetBytes(80.0), .. BitConverter.GetBytes(44.0)], wkb[..29]);
        Assert.Equal("POLYGON ((80 44, 81 44, 81 45, 80 45, 80 44), (80.25 44.25, 80.25 44.5, 80.5 44.5, 80.25 44.25))", new WKBReader().Read(wkb).AsText());
    }

    [Fact]
    public async Task As_GeoParquet()
    {
        using var scratch = new ScratchFolder();
        LandPolygonFile.Write(scratch.File("a.parquet"), Land);
        await using ParquetReader reader = await ParquetReader.CreateAsync(scratch.File("a.parquet"));
        Assert.Equal(["id", "kind", "year", "zone", "country", "area_ha", "probability", "geometry", "bbox"], reader.Schema.Fields.Select(field => field.Name));
        Dictionary<string, object?[]> columns = await ParquetTable.ReadAsync(reader);
        Assert.Equal(["2010-r3-c7", "2010-opened-r5-c1"], columns["id"]);
        Assert.Equal(["irrigated", "opened"], columns["kind"]);
        Assert.Equal([2010, 2010], columns["year"]);
        Assert.Equal(["Іле \"east\"", "伊犁"], columns["zone"]);
        Assert.Equal(["KZ", ""], columns["country"]);
        Assert.Equal([12.34567891, 0.09], columns["area_ha"]);
        Assert.Equal([0.876543, null], columns["probability"]);
        Assert.Equal(["POLYGON ((80 44, 81 44, 81 45, 80 45, 80 44), (80.25 44.25, 80.25 44.5, 80.5 44.5, 80.25 44.25))", "POLYGON ((-1 -2, 0.5 -2, 0.5 3, -1 -2))"], columns["geometry"].Select(wkb => new WKBReader().Read((byte[])wkb!).AsText()));
        Assert.Equal([80.0, -1.0], columns["bbox/xmin"]);
        Assert.Equal([44.0, -2.0], columns["bbox/ymin"]);
        Assert.Equal([81.0, 0.5], columns["bbox/xmax"]);
        Assert.Equal([45.0, 3.0], columns["bbox/ymax"]);
        using JsonDocument geo = JsonDocument.Parse(reader.CustomMetadata["geo"]);
        Assert.Equal("[-1,-2,81,45]", geo.RootElement.GetProperty("columns").GetProperty("geometry").GetProperty("bbox").GetRawText());
        Assert.Equal("[\"Polygon\"]", geo.RootElement.GetProperty("columns").GetProperty("geometry").GetProperty("geometry_types").GetRawText());
    }

    [Fact]
    public async Task Years_written_one_after_the_other_are_one_GeoParquet_file()
    {
        using var scratch = new ScratchFolder();
        using (var writer = new GeoParquet.LandPolygonWriter(scratch.File("a.parquet")))
        {
            writer.Add([Land[0]]);
            writer.Add([]);
            writer.Add([Land[1]]);
            Assert.False(File.Exists(scratch.File("a.parquet")));
            writer.Commit();
        }

        await using ParquetReader reader = await ParquetReader.CreateAsync(scratch.File("a.parquet"));
        Assert.Equal(2, reader.RowGroupCount);
        Assert.Equal(["2010-r3-c7", "2010-opened-r5-c1"], (await ParquetTable.ReadAsync(reader))["id"]);
    }

    [Fact]
    public void As_GeoPackage()
    {
        using var scratch = new ScratchFolder();
        LandPolygonFile.Write(scratch.File("a.gpkg"), Land);
        using var database = new Database(scratch.File("a.gpkg"));
        Assert.Equal(
            ["2010-r3-c7|irrigated|2010|Іле \"east\"|KZ|12.34567891|0.876543", "2010-opened-r5-c1|opened|2010|伊犁||0.09|NULL"],
            database.Query("select id, kind, year, zone, country, area_ha, probability from land order by fid"));
        Assert.Equal(["land|POLYGON|4326"], database.Query("select table_name, geometry_type_name, srs_id from gpkg_geometry_columns"));
        Assert.Equal(["land|geom|1|style of land"], database.Query("select f_table_name, f_geometry_column, useAsDefault, description from layer_styles"));
    }

    [Theory]
    [InlineData(".geojson")]
    [InlineData(".ndjson")]
    [InlineData(".parquet")]
    [InlineData(".gpkg")]
    public async Task No_land_is_a_file_without_rows(string ending)
    {
        using var scratch = new ScratchFolder();
        string path = scratch.File("none" + ending);
        LandPolygonFile.Write(path, []);
        switch (ending)
        {
            case ".geojson":
                Assert.Equal("""{"type":"FeatureCollection","features":[]}""", File.ReadAllText(path));
                break;
            case ".ndjson":
                Assert.Equal(0, new FileInfo(path).Length);
                break;
            case ".parquet":
                await using (ParquetReader reader = await ParquetReader.CreateAsync(path))
                {
                    Assert.Equal((0, 9), (reader.RowGroupCount, reader.Schema.Fields.Count));
                    Assert.DoesNotContain("bbox\":[0", reader.CustomMetadata["geo"], StringComparison.Ordinal);
                }

                break;
            default:
                using (var database = new Database(path))
                {
                    Assert.Equal(["0"], database.Query("select count(*) from land"));
                }

                break;
        }
    }

    [Fact]
    public void Another_ending_is_refused_with_those_there_are()
    {
        LandPolygonFile.CheckEnding("a.GPKG");
        Assert.Equal("land.shp: the ending '.shp' names no format of polygons that this version writes; use .geojson, .ndjson, .parquet, .gpkg", Assert.Throws<ConfigurationException>(() => LandPolygonFile.Write("land.shp", Land)).Message);
    }
}
