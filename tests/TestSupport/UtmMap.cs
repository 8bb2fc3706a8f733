using IrrigationWatch.Gdal;

namespace IrrigationWatch.TestSupport;

/// <summary>Small maps of 30 m in UTM zone 44, and a zone around them.</summary>
internal static class UtmMap
{
    /// <summary>Columns and rows, unless said otherwise.</summary>
    internal const int Size = 20;

    /// <summary>Where they lie, unless said otherwise.</summary>
    internal static double[] Place => [420_000, 30, 0, 4_881_000, 0, -30];

    /// <summary>A file of the one zone, called "all", of KZ.</summary>
    internal static string WriteZones(ScratchFolder scratch)
    {
        string file = scratch.File("zones.geojson");
        File.WriteAllText(file, """{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"name":"all","country":"KZ"},"geometry":{"type":"Polygon","coordinates":[[[79.9,44],[80.3,44],[80.3,44.3],[79.9,44.3],[79.9,44]]]}}]}""");
        return file;
    }

    /// <summary>Writes a map.</summary>
    /// <param name="path">Where.</param>
    /// <param name="type">Type of its pixels.</param>
    /// <param name="value">The value of a band from 1, a column and a row.</param>
    /// <param name="bands">How many bands.</param>
    /// <param name="size">Columns and rows.</param>
    /// <param name="place">Its geotransform; empty for a map that lies nowhere.</param>
    internal static string Write(string path, RasterType type, Func<int, int, int, double> value, int bands = 1, int size = Size, params double[]? place)
    {
        using Dataset map = Dataset.Create(path, "GTiff", size, size, bands, type);
        if (place is not { Length: 0 })
        {
            map.GeoTransform = place ?? Place;
            using SpatialReference reference = SpatialReference.Parse("EPSG:32644");
            map.SetSpatialReference(reference);
        }

        for (int band = 1; band <= bands; band++)
        {
            map.Band(band).Write<double>(new PixelWindow(0, 0, size, size), [.. Enumerable.Range(0, size * size).Select(i => value(band, i % size, i / size))]);
        }

        map.Finish();
        return path;
    }
}
