using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using IrrigationWatch.Areas;
using IrrigationWatch.Rasters;

namespace IrrigationWatch.Publishing;

/// <summary>
/// Writes samples as GeoJSON or CSV: one point a pixel, <c>class</c> empty for whoever looks at the place, and with it how the point
/// was drawn. What the map says there is left out, lest it sways the eye.
/// </summary>
public static class PointSampleWriter
{
    /// <summary>Endings that are written.</summary>
    public static IReadOnlyList<string> Endings { get; } = [".geojson", ".csv"];

    /// <summary>Says before any work whether an ending is known.</summary>
    /// <param name="path">The output.</param>
    /// <exception cref="ConfigurationException">The ending names no format that is written.</exception>
    public static void CheckEnding(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (!Endings.Contains(Path.GetExtension(path).ToLowerInvariant()))
        {
            throw new ConfigurationException(path, $"the ending names no format of samples; use {string.Join(" or ", Endings)}");
        }
    }

    /// <summary>Writes a sample.</summary>
    /// <param name="path">Where; the ending is one of <see cref="Endings"/>.</param>
    /// <param name="sample">The sample.</param>
    /// <exception cref="InputException">The place cannot be written.</exception>
    public static void Write(string path, PointSample sample)
    {
        ArgumentNullException.ThrowIfNull(sample);
        CheckEnding(path);
        AtomicFile.WriteText(path, Path.GetExtension(path).Equals(".csv", StringComparison.OrdinalIgnoreCase) ? ToCsv(sample) : ToGeoJson(sample));
    }

    private static string ToGeoJson(PointSample sample)
    {
        var text = new StringBuilder("{\"type\":\"FeatureCollection\",\"features\":[\n");
        for (int i = 0; i < sample.Places.Count; i++)
        {
            SamplePlace place = sample.Places[i];
            SampleStratum stratum = sample.Strata[place.Stratum];
            var feature = new JsonObject
            {
                ["type"] = "Feature",
                ["id"] = i + 1,
                ["properties"] = new JsonObject
                {
                    ["id"] = i + 1,
                    ["class"] = null,
                    ["year"] = sample.Year,
                    ["stratum"] = stratum.Name,
                    ["stratum_ha"] = Math.Round(stratum.Hectares, 3),
                    ["inclusion_probability"] = stratum.InclusionProbability,
                },
                ["geometry"] = new JsonObject { ["type"] = "Point", ["coordinates"] = new JsonArray(Math.Round(place.Longitude, 7), Math.Round(place.Latitude, 7)) },
            };
            text.Append(i == 0 ? string.Empty : ",\n").Append(feature.ToJsonString());
        }

        return text.Append("\n]}\n").ToString();
    }

    private static string ToCsv(PointSample sample)
    {
        var text = new StringBuilder("id,lon,lat,class,year,stratum,stratum_ha,inclusion_probability\n");
        for (int i = 0; i < sample.Places.Count; i++)
        {
            SamplePlace place = sample.Places[i];
            SampleStratum stratum = sample.Strata[place.Stratum];
            text.Append(CultureInfo.InvariantCulture, $"{i + 1},{place.Longitude:0.#######},{place.Latitude:0.#######},,{sample.Year},{CsvTable.Text(stratum.Name)},{stratum.Hectares:0.000},{stratum.InclusionProbability:R}\n");
        }

        return text.ToString();
    }
}
