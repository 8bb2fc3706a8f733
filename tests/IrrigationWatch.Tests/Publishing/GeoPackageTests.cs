using System.Xml.Linq;
using IrrigationWatch.Areas;
using IrrigationWatch.Publishing;
using IrrigationWatch.TestSupport;
using NetTopologySuite.Geometries;
using NetTopologySuite.IO;

namespace IrrigationWatch.Tests.Publishing;

/// <summary>GeoPackages, read by SQLite.</summary>
public class GeoPackageTests
{
    private static readonly Zone[] Zones = [new("Іле \"east\"", "KZ", Shapes.Square(80, 44, 1)), new("伊犁", "", new MultiPolygon([Shapes.Square(-5, -4, 1), Shapes.Square(10, 20, 2)]))];

    /// <summary>Of the first zone 100, 110 and 120 ha in years well observed and one year that was not; of the second nothing was ever seen.</summary>
    private static readonly AreaRow[] Rows =
    [
        new(2009, Zones[0].Name, "KZ", 7, 10, 1000), new(2009, "伊犁", "", 0, 0, 500),
        new(2010, Zones[0].Name, "KZ", 100, 1000, 1000, 90.5, 112.25), new(2010, "伊犁", "", 0, 0, 500),
        new(2011, Zones[0].Name, "KZ", 110, 1000, 1000), new(2012, Zones[0].Name, "KZ", 120.0625, 1000, 1000),
    ];

    [Fact]
    public void Zones_stand_with_their_first_and_last_year_and_trend()
    {
        using var scratch = new ScratchFolder();
        GeoPackage.Write(scratch.File("a.gpkg"), new AreaTable(Rows, Zones, []));
        using var database = new Database(scratch.File("a.gpkg"));
        Assert.Equal(
            ["Іле \"east\"|KZ|2010|2012|100|120.0625|10.03125", "伊犁||NULL|NULL|NULL|NULL|NULL"],
            database.Query("select zone, country, first_year, last_year, first_ha, last_ha, slope_ha_per_year from zones order by fid"));
        // S = 3 of a variance of 11/3: 2 (1 − Φ(2/√(11/3))). Of a zone without years nothing is known and nothing is unusual.
        Assert.Equal(["0.29627", "1.0"], database.Query("select round(p_value, 6) from zones order by fid").Select(p => p.Contains('.', StringComparison.Ordinal) ? p : p + ".0"));
        Assert.Equal(["zones|geom|MULTIPOLYGON|4326"], database.Query("select table_name, column_name, geometry_type_name, srs_id from gpkg_geometry_columns"));
        Assert.Equal(["area|attributes", "layer_styles|attributes", "zones|features"], database.Query("select table_name, data_type from gpkg_contents order by table_name"));
    }

    [Fact]
    public void Shapes_of_zones_are_multipolygons_in_longitude_and_latitude()
    {
        using var scratch = new ScratchFolder();
        GeoPackage.Write(scratch.File("a.gpkg"), new AreaTable(Rows, Zones, []));
        using var database = new Database(scratch.File("a.gpkg"));
        Assert.Equal("MULTIPOLYGON (((80 44, 80 45, 81 45, 81 44, 80 44)))", Shape(database.Bytes("select geom from zones where fid = 1")));
        Assert.Equal(Zones[1].Geometry.AsText(), Shape(database.Bytes("select geom from zones where fid = 2")));
    }

    [Fact]
    public void Areas_of_years_are_a_table_with_the_columns_of_the_CSV()
    {
        using var scratch = new ScratchFolder();
        GeoPackage.Write(scratch.File("a.gpkg"), new AreaTable(Rows, Zones, []));
        using var database = new Database(scratch.File("a.gpkg"));
        Assert.Equal(["fid", .. AreaCsv.Header.Split(',')], database.Query("select name from pragma_table_info('area') order by cid"));
        IReadOnlyList<string> rows = database.Query("select year, zone, country, irrigated_ha, observed_ha, zone_ha, observed_fraction, irrigated_low_ha, irrigated_high_ha from area order by fid");
        Assert.Equal(Rows.Length, rows.Count);
        Assert.Equal("2009|伊犁||0|0|500|0|NULL|NULL", rows[1]);
        Assert.Equal("2010|Іле \"east\"|KZ|100|1000|1000|1|90.5|112.25", rows[2]);
        Assert.Equal("2012|Іле \"east\"|KZ|120.0625|1000|1000|1|NULL|NULL", rows[5]);
    }

    [Fact]
    public void Each_layer_has_a_style_that_QGIS_takes_by_itself()
    {
        using var scratch = new ScratchFolder();
        using (var package = new GeoPackage(scratch.File("a.gpkg")))
        {
            package.Add(new AreaTable(Rows, Zones, []));
            package.BeginPolygons("change");
            package.Add([new LandPolygon("1", "opened", 2010, "z", "", 1.5, null, [[0, 0, 1, 0, 1, 1, 0, 0]])]);
            package.Commit();
        }

        using var database = new Database(scratch.File("a.gpkg"));
        Assert.Equal(["zones|geom|1|IrrigationWatch", "change|geom|1|IrrigationWatch"], database.Query("select f_table_name, f_geometry_column, useAsDefault, styleName from layer_styles order by id"));
        Assert.Equal(["singleSymbol", "categorizedSymbol"], database.Query("select styleQML from layer_styles order by id").Select(style => (string?)XDocument.Parse(style).Root!.Element("renderer-v2")!.Attribute("type")));
        Assert.Equal(["opened|1.5"], database.Query("select kind, area_ha from change"));
    }

    [Fact]
    public void A_package_that_was_not_finished_leaves_nothing_and_keeps_what_was()
    {
        using var scratch = new ScratchFolder();
        File.WriteAllText(scratch.File("a.gpkg"), "before");
        using (var package = new GeoPackage(scratch.File("a.gpkg")))
        {
            package.Add(new AreaTable(Rows, Zones, []));
        }

        Assert.Equal([scratch.File("a.gpkg")], Directory.GetFiles(scratch.Path));
        Assert.Equal("before", File.ReadAllText(scratch.File("a.gpkg")));
        GeoPackage.Write(scratch.File("a.gpkg"), new AreaTable(Rows, Zones, []));
        Assert.Equal([scratch.File("a.gpkg")], Directory.GetFiles(scratch.Path));
        Assert.Equal("SQLite format 3\0"u8.ToArray(), File.ReadAllBytes(scratch.File("a.gpkg"))[..16]);
    }

    [Fact]
    public void A_folder_in_its_place_is_an_error_that_says_so()
    {
        using var scratch = new ScratchFolder();
        Directory.CreateDirectory(scratch.File("a.gpkg"));
        Assert.Equal($"{scratch.File("a.gpkg")}: is a folder; name a file to write", Assert.Throws<InputException>(() => GeoPackage.Write(scratch.File("a.gpkg"), new AreaTable(Rows, Zones, []))).Message);
    }

    /// <summary>The geometry behind the header that GeoPackage puts before it: "GP", version, flags, SRS, envelope.</summary>
    private static string Shape(byte[] blob)
    {
        Assert.Equal("GP"u8.ToArray(), blob[..2]);
        int envelope = ((blob[3] >> 1) & 7) switch { 0 => 0, 1 => 32, 2 or 3 => 48, _ => 64 };
        return new WKBReader().Read(blob[(8 + envelope)..]).AsText();
    }
}
