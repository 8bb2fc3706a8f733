using IrrigationWatch.Areas;
using IrrigationWatch.Gdal;
using IrrigationWatch.TestSupport;
using NetTopologySuite.Geometries;
using NetTopologySuite.IO;

namespace IrrigationWatch.Tests.Areas;

/// <summary>Edges are straight in the CRS of their file, and lie where they should in longitude and latitude.</summary>
public class EdgeFollowerTests
{
    /// <summary>Hectares of squares by 160 000 points on their outline, brought into a cylindrical equal-area projection and added up by NumPy.</summary>
    [Theory]
    [InlineData("EPSG:32644", 400_000, 4_800_000, 100_000, 1000718.3941)]
    [InlineData("EPSG:32644", 100_000, 4_800_000, 100_000, 997769.2816)]
    [InlineData("EPSG:3035", 9_008_000, 4_827_000, 100_000, 1000000.0)]
    [InlineData("EPSG:28414", 14_420_000, 4_874_000, 100_000, 999970.9028)]
    [InlineData("EPSG:3857", 8_906_000, 5_465_000, 100_000, 511795.2786)]
    [InlineData("EPSG:3413", 4_307_000, 3_016_000, 100_000, 757609.3565)]
    [InlineData("+proj=aea +lat_1=25 +lat_2=47 +lat_0=0 +lon_0=105 +datum=WGS84", -1_965_000, 4_999_000, 100_000, 1000000.0)]
    [InlineData("+proj=lcc +lat_1=35 +lat_2=65 +lat_0=52 +lon_0=10 +datum=WGS84", 4_678_000, 1_537_000, 100_000, 1057491.7192)]
    [InlineData("EPSG:4284", 79.9, 43.9, 1, 885272.5188)]
    public void A_square_of_four_corners_has_its_area(string crs, double x, double y, double side, double hectares)
    {
        using var transform = new Way(crs);
        Geometry square = new EdgeFollower(transform.ToWgs84).Transform(GeometryFactory.Default.ToGeometry(new Envelope(x, x + side, y, y + side)));
        Assert.True(square.IsValid);
        Assert.InRange(ZoneProjector.TrueArea(square) / 10_000, hectares * (1 - 1e-7), hectares * (1 + 1e-7));
        Assert.InRange(square.NumPoints, 5, 4 * (1 << 14) + 1);
    }

    [Fact]
    public void Neighbours_meet_whichever_end_of_an_edge_comes_first()
    {
        using var transform = new Way("EPSG:32644");
        var follower = new EdgeFollower(transform.ToWgs84);
        Geometry there = follower.Transform(new WKTReader().Read("LINESTRING(310000.5 4800000.25,391234.5 4890000.75)"));
        Geometry back = follower.Transform(new WKTReader().Read("LINESTRING(391234.5 4890000.75,310000.5 4800000.25)"));
        Assert.True(there.NumPoints > 100);
        Assert.Equal(there.Coordinates, back.Reverse().Coordinates);
    }

    /// <summary>Everywhere along an edge, not at its middles alone, also where it swings to both sides of the straight line.</summary>
    [Theory]
    [InlineData("EPSG:32644", 300_000, -200_000, 700_000, 200_000)]
    [InlineData("EPSG:32644", 400_000, 4_800_000, 401_000, 4_800_500)]
    [InlineData("EPSG:3035", 3_000_000, 2_000_000, 5_500_000, 4_000_000)]
    public void What_lies_between_is_straight_to_within_the_bound(string crs, double x0, double y0, double x1, double y1)
    {
        using var transform = new Way(crs);
        Coordinate[] followed = new EdgeFollower(transform.ToWgs84).Transform(new LineString([new Coordinate(x0, y0), new Coordinate(x1, y1)])).Coordinates;
        int parts = followed.Length - 1;
        double most = 0;
        for (int i = 0; i < parts; i++)
        {
            foreach (double within in new[] { 0.2, 0.5, 0.7 })
            {
                double t = (i + within) / parts;
                double[] x = [x0 + t * (x1 - x0)];
                double[] y = [y0 + t * (y1 - y0)];
                transform.ToWgs84.Transform(x, y);
                double east = (x[0] - (followed[i].X + within * (followed[i + 1].X - followed[i].X))) * Math.Cos(y[0] * Math.PI / 180);
                double north = y[0] - (followed[i].Y + within * (followed[i + 1].Y - followed[i].Y));
                most = Math.Max(most, 111_320 * Math.Sqrt(east * east + north * north));
            }
        }

        Assert.InRange(most, 0, EdgeFollower.MostDeviation * 1.05);
    }

    /// <summary>Short edges, which most files are made of, get no points.</summary>
    [Fact]
    public void Short_edges_stay_as_they_are()
    {
        using var transform = new Way("EPSG:32644");
        Geometry field = new EdgeFollower(transform.ToWgs84).Transform(GeometryFactory.Default.ToGeometry(new Envelope(400_000, 400_300, 4_800_000, 4_800_300)));
        Assert.Equal(5, field.NumPoints);
    }

    [Fact]
    public void Edges_in_longitude_and_latitude_stay_straight_in_them()
    {
        using var scratch = new ScratchFolder();
        string path = scratch.File("box.geojson");
        File.WriteAllText(path, """{"type":"Feature","properties":{"name":"a"},"geometry":{"type":"Polygon","coordinates":[[[70,40],[90,40],[90,50],[70,50],[70,40]]]}}""");
        Assert.Equal(5, Assert.Single(ZoneReader.Read(path)).Geometry.NumPoints);
    }

    private sealed class Way : IDisposable
    {
        private readonly SpatialReference from;
        private readonly SpatialReference wgs84 = SpatialReference.Wgs84();

        internal Way(string crs)
        {
            from = SpatialReference.Parse(crs);
            ToWgs84 = new CoordinateTransformation(from, wgs84);
        }

        internal CoordinateTransformation ToWgs84 { get; }

        public void Dispose()
        {
            ToWgs84.Dispose();
            from.Dispose();
            wgs84.Dispose();
        }
    }
}
