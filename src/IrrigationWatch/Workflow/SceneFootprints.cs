using System.Globalization;
using System.Text;
using System.Text.Json;
using IrrigationWatch.Features;
using IrrigationWatch.Landsat;
using IrrigationWatch.Publishing;
using IrrigationWatch.Rasters;

namespace IrrigationWatch.Workflow;

/// <summary>The text of <c>scenes.geojson</c>: the outlines of the scenes of which the maps were made, with properties named as STAC and its Landsat extension name them.</summary>
internal static class SceneFootprints
{
    internal const string FileName = "scenes.geojson";

    /// <summary>Points of an outline that are passed over: a scene's edge is straight in its own CRS, and eight points a side follow it to some metres.</summary>
    private const int Every = 8;

    /// <summary>The outlines as text.</summary>
    internal static string Format(IEnumerable<SceneRecord> scenes, YearCalendar calendar)
    {
        using var stream = new MemoryStream();
        using (var features = new FeatureWriter(stream, newlineDelimited: false))
        {
            foreach (SceneRecord scene in scenes.OrderBy(scene => scene.Time).ThenBy(scene => scene.Id!.Text, StringComparer.Ordinal))
            {
                ProductId id = scene.Id!;
                features.Add(id.Text, json => GeoJsonGeometry.Write(json, [Outline(scene.Grid!)]), json => WriteProperties(json, scene, id, calendar));
            }

            features.Finish();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    /// <summary>A closed ring, counter-clockwise, longitude and latitude in turn.</summary>
    private static double[] Outline(Grid grid)
    {
        (double[] longitudes, double[] latitudes) = grid.GeographicOutline();
        int[] places = [.. Enumerable.Range(0, longitudes.Length).Where(i => i % Every == 0).Reverse()];
        return [.. places.SelectMany(i => new[] { longitudes[i], latitudes[i] })];
    }

    private static void WriteProperties(Utf8JsonWriter json, SceneRecord scene, ProductId id, YearCalendar calendar)
    {
        json.WriteString("datetime", scene.Time.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        json.WriteNumber("year", calendar.YearOf(DateOnly.FromDateTime(scene.Time.UtcDateTime)));
        json.WriteString("platform", id.Platform());
        json.WriteString("eo:instrument", id.Instrument);
        json.WriteString("landsat:correction", id.Level);
        json.WriteString("landsat:collection_category", id.Tier);
        Optional("landsat:wrs_path", id.Path);
        Optional("landsat:wrs_row", id.Row);
        Optional("eo:cloud_cover", scene.CloudCover);

        void Optional(string name, double? value)
        {
            if (value is double number)
            {
                json.WriteNumber(name, number);
            }
            else
            {
                json.WriteNull(name);
            }
        }
    }
}
