using System.Text.Json.Nodes;
using IrrigationWatch.TestSupport;
using Parquet;

namespace IrrigationWatch.Acceptance;

/// <summary>What is handed on, opened by readers that are not ours: the published schemas, GDAL, a browser's rules for one file.</summary>
[Collection(Published.Collection)]
public sealed class PublicationTests(Published published)
{
    private static readonly Lazy<SchemaSet> Schemas = new(() => new SchemaSet());

    [Theory]
    [InlineData("area.geojson")]
    [InlineData("irrigated-2010.geojson")]
    [InlineData("change.geojson")]
    public void GeoJson_is_valid_by_its_schema(string file)
    {
        Assert.True(Schemas.Value.IsValid("https://geojson.org/schema/FeatureCollection.json", File.ReadAllText(published.At(file)), out string errors), errors);
        JsonArray features = JsonNode.Parse(File.ReadAllText(published.At(file)))!["features"]!.AsArray();
        Assert.NotEmpty(features);
        Assert.Equal(features.Count, features.Select(feature => feature!["id"]!.GetValue<string>()).Distinct().Count());
    }

    [Fact]
    public void The_schemas_refuse_what_is_wrong()
    {
        JsonNode wrong = JsonNode.Parse(File.ReadAllText(published.At("change.geojson")))!;
        wrong["features"]![0]!.AsObject().Remove("properties");
        Assert.False(Schemas.Value.IsValid("https://geojson.org/schema/FeatureCollection.json", wrong.ToJsonString(), out _));
        wrong = JsonNode.Parse(File.ReadAllText(published.At("stac/irrigation/2010.json")))!;
        wrong["assets"]!["irrigated"]!["file:size"] = "large";
        Assert.False(Schemas.Value.IsValid("https://stac-extensions.github.io/file/v2.1.0/schema.json", wrong.ToJsonString(), out _));
    }

    [Fact]
    public void Lines_hold_the_same_features_as_the_collection()
    {
        JsonArray features = JsonNode.Parse(File.ReadAllText(published.At("irrigated-2010.geojson")))!["features"]!.AsArray();
        string[] lines = File.ReadAllLines(published.At("irrigated-2010.ndjson"));
        Assert.Equal(features.Select(feature => feature!.ToJsonString()), lines.Select(line => JsonNode.Parse(line)!.ToJsonString()));
    }

    [Fact]
    public void The_catalogue_is_valid_by_the_schemas_and_its_links_lead_to_files()
    {
        string root = published.At("stac");
        string[] files = Directory.GetFiles(root, "*.json", SearchOption.AllDirectories);
        Assert.Equal(14, files.Length);
        foreach (string file in files)
        {
            string text = File.ReadAllText(file);
            JsonNode document = JsonNode.Parse(text)!;
            string kind = document["type"]!.GetValue<string>() switch { "Catalog" => "catalog-spec/json-schema/catalog", "Collection" => "collection-spec/json-schema/collection", _ => "item-spec/json-schema/item" };
            foreach (string schema in document["stac_extensions"]?.AsArray().Select(extension => extension!.GetValue<string>()).Prepend($"https://schemas.stacspec.org/v1.0.0/{kind}.json") ?? [$"https://schemas.stacspec.org/v1.0.0/{kind}.json"])
            {
                Assert.True(Schemas.Value.IsValid(schema, text, out string errors), $"{file} by {schema}: {errors}");
            }

            IEnumerable<string> links = document["links"]!.AsArray().Select(link => link!["href"]!.GetValue<string>());
            IEnumerable<string> assets = document["assets"]?.AsObject().Select(asset => asset.Value!["href"]!.GetValue<string>()) ?? [];
            Assert.All(links.Concat(assets), href => Assert.True(File.Exists(Path.Combine(Path.GetDirectoryName(file)!, href)), $"{file}: {href}"));
        }
    }

    [Theory]
    [InlineData("area.parquet", 24)]
    [InlineData("irrigated.parquet", null)]
    public async Task GeoParquet_describes_itself_by_the_schema(string file, int? rows)
    {
        await using FileStream stream = File.OpenRead(published.At(file));
        await using ParquetReader reader = await ParquetReader.CreateAsync(stream, cancellationToken: TestContext.Current.CancellationToken);
        Assert.True(Schemas.Value.IsValid(SchemaSet.GeoParquet, reader.CustomMetadata["geo"], out string errors), errors);
        long count = 0;
        for (int group = 0; group < reader.RowGroupCount; group++)
        {
            using ParquetRowGroupReader part = reader.OpenRowGroupReader(group);
            count += part.RowCount;
        }

        int expected = rows ?? Directory.GetFiles(published.Folder, "irrigated-????.ndjson").Sum(lines => File.ReadAllLines(lines).Length);
        Assert.Equal(expected, count);
    }

    [Fact]
    public void GDAL_reads_polygons_and_package_alike()
    {
        (int code, string output) = Repository.RunPeer("-c", """
            import sys
            from osgeo import ogr
            ogr.UseExceptions()
            def look(path, name):
                source = ogr.Open(path)
                layer = source.GetLayerByName(name) if name else source.GetLayer(0)
                area = 0
                for feature in layer:
                    assert feature.GetGeometryRef().IsValid()
                    if not name or feature.GetField('year') == 2010:
                        area += feature.GetField('area_ha')
                return area
            package = look(sys.argv[2], 'irrigated')
            lines = look(sys.argv[1], None)
            assert abs(package - lines) < 1e-3, (package, lines)
            package_file = ogr.Open(sys.argv[2])
            styles = package_file.GetLayerByName('layer_styles')
            assert sorted(f.GetField('f_table_name') for f in styles) == ['change', 'irrigated', 'zones']
            if ogr.GetDriverByName('Parquet'):
                parquet_file = ogr.Open(sys.argv[3])
                parquet_file.GetLayer(0).SetAttributeFilter('year = 2010')
                assert abs(sum(f.GetField('area_ha') for f in parquet_file.GetLayer(0)) - look(sys.argv[1], None)) < 1e-3
            """, published.At("irrigated-2010.ndjson"), published.At("irrigation.gpkg"), published.At("irrigated.parquet"));
        Assert.True(code == 0, output);
    }

    [Fact]
    public void The_report_is_one_file_that_asks_the_network_for_nothing()
    {
        string html = File.ReadAllText(published.At("report/index.html"));
        Assert.DoesNotContain("src=\"http", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<link", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("url(", html, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("Kazakhstan", html, StringComparison.Ordinal);
        Assert.Contains("China", html, StringComparison.Ordinal);
        Assert.Contains("data:image/webp;base64,", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Written_again_every_file_has_the_same_bytes()
    {
        using var again = new Published();
        string[] files = [.. Directory.GetFiles(published.Folder, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(published.Folder, file)).Order(StringComparer.Ordinal)];
        Assert.Equal(files, Directory.GetFiles(again.Folder, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(again.Folder, file)).Order(StringComparer.Ordinal));
        Assert.All(files, file => Assert.True(File.ReadAllBytes(published.At(file)).AsSpan().SequenceEqual(File.ReadAllBytes(again.At(file))), $"{file} differs"));
    }

    [Fact]
    public void Maps_without_zones_or_names_are_refused_with_what_to_do()
    {
        string map = Repository.Sample("irrigation-maps", "gim_v3b_2001.tif");
        CommandResult noZones = CommandLine.Run("report", map, "--class", "high=2", "-o", published.At("x"));
        Assert.Equal(2, noZones.Code);
        Assert.Contains("--zones", noZones.Error, StringComparison.Ordinal);
        CommandResult twoClasses = CommandLine.Run("report", map, "--zones", Repository.Sample("zones", "countries.geojson"), "--class", "none=0", "--class", "high=2", "-o", published.At("x"));
        Assert.Equal(2, twoClasses.Code);
        Assert.Contains("--irrigated", twoClasses.Error, StringComparison.Ordinal);
        CommandResult emptyFolder = CommandLine.Run("report", Directory.CreateDirectory(published.At("empty")).FullName);
        Assert.Equal(1, emptyFolder.Code);
        Assert.Contains("run.json", emptyFolder.Error, StringComparison.Ordinal);
    }
}
