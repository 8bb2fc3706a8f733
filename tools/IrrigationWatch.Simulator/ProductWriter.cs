using System.Formats.Tar;
using System.Globalization;
using System.Text;
using IrrigationWatch.Gdal;
using IrrigationWatch.Landsat;
using IrrigationWatch.Rasters;

namespace IrrigationWatch.Simulator;

/// <summary>Writes a scene as the tar that USGS ships: tiled Deflate GeoTIFFs and the MTL.txt.</summary>
internal static class ProductWriter
{
    internal static string Write(string folder, ProductId id, SceneImage image, Grid grid)
    {
        Directory.CreateDirectory(folder);
        string path = Path.Combine(folder, id.Text + ".tar");
        string scratch = Path.Combine(folder, id.Text + ".parts");
        Directory.CreateDirectory(scratch);
        try
        {
            var files = new List<string>();
            for (int band = 0; band < Spectra.Bands; band++)
            {
                files.Add(WriteBand(scratch, $"{id.Text}_SR_B{id.BandNumber(SceneImage.Roles[band])}.TIF", image.Reflective[band], grid, 0));
            }

            files.Add(WriteBand(scratch, id.Text + "_QA_PIXEL.TIF", image.QaPixel, grid, 1));
            files.Add(WriteBand(scratch, id.Text + "_QA_RADSAT.TIF", image.QaRadsat, grid, null));
            string mtl = Path.Combine(scratch, id.Text + "_MTL.txt");
            File.WriteAllText(mtl, Metadata(id, image, grid));
            files.Add(mtl);
            AtomicFile.Write(path, stream =>
            {
                using var tar = new TarWriter(stream, TarEntryFormat.Ustar, leaveOpen: true);
                foreach (string file in files)
                {
                    using FileStream data = File.OpenRead(file);
                    tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, Path.GetFileName(file))
                    {
                        DataStream = data,
                        ModificationTime = new DateTimeOffset(id.Processed!.Value, default, TimeSpan.Zero),
                    });
                }
            });
            return path;
        }
        finally
        {
            Directory.Delete(scratch, recursive: true);
        }
    }

    private static string WriteBand(string folder, string name, ushort[] pixels, Grid grid, double? noData)
    {
        string path = Path.Combine(folder, name);
        using Dataset dataset = Dataset.Create(path, "GTiff", grid.Width, grid.Height, 1, RasterType.UInt16, "TILED=YES", "BLOCKXSIZE=256", "BLOCKYSIZE=256", "COMPRESS=DEFLATE", "PREDICTOR=2", "ZLEVEL=1");
        dataset.GeoTransform = grid.ToGeoTransform();
        using SpatialReference reference = grid.OpenSpatialReference();
        dataset.SetSpatialReference(reference);
        dataset.SetMetadata("AREA_OR_POINT", "Point");
        dataset.Band(1).NoData = noData;
        dataset.Band(1).Write<ushort>(new PixelWindow(0, 0, grid.Width, grid.Height), pixels);
        dataset.Finish();
        return path;
    }

    private static string Metadata(ProductId id, SceneImage image, Grid grid)
    {
        var text = new StringBuilder();
        int[] bands = [.. SceneImage.Roles.Select(id.BandNumber)];
        string sensor = id.Sensor switch { Sensor.Tm => "TM", Sensor.EtmPlus => "ETM", _ => "OLI_TIRS" };
        double left = grid.Left + 15;
        double top = grid.Top - 15;
        double right = grid.Right - 15;
        double bottom = grid.Bottom + 15;
        Open("LANDSAT_METADATA_FILE");
        Open("PRODUCT_CONTENTS");
        Put("ORIGIN", "\"Simulated by IrrigationWatch; no image of any satellite\"");
        Put("LANDSAT_PRODUCT_ID", $"\"{id.Text}\"");
        Put("PROCESSING_LEVEL", "\"L2SP\"");
        Put("COLLECTION_NUMBER", "02");
        Put("COLLECTION_CATEGORY", "\"T1\"");
        Put("OUTPUT_FORMAT", "\"GEOTIFF\"");
        foreach (int band in bands)
        {
            Put($"FILE_NAME_BAND_{band}", $"\"{id.Text}_SR_B{band}.TIF\"");
        }

        Put("FILE_NAME_QUALITY_L1_PIXEL", $"\"{id.Text}_QA_PIXEL.TIF\"");
        Put("FILE_NAME_QUALITY_L1_RADIOMETRIC_SATURATION", $"\"{id.Text}_QA_RADSAT.TIF\"");
        Put("FILE_NAME_METADATA_ODL", $"\"{id.Text}_MTL.txt\"");
        foreach (int band in bands)
        {
            Put($"DATA_TYPE_BAND_{band}", "\"UINT16\"");
        }

        Close("PRODUCT_CONTENTS");
        Open("IMAGE_ATTRIBUTES");
        Put("SPACECRAFT_ID", $"\"{id.Platform()}\"");
        Put("SENSOR_ID", $"\"{sensor}\"");
        Put("WRS_TYPE", "2");
        Put("WRS_PATH", id.Path!.Value);
        Put("WRS_ROW", id.Row!.Value);
        Put("DATE_ACQUIRED", id.Acquired.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        Put("SCENE_CENTER_TIME", "\"05:12:34.5670000Z\"");
        Put("CLOUD_COVER", image.CloudCover.ToString("0.00", CultureInfo.InvariantCulture));
        Put("SUN_AZIMUTH", "145.00000000");
        Put("SUN_ELEVATION", (46 + 20 * Math.Cos((id.Acquired.DayOfYear - 172) * 2 * Math.PI / 365)).ToString("0.00000000", CultureInfo.InvariantCulture));
        Close("IMAGE_ATTRIBUTES");
        Open("PROJECTION_ATTRIBUTES");
        Put("MAP_PROJECTION", "\"UTM\"");
        Put("DATUM", "\"WGS84\"");
        Put("ELLIPSOID", "\"WGS84\"");
        Put("UTM_ZONE", "44");
        Put("GRID_CELL_SIZE_REFLECTIVE", "30.00");
        Put("REFLECTIVE_LINES", grid.Height);
        Put("REFLECTIVE_SAMPLES", grid.Width);
        Put("ORIENTATION", "\"NORTH_UP\"");
        foreach ((string corner, double x, double y) in new[] { ("UL", left, top), ("UR", right, top), ("LL", left, bottom), ("LR", right, bottom) })
        {
            Put($"CORNER_{corner}_PROJECTION_X_PRODUCT", x.ToString("0.000", CultureInfo.InvariantCulture));
            Put($"CORNER_{corner}_PROJECTION_Y_PRODUCT", y.ToString("0.000", CultureInfo.InvariantCulture));
        }

        Close("PROJECTION_ATTRIBUTES");
        Open("LEVEL2_PROCESSING_RECORD");
        Put("LANDSAT_PRODUCT_ID", $"\"{id.Text}\"");
        Put("PROCESSING_LEVEL", "\"L2SP\"");
        Put("PROCESSING_SOFTWARE_VERSION", "\"IrrigationWatch.Simulator\"");
        Close("LEVEL2_PROCESSING_RECORD");
        Open("LEVEL2_SURFACE_REFLECTANCE_PARAMETERS");
        foreach ((string key, string value) in new[] { ("REFLECTANCE_MAXIMUM", "1.602213"), ("REFLECTANCE_MINIMUM", "-0.199972"), ("QUANTIZE_CAL_MAX", "65535"), ("QUANTIZE_CAL_MIN", "1"), ("REFLECTANCE_MULT", "2.75e-05"), ("REFLECTANCE_ADD", "-0.2") })
        {
            foreach (int band in bands)
            {
                Put($"{key}_BAND_{band}", value);
            }
        }

        Close("LEVEL2_SURFACE_REFLECTANCE_PARAMETERS");
        Close("LANDSAT_METADATA_FILE");
        return text.Append("END\n").ToString();

        void Open(string group) => text.Append(CultureInfo.InvariantCulture, $"GROUP = {group}\n");
        void Close(string group) => text.Append(CultureInfo.InvariantCulture, $"END_GROUP = {group}\n");
        void Put(string key, object value) => text.Append(CultureInfo.InvariantCulture, $"    {key} = {value}\n");
    }
}
