using IrrigationWatch.Areas;
using IrrigationWatch.Gdal;
using IrrigationWatch.TestSupport;
using NetTopologySuite.IO;

namespace IrrigationWatch.Tests.Areas;

/// <summary>Files of several layers, and features that are not what is wanted: nothing is left out without a word.</summary>
public sealed class VectorLayersTests : IDisposable
{
    private readonly ScratchFolder scratch = new();
    private readonly List<string> warnings = [];

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void All_folders_of_a_KML_are_read()
    {
        string path = scratch.File("districts.kml");
        static string Placemark(string name, int west) => $"<Placemark><name>{name}</name><Polygon><outerBoundaryIs><LinearRing><coordinates>{west},44 {west + 1},44 {west + 1},45 {west},44</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark>";
        File.WriteAllText(path, $"""<?xml version="1.0" encoding="UTF-8"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document><Folder><name>KZ</name>{Placemark("Panfilov", 80)}</Folder><Folder><name>wells</name><Placemark><name>w</name><Point><coordinates>80,44</coordinates></Point></Placemark></Folder><Folder><name>CN</name>{Placemark("Huocheng", 82)}{Placemark("察布查尔", 84)}</Folder></Document></kml>""");
        Assert.Equal(["Panfilov", "Huocheng", "察布查尔"], Names(path));
        Assert.Contains("left aside: 'wells' (", Assert.Single(warnings), StringComparison.Ordinal);
        Assert.Equal(["Huocheng", "察布查尔"], Names(path + ":CN"));
        Assert.Empty(warnings);
    }

    /// <summary>GDAL follows a link in some archives alone, and leaves out what stands beside it.</summary>
    [Fact]
    public void A_KML_that_links_to_others_is_refused_and_read_without_its_links()
    {
        static string Kml(string inside) => $"""<?xml version="1.0" encoding="UTF-8"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document>{inside}</Document></kml>""";
        static string Placemark(string name, int west) => $"<Placemark><name>{name}</name><Polygon><outerBoundaryIs><LinearRing><coordinates>{west},44 {west + 1},44 {west + 1},45 {west},44</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark>";
        const string Link = "<Folder><NetworkLink><name>more</name><Link><href>files/b.kml</href></Link></NetworkLink></Folder>";
        string path = scratch.File("districts.kml");
        string archive = scratch.File("districts.kmz");
        foreach (string links in new[] { Link, Link.Replace("Link>", "Link >", StringComparison.Ordinal).Replace("<Link >", "<Url>", StringComparison.Ordinal).Replace("</Link >", "</Url>", StringComparison.Ordinal), string.Empty })
        {
            File.WriteAllText(path, Kml(Placemark("A", 80) + links));
            File.Delete(archive);
            using (System.IO.Compression.ZipArchive zip = System.IO.Compression.ZipFile.Open(archive, System.IO.Compression.ZipArchiveMode.Create))
            {
                foreach ((string name, string text) in new[] { ("doc.kml", Kml(Placemark("A", 80) + links)), ("files/b.kml", Kml(Placemark("B", 82))) })
                {
                    using var writer = new StreamWriter(zip.CreateEntry(name).Open());
                    writer.Write(text);
                }
            }

            foreach (string file in new[] { path, archive })
            {
                if (links.Length > 0)
                {
                    Assert.Contains("holds 1 link to other files (files/b.kml), which are not followed; save all places in one file without links", Assert.Throws<InputException>(() => Names(file)).Message, StringComparison.Ordinal);
                }
                else
                {
                    Assert.Equal(["A"], Names(file));
                }
            }
        }

        // As advised: all places in one file, or the file that is linked to.
        File.WriteAllText(path, Kml(Placemark("A", 80) + Placemark("B", 82)));
        Assert.Equal(["A", "B"], Names(path));
        File.WriteAllText(path, Kml(Placemark("B", 82)));
        Assert.Equal(["B"], Names(path));
    }

    [Fact]
    public void The_one_layer_that_fits_is_read_and_the_others_are_named()
    {
        string path = Package("basin.gpkg", ("canals", VectorGeometry.Any, "name", ["LINESTRING(80 44,81 45)"]), ("stations", VectorGeometry.Any, "name", ["POINT(80 44)"]), ("districts", VectorGeometry.Polygon, "name", [Square(80), Square(82)]), ("blocks", VectorGeometry.Polygon, "block", [Square(84)]));
        Assert.Equal(["districts 0", "districts 1"], Names(path));
        string warning = Assert.Single(warnings);
        Assert.Contains("read from layer 'districts' (Polygon, 2 features); left aside: 'canals' (", warning, StringComparison.Ordinal);
        Assert.Contains("'blocks' (Polygon, 1 feature)", warning, StringComparison.Ordinal);
        // Lines of the same file are waters, its points reference points.
        Assert.Equal(2, ZoneReader.ReadAreaOfInterest(path + ":districts").NumGeometries);
        Assert.Contains("several layers that may be the areas", Assert.Throws<InputException>(() => ZoneReader.ReadAreaOfInterest(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_several_that_fit_none_is_read_unless_it_is_picked()
    {
        string path = Package("basin.gpkg", ("kz", VectorGeometry.Polygon, "name", [Square(80)]), ("cn", VectorGeometry.Polygon, "name", [Square(82), Square(84)]));
        string message = Assert.Throws<InputException>(() => Names(path)).Message;
        Assert.Contains("'kz' (Polygon, 1 feature), 'cn' (Polygon, 2 features)", message, StringComparison.Ordinal);
        Assert.Contains($"{path}:kz", message, StringComparison.Ordinal);
        Assert.Equal(["kz 0"], Names($"{path}:kz"));
        Assert.Equal(["cn 0", "cn 1"], Names(path, "cn"));
        Assert.Equal(["kz 0", "cn 0", "cn 1"], Names($"{path}:kz,cn"));
        Assert.Contains("has no layer 'us'; use one of 'kz'", Assert.Throws<InputException>(() => Names($"{path}:us")).Message, StringComparison.Ordinal);
        Assert.Contains("keep one", Assert.Throws<InputException>(() => Names($"{path}:kz", "cn")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_colon_may_belong_to_the_name_of_a_file_or_of_a_layer()
    {
        string path = Package("a:b.gpkg", ("c:d", VectorGeometry.Polygon, "name", [Square(80)]), ("e", VectorGeometry.Polygon, "name", [Square(82)]));
        Assert.Equal(["c:d 0"], Names(path + ":c:d"));
        Assert.Equal(["e 0"], Names(path + ":e"));
        File.Move(path, scratch.File("a:b.gpkg:e"));
        Assert.Contains("several layers", Assert.Throws<InputException>(() => Names(scratch.File("a:b.gpkg:e"))).Message, StringComparison.Ordinal);
        Assert.Equal((@"C:\zones.gpkg", null), (VectorPlace.Parse(@"C:\zones.gpkg").File, VectorPlace.Parse(@"C:\zones.gpkg").Layer));
        Assert.Null(VectorPlace.Parse("/vsicurl/http://127.0.0.1:1/a/b").Layer);
    }

    [Fact]
    public void What_is_left_out_is_counted_and_named()
    {
        string path = scratch.File("zones.geojson");
        static string Feature(string name, string geometry) => $$"""{"type":"Feature","properties":{"name":"{{name}}"},"geometry":{{geometry}}}""";
        const string Polygon = """{"type":"Polygon","coordinates":[[[80,44],[81,44],[81,45],[80,44]]]}""";
        File.WriteAllText(path, $$"""{"type":"FeatureCollection","features":[{{Feature("A", Polygon)}},{{Feature("B", "null")}},{{Feature("C", """{"type":"LineString","coordinates":[[80,44],[81,44]]}""")}},{{Feature("D", $$"""{"type":"GeometryCollection","geometries":[{{Polygon}},{"type":"Point","coordinates":[80,44]}]}""")}}]}""");
        Assert.Equal(["A", "D"], Names(path));
        Assert.Equal(
            [
                $"{path}: 1 feature has no geometry and is left out: 1 (B)",
                $"{path}: 1 feature is left out, as zones are polygons: 2 (C) is a LineString",
                $"{path}: 1 feature has parts that are no polygons, which are left out: 3 (D)",
            ],
            warnings);
    }

    [Fact]
    public void A_changed_companion_or_layer_is_another_input()
    {
        string path = scratch.File("zones.shp");
        Shapefile.Write(path, Shapefile.Bytes("windows-1251", "Уйгурский"));
        string before = VectorPlace.DigestOf(path);
        File.WriteAllText(scratch.File("zones.cpg"), "1251");
        Assert.NotEqual(before, VectorPlace.DigestOf(path));
        Assert.Contains(scratch.File("zones.cpg"), VectorPlace.PartsOf(path));
        string package = Package("basin.gpkg", ("kz", VectorGeometry.Polygon, "name", [Square(80)]));
        Assert.NotEqual(VectorPlace.DigestOf(package), VectorPlace.DigestOf(package + ":kz"));
        Assert.Equal(Digest.OfFile(package), VectorPlace.DigestOf(package));
    }

    private IReadOnlyList<string> Names(string path, string? layer = null)
    {
        warnings.Clear();
        return [.. ZoneReader.Read(path, options: new VectorOptions { Layer = layer, Warn = warnings.Add }).Select(zone => zone.Name)];
    }

    private static string Square(int west) => $"POLYGON(({west} 44,{west + 1} 44,{west + 1} 45,{west} 44))";

    private string Package(string name, params (string Layer, VectorGeometry Geometry, string Field, string[] Shapes)[] layers)
    {
        string path = scratch.File(name);
        using VectorTarget target = VectorTarget.Create(path, "GPKG");
        using SpatialReference wgs84 = SpatialReference.Wgs84();
        foreach ((string layer, VectorGeometry geometry, string field, string[] shapes) in layers)
        {
            target.BeginLayer(layer, wgs84, geometry, [new VectorField(field, VectorFieldType.Text)]);
            for (int i = 0; i < shapes.Length; i++)
            {
                target.Add([$"{layer} {i}"], new WKBWriter().Write(new WKTReader().Read(shapes[i])));
            }
        }

        target.Finish();
        return path;
    }
}
