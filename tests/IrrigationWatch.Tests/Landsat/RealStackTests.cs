using IrrigationWatch.Gdal;
using IrrigationWatch.Kernels;
using IrrigationWatch.Landsat;
using IrrigationWatch.Rasters;
using IrrigationWatch.TestSupport;

namespace IrrigationWatch.Tests.Landsat;

/// <summary>Stacks of floating-point numbers and of long integers, as Earth Engine exports them.</summary>
public sealed class RealStackTests : IDisposable
{
    private const int Size = 24;
    private const string Name = "LC08_149030_20130719.tif";
    private const double NdviError = 3e-4;

    private readonly ScratchFolder scratch = new();

    public void Dispose() => scratch.Dispose();

    /// <summary>Digital numbers of USGS; some outside of the valid range, some near its ends.</summary>
    private static int Dn(int band, int x, int y) => (x, y) switch
    {
        (0, 0) => 7272,
        (1, 0) => 43_637,
        (2, 0) => 7273,
        (3, 0) => 43_636,
        _ => 7500 + 900 * band + 37 * x + 211 * y,
    };

    private static double Reflectance(int band, int x, int y) => Dn(band, x, y) * 0.0000275 - 0.2;

    [Theory]
    [InlineData(RasterType.Float32, 1, 0)]
    [InlineData(RasterType.Float64, 1, 0)]
    [InlineData(RasterType.Float32, 0.0001, 0)]
    [InlineData(RasterType.Float32, 0.0000275, -0.2)]
    [InlineData(RasterType.Int32, 0.0000275, -0.2)]
    [InlineData(RasterType.UInt32, 0.0000275, -0.2)]
    public void An_export_of_a_product_gives_the_numbers_of_the_product(RasterType type, double scale, double offset)
    {
        float[] expected = Ndvi(Write("whole", RasterType.UInt16, (band, x, y) => Dn(band, x, y)), Describe(0.0000275, -0.2, "0"));
        float[] actual = Ndvi(Write("real", type, (band, x, y) => type is RasterType.Int32 or RasterType.UInt32 ? Dn(band, x, y) : (Reflectance(band, x, y) - offset) / scale), Describe(scale, offset, "-9999"));
        Assert.Equal(expected, actual);
        Assert.Equal(2, actual.Count(float.IsNaN));
    }

    [Theory]
    [InlineData("nan", double.NaN, false, false)]
    [InlineData("-9999", -9999, false, false)]
    [InlineData("nan", -9999, true, false)]
    [InlineData("-3.4e38", -3.4e38, false, false)]
    [InlineData("0", double.NaN, false, true)]
    [InlineData("-9999", double.PositiveInfinity, false, false)]
    public void What_was_not_imaged_is_not_observed(string described, double stored, bool isDeclared, bool hasMask)
    {
        string file = Write("gaps", RasterType.Float32, (band, x, y) => x == 5 && band == 0 ? stored : Reflectance(band, x, y), map =>
        {
            map.Band(1).NoData = isDeclared ? stored : null;
        });
        if (hasMask)
        {
            (int code, string said) = Repository.RunPeer("-c", $"from osgeo import gdal; import numpy; gdal.SetConfigOption('GDAL_TIFF_INTERNAL_MASK', 'YES'); d = gdal.Open('{file}', 1); d.CreateMaskBand(2); m = numpy.full(({Size}, {Size}), 255, 'u1'); m[:, 7] = 0; d.GetRasterBand(1).GetMaskBand().WriteArray(m)");
            Assert.True(code == 0, said);
        }

        float[] ndvi = Ndvi(file, Describe(1, 0, described));
        for (int i = 0; i < ndvi.Length; i++)
        {
            (int y, int x) = Math.DivRem(i, Size);
            bool isValid = x != 5 && (x != 7 || !hasMask) && (y > 0 || x > 1);
            double red = Reflectance(0, x, y);
            double nir = Reflectance(1, x, y);
            Assert.Equal(isValid ? (nir - red) / (nir + red) : double.NaN, ndvi[i], NdviError);
        }
    }

    [Fact]
    public void A_mask_of_floating_point_numbers_rejects_by_its_bits_and_where_it_is_missing()
    {
        string file = Write("masked", RasterType.Float32, (band, x, y) => band == 2 ? x switch { 4 => 1 << 3, 6 => double.NaN, 8 => 0.5, 9 => 21_824, _ => 64 } : Reflectance(band, x, y), bands: 3);
        float[] ndvi = Ndvi(file, Describe(1, 0, "nan", "mask: { band: 3, reject-bits: [0, 1, 2, 3, 4] }"));
        for (int x = 2; x < Size; x++)
        {
            Assert.Equal(x is 4 or 6 or 8, float.IsNaN(ndvi[Size + x]));
        }
    }

    [Fact]
    public void On_another_grid_it_is_resampled_as_the_product_is()
    {
        var grid = new Grid("EPSG:32645", -179_400, 4_932_300, 30, 30, 40, 40);
        float[] expected = Ndvi(Write("whole", RasterType.UInt16, (band, x, y) => Dn(band, x, y)), Describe(0.0000275, -0.2, "0"), grid);
        float[] actual = Ndvi(Write("real", RasterType.Float32, (band, x, y) => Reflectance(band, x, y)), Describe(1, 0, "nan"), grid);
        Assert.InRange(expected.Count(value => !float.IsNaN(value)), 100, 40 * 40);
        Assert.Equal(expected.Select(float.IsNaN), actual.Select(float.IsNaN));
        // The product's digital numbers are rounded after they are resampled, those of the export too.
        Assert.All(expected.Zip(actual), pair => Assert.True(float.IsNaN(pair.First) || Math.Abs(pair.First - pair.Second) < NdviError));
    }

    [Fact]
    public void Whole_numbers_need_a_whole_number_as_nodata()
    {
        string file = Write("whole", RasterType.Int16, (band, x, y) => 3000);
        Assert.Contains("holds pixels of type Int16, of which none can be the 'nodata: nan' of 'd'; write there the number", Assert.Throws<InputException>(() => SceneReader.Open(file, null, Describe(0.0001, 0, "nan"))).Message, StringComparison.Ordinal);
    }

    private static float[] Ndvi(string file, StackDescription stack, Grid? grid = null)
    {
        using Scene scene = SceneReader.Open(file, null, stack);
        grid ??= scene.Grid;
        using var pool = new RasterPool();
        float[] pixels = new float[grid.Width * grid.Height];
        new Observation(scene, grid, pool, new ObservationOptions { Harmonise = false }).ReadIndices(new PixelWindow(0, 0, grid.Width, grid.Height), [SpectralIndex.Ndvi], pixels);
        return pixels;
    }

    private StackDescription Describe(double scale, double offset, string noData, string more = "")
    {
        string file = scratch.File("d.yaml");
        File.WriteAllText(file, FormattableString.Invariant($"scene: '^LC0(?<sensor>8)_(?<tile>\\d{{6}})_(?<date>\\d{{8}})'\nsensor: {{ '8': oli }}\nbands: {{ red: 1, nir: 2 }}\nscale: {scale}\noffset: {offset}\nnodata: {noData}\n{more}\n"));
        return StackDescriptionReader.Read(file);
    }

    private string Write(string folder, RasterType type, Func<int, int, int, double> value, Action<Dataset>? change = null, int bands = 2)
    {
        string path = Path.Combine(Directory.CreateDirectory(scratch.File(folder)).FullName, Name);
        using Dataset map = Dataset.Create(path, "GTiff", Size, Size, bands, type);
        map.GeoTransform = [300_000, 30, 0, 4_900_000, 0, -30];
        using SpatialReference reference = SpatialReference.Parse("EPSG:32644");
        map.SetSpatialReference(reference);
        for (int band = 0; band < bands; band++)
        {
            map.Band(band + 1).Write<double>(new PixelWindow(0, 0, Size, Size), [.. Enumerable.Range(0, Size * Size).Select(i => value(band, i % Size, i / Size))]);
        }

        change?.Invoke(map);
        map.Finish();
        return path;
    }
}
