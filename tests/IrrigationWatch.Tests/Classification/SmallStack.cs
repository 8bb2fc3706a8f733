using System.Globalization;
using IrrigationWatch.Features;
using IrrigationWatch.Gdal;
using IrrigationWatch.Rasters;
using IrrigationWatch.TestSupport;

namespace IrrigationWatch.Tests.Classification;

/// <summary>Feature stacks whose pixels a test makes up.</summary>
internal static class SmallStack
{
    /// <summary>The features, where no others are told.</summary>
    internal static string[] Names { get; } = ["late_ndvi_median", "late_ndvi_max", "late_mndwi_median", "late_count", "year_ndvi_p50"];

    internal static Grid Place(int width, int height) => new("EPSG:32644", 448_425, 4_890_015, 30, 30, width, height);

    /// <summary>Writes a stack and opens it: <paramref name="value"/> tells what a column, a row and the number of a feature hold.</summary>
    internal static FeatureStack Write(ScratchFolder scratch, RasterPool pool, int year, Grid place, Func<int, int, int, float> value, params string[] names)
    {
        names = names.Length > 0 ? names : Names;
        string path = scratch.File(string.Create(CultureInfo.InvariantCulture, $"features-{year}-{Guid.NewGuid():N}.tif"));
        var metadata = new SortedDictionary<string, string>(StringComparer.Ordinal) { ["YEAR"] = year.ToString(CultureInfo.InvariantCulture), ["SENSORS"] = "TM" };
        using (var writer = new CogWriter(path, place, RasterType.Float32, names.Length, new CogOptions { NoData = double.NaN, BandNames = names, Metadata = metadata }))
        {
            for (int feature = 0; feature < names.Length; feature++)
            {
                foreach (PixelWindow tile in place.Tiles(CogWriter.TileSize))
                {
                    float[] pixels = [.. Enumerable.Range(0, tile.PixelCount).Select(i => value(tile.X + i % tile.Width, tile.Y + i / tile.Width, feature))];
                    writer.Write<float>(1 + feature, tile, pixels);
                }
            }

            writer.Commit();
        }

        return FeatureStack.Open(path, pool);
    }
}
