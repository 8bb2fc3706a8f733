using System.Text.Json;
using IrrigationWatch.Features;
using IrrigationWatch.Rasters;
using IrrigationWatch.Workflow;

namespace IrrigationWatch.Tests.Workflow;

/// <summary><c>scenes.geojson</c> says where and when the scenes of the maps were taken, as any GIS reads it.</summary>
public class SceneFootprintsTests
{
    [Fact]
    public void Each_scene_is_a_polygon_in_the_order_of_time()
    {
        SceneRecord late = Scenes.Of("LC08_L2SP_149030_20150730_20200908_02_T1") with { CloudCover = null };
        SceneRecord early = Scenes.Of("LE07_L1TP_149031_20150706_20200908_02_T2", grid: new Grid("EPSG:4326", 78, 45, 0.01, 0.01, 100, 50));
        using var json = JsonDocument.Parse(SceneFootprints.Format([late, early], YearCalendar.Default));
        Assert.Equal("FeatureCollection", json.RootElement.GetProperty("type").GetString());
        JsonElement[] features = [.. json.RootElement.GetProperty("features").EnumerateArray()];
        Assert.Equal([early.Id!.Text, late.Id!.Text], features.Select(feature => feature.GetProperty("id").GetString()));
        JsonElement properties = features[0].GetProperty("properties");
        Assert.Equal(
            """{"datetime":"2015-07-06T05:12:00Z","year":2015,"platform":"LANDSAT_7","eo:instrument":"ETM","landsat:correction":"L1TP","landsat:collection_category":"T2","landsat:wrs_path":149,"landsat:wrs_row":31,"eo:cloud_cover":10}""",
            JsonSerializer.Serialize(properties));
        Assert.Equal(JsonValueKind.Null, features[1].GetProperty("properties").GetProperty("eo:cloud_cover").ValueKind);

        (double X, double Y)[] ring = [.. features[0].GetProperty("geometry").GetProperty("coordinates")[0].EnumerateArray().Select(point => (point[0].GetDouble(), point[1].GetDouble()))];
        Assert.Equal(ring[0], ring[^1]);
        Assert.Equal((78.0, 79.0, 44.5, 45.0), (Math.Round(ring.Min(point => point.X), 6), Math.Round(ring.Max(point => point.X), 6), Math.Round(ring.Min(point => point.Y), 6), Math.Round(ring.Max(point => point.Y), 6)));
        // RFC 7946: an outer ring is counter-clockwise, its area by the shoelace formula positive.
        Assert.Equal(0.5, ring.Zip(ring.Skip(1)).Sum(side => side.First.X * side.Second.Y - side.Second.X * side.First.Y) / 2, 6);
    }

    [Fact]
    public void Without_scenes_it_is_an_empty_collection()
    {
        using var json = JsonDocument.Parse(SceneFootprints.Format([], YearCalendar.Default));
        Assert.Equal(0, json.RootElement.GetProperty("features").GetArrayLength());
    }
}
