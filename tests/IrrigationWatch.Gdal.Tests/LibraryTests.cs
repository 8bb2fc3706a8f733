using IrrigationWatch.TestSupport;

namespace IrrigationWatch.Gdal.Tests;

public class LibraryTests
{
    [Fact]
    public void The_library_is_found_and_has_the_drivers_in_use()
    {
        Assert.Matches(@"^3\.\d+\.\d+", GdalLibrary.Version);
        Assert.Superset(new HashSet<string> { "GTiff", "COG", "MEM", "GeoJSON", "GPKG" }, GdalLibrary.Drivers().ToHashSet());
    }

    [Fact]
    public void Coordinates_go_through_UTM_and_back()
    {
        using SpatialReference wgs84 = SpatialReference.Wgs84();
        using SpatialReference utm = SpatialReference.Parse("EPSG:32644");
        Assert.Equal(44, utm.UtmZone);
        using var forth = new CoordinateTransformation(wgs84, utm);
        using var back = new CoordinateTransformation(utm, wgs84);
        double[] x = [81, 80.41];
        double[] y = [44.2, 44.2];
        forth.Transform(x, y);
        Assert.Equal(500_000, x[0], 6);
        back.Transform(x, y);
        Assert.Equal(80.41, x[1], 10);
        Assert.Equal(44.2, y[1], 10);
    }

    [Fact]
    public void The_same_CRS_is_recognised_whatever_the_order_of_axes()
    {
        using SpatialReference a = SpatialReference.Parse("EPSG:4326");
        using SpatialReference b = SpatialReference.Parse("OGC:CRS84");
        using SpatialReference c = SpatialReference.Parse("EPSG:32644");
        Assert.True(a.IsSame(b));
        Assert.False(a.IsSame(c));
        using SpatialReference again = SpatialReference.Parse(c.ToWkt());
        Assert.True(c.IsSame(again));
    }

    [Fact]
    public void An_unknown_CRS_is_an_error() =>
        Assert.Throws<GdalException>(() => SpatialReference.Parse("EPSG:999999"));

    [Fact]
    public void Features_come_with_their_fields_and_geometry()
    {
        using VectorSource source = VectorSource.Open(Repository.Sample("zones", "countries.geojson"));
        IReadOnlyList<VectorFeature> features = source.Layers[0].ReadFeatures();
        Assert.Equal(["CN", "KZ", "KG"], features.Select(feature => feature.Fields["iso"]));
        Assert.All(features, feature => Assert.True(feature.Wkb!.Length > 1000));
        using SpatialReference reference = source.Layers[0].GetSpatialReference()!;
        Assert.True(reference.IsGeographic);
    }

    [Fact]
    public void Formats_of_several_files_are_read_whole()
    {
        using var scratch = new ScratchFolder();
        string shape = scratch.File("zone.shp");
        string raster = scratch.File("map.img");
        (int code, string output) = Repository.RunPeer("-c", "import sys; from osgeo import gdal; gdal.UseExceptions(); gdal.VectorTranslate(sys.argv[1], sys.argv[2], format='ESRI Shapefile'); d = gdal.Translate(sys.argv[3], sys.argv[4], format='ENVI', noData=9)", shape, Repository.Sample("zones", "corridor.geojson"), raster, Repository.Sample("irrigation-maps", "gim_v3b_2001.tif"));
        Assert.True(code == 0, output);
        using VectorSource source = VectorSource.Open(shape);
        Assert.Equal("Ili corridor", source.Layers[0].ReadFeatures()[0].Fields["name"]);
        using Dataset dataset = Dataset.Open(raster);
        using SpatialReference reference = dataset.GetSpatialReference()!;
        Assert.True(reference.IsGeographic);
        Assert.Equal(9, dataset.Band(1).NoData);
        string[] before = Directory.GetFiles(scratch.Path);
        byte[] pixels = new byte[162 * 102];
        dataset.Band(1).Read<byte>(new PixelWindow(0, 0, 162, 102), pixels);
        dataset.Dispose();
        Assert.Equal(before, Directory.GetFiles(scratch.Path));
    }

    [Fact]
    public void Files_in_an_archive_are_listed_and_read()
    {
        string tar = "/vsitar/" + Repository.Sample("scenes", "LE07_L1TP_107068_20220310_20220405_02_T1.tar");
        string mtl = Assert.Single(VirtualFileSystem.List(tar), name => name.EndsWith("_MTL.txt", StringComparison.Ordinal));
        byte[] bytes = VirtualFileSystem.ReadAllBytes($"{tar}/{mtl}");
        Assert.Equal(12781, bytes.Length);
        Assert.Throws<GdalException>(() => VirtualFileSystem.ReadAllBytes($"{tar}/{mtl}", limit: 100));
        Assert.Throws<GdalException>(() => VirtualFileSystem.List("/no/such/folder"));
    }
}
