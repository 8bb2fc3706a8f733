using System.Text.Json;
using IrrigationWatch.Areas;
using IrrigationWatch.Publishing;
using IrrigationWatch.TestSupport;
using NetTopologySuite.Geometries;
using NetTopologySuite.IO;
using Parquet;

namespace IrrigationWatch.Tests.Publishing;

/// <summary>Area tables as GeoParquet 1.1, read by Parquet.Net.</summary>
public class GeoParquetTests
{
    private static readonly AreaRow[] Rows =
    [
        new(2010, "Іле", "KZ", 1234.56789, 2000, 2500, 1100.125, 1300.5),
        new(2010, "伊犁", "", 0, 0, 0),
        new(2011, "Іле", "KZ", 5, 6, 8),
    ];

    private static readonly Zone[] Zones = [new("Іле", "KZ", Shapes.Square(80, 44, 1)), new("伊犁", "", new MultiPolygon([Shapes.Square(-5, -4, 1), Shapes.Square(10, 20, 2)]))];

    [Fact]
    public async Task A_row_stands_with_all_its_figures_and_the_shape_of_its_zone()
    {
        using var scratch = new ScratchFolder();
        GeoParquet.Write(scratch.File("a.parquet"), new AreaTable(Rows, Zones, []));
        await using ParquetReader reader = await ParquetReader.CreateAsync(scratch.File("a.parquet"));
        Assert.Equal(["id", .. AreaCsv.Header.Split(','), "geometry", "bbox"], reader.Schema.Fields.Select(field => field.Name));
        Dictionary<string, object?[]> columns = await ParquetTable.ReadAsync(reader);
        Assert.Equal(["KZ/Іле/2010", "伊犁/2010", "KZ/Іле/2011"], columns["id"]);
        Assert.Equal([2010, 2010, 2011], columns["year"]);
        Assert.Equal(["Іле", "伊犁", "Іле"], columns["zone"]);
        Assert.Equal(["KZ", "", "KZ"], columns["country"]);
        Assert.Equal([1234.56789, 0.0, 5.0], columns["irrigated_ha"]);
        Assert.Equal([2000.0, 0.0, 6.0], columns["observed_ha"]);
        Assert.Equal([2500.0, 0.0, 8.0], columns["zone_ha"]);
        Assert.Equal([0.8, 0.0, 0.75], columns["observed_fraction"]);
        Assert.Equal([1100.125, null, null], columns["irrigated_low_ha"]);
        Assert.Equal([1300.5, null, null], columns["irrigated_high_ha"]);
        Assert.Equal(Zones[0].Geometry.AsText(), new WKBReader().Read((byte[])columns["geometry"][0]!).AsText());
        Assert.Equal(Zones[1].Geometry.AsText(), new WKBReader().Read((byte[])columns["geometry"][1]!).AsText());
        Assert.Equal([80.0, -5.0, 80.0], columns["bbox/xmin"]);
        Assert.Equal([44.0, -4.0, 44.0], columns["bbox/ymin"]);
        Assert.Equal([81.0, 12.0, 81.0], columns["bbox/xmax"]);
        Assert.Equal([45.0, 22.0, 45.0], columns["bbox/ymax"]);
    }

    [Fact]
    public async Task The_file_describes_its_geometry()
    {
        using var scratch = new ScratchFolder();
        GeoParquet.Write(scratch.File("a.parquet"), new AreaTable(Rows, Zones, []));
        await using ParquetReader reader = await ParquetReader.CreateAsync(scratch.File("a.parquet"));
        Assert.Equal(
            """{"version":"1.1.0","primary_column":"geometry","columns":{"geometry":{"encoding":"WKB","geometry_types":["Polygon","MultiPolygon"],"bbox":[-5,-4,81,45],"covering":{"bbox":{"xmin":["bbox","xmin"],"ymin":["bbox","ymin"],"xmax":["bbox","xmax"],"ymax":["bbox","ymax"]}}}}}""",
            reader.CustomMetadata["geo"]);
    }

    [Fact]
    public async Task A_table_without_rows_has_no_box_and_all_columns()
    {
        using var scratch = new ScratchFolder();
        GeoParquet.Write(scratch.File("a.parquet"), new AreaTable([], [], []));
        await using ParquetReader reader = await ParquetReader.CreateAsync(scratch.File("a.parquet"));
        Assert.Equal((0, 12), (reader.RowGroupCount, reader.Schema.Fields.Count));
        using JsonDocument geo = JsonDocument.Parse(reader.CustomMetadata["geo"]);
        Assert.False(geo.RootElement.GetProperty("columns").GetProperty("geometry").TryGetProperty("bbox", out _));
    }

    [Fact]
    public void What_stood_there_stays_until_the_new_file_is_whole()
    {
        using var scratch = new ScratchFolder();
        File.WriteAllText(scratch.File("a.parquet"), "before");
        using (var writer = new GeoParquet.LandPolygonWriter(scratch.File("a.parquet")))
        {
            writer.Add([new LandPolygon("1", "irrigated", 2010, "z", "", 1, null, [[0, 0, 1, 0, 1, 1, 0, 0]])]);
        }

        Assert.Equal("before", File.ReadAllText(scratch.File("a.parquet")));
        Assert.Equal([scratch.File("a.parquet")], Directory.GetFiles(scratch.Path));
        GeoParquet.Write(scratch.File("a.parquet"), new AreaTable(Rows, Zones, []));
        Assert.Equal("PAR1"u8.ToArray(), File.ReadAllBytes(scratch.File("a.parquet"))[..4]);
        Assert.Equal([scratch.File("a.parquet")], Directory.GetFiles(scratch.Path));
    }

    [Fact]
    public void A_folder_in_its_place_is_an_error_that_says_so()
    {
        using var scratch = new ScratchFolder();
        Directory.CreateDirectory(scratch.File("a.parquet"));
        Assert.Equal($"{scratch.File("a.parquet")}: is a folder; name a file to write", Assert.Throws<InputException>(() => GeoParquet.Write(scratch.File("a.parquet"), new AreaTable(Rows, Zones, []))).Message);
    }
}
