using System.Formats.Tar;
using System.Globalization;
using System.IO.Compression;
using IrrigationWatch.Gdal;
using IrrigationWatch.TestSupport;

namespace IrrigationWatch.Acceptance;

/// <summary>Median spectra of the real Landsat pixel histories in data-samples/pixel-records, in reflectance.</summary>
internal static class PixelRecords
{
    /// <summary>Full green cover and snow of the Washington record.</summary>
    internal static (double[] Vegetation, double[] Snow) Washington()
    {
        double[][] rows = [.. File.ReadLines(Repository.Sample("pixel-records", "sample_WA_grid08_row999_col1_normal.csv"))
            .Select(line => line.Split(',').Select(field => double.Parse(field, CultureInfo.InvariantCulture)).ToArray())];
        return (
            Median(rows.Where(row => row[8] == 0 && row[1..7].All(value => value > 0) && Ndvi(row[3], row[4]) >= 0.8).Select(row => row[1..7])),
            Median(rows.Where(row => row[8] == 3).Select(row => row[1..7])));
    }

    /// <summary>Dry soil and cloud of the chip p035r032 in Colorado.</summary>
    internal static (double[] Soil, double[] Cloud) Colorado()
    {
        var soil = new List<double[]>();
        var cloud = new List<double[]>();
        using FileStream file = File.OpenRead(Repository.Sample("pixel-records", "p035r032_landsat457_1984-2013.tar.gz"));
        using var gzip = new GZipStream(file, CompressionMode.Decompress);
        using var tar = new TarReader(gzip);
        using var scratch = new ScratchFolder();
        while (tar.GetNextEntry() is TarEntry entry)
        {
            if (!entry.Name.EndsWith("_stack.gtif", StringComparison.Ordinal))
            {
                continue;
            }

            string path = scratch.File("stack.tif");
            entry.ExtractToFile(path, overwrite: true);
            int day = int.Parse(Path.GetFileName(entry.Name).AsSpan(13, 3), CultureInfo.InvariantCulture);
            using Dataset dataset = Dataset.Open(path);
            double[][] bands = [.. Enumerable.Range(1, 8).Select(band =>
            {
                double[] pixels = new double[25];
                dataset.Band(band).Read<double>(new PixelWindow(0, 0, 5, 5), pixels);
                return pixels;
            })];
            for (int pixel = 0; pixel < 25; pixel++)
            {
                double[] spectrum = [.. bands[..6].Select(band => band[pixel])];
                if (bands[7][pixel] == 4)
                {
                    cloud.Add(spectrum);
                }
                else if (bands[7][pixel] == 0 && pixel > 15 && day is > 150 and < 290 && spectrum.All(value => value > 0) && Ndvi(spectrum[2], spectrum[3]) is >= 0.2 and < 0.25)
                {
                    soil.Add(spectrum);
                }
            }
        }

        return (Median(soil), Median(cloud));
    }

    private static double Ndvi(double red, double nir) => (nir - red) / (nir + red);

    private static double[] Median(IEnumerable<double[]> spectra)
    {
        double[][] all = [.. spectra];
        return [.. Enumerable.Range(0, 6).Select(band =>
        {
            double[] sorted = [.. all.Select(spectrum => spectrum[band]).Order()];
            return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2 / 10_000;
        })];
    }
}
