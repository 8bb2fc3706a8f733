using IrrigationWatch.Gdal;
using NetTopologySuite.Geometries;
using NetTopologySuite.Geometries.Utilities;

namespace IrrigationWatch.Areas;

/// <summary>
/// Brings geometries into longitude and latitude. Their edges are straight in the CRS of their file, and curved in longitude and latitude: points are put on
/// them until what lies between is straight to within <see cref="MostDeviation"/>.
/// </summary>
/// <remarks>
/// What a long edge is off by counts along all of it, so that it gets less: no edge is wrong by more than about <see cref="MostArea"/>. Points lie at halves of halves
/// of an edge, the same whichever end comes first, so that neighbours still meet.
/// </remarks>
internal sealed class EdgeFollower(CoordinateTransformation toWgs84) : GeometryTransformer
{
    /// <summary>Metres by which an edge may be off: a thousandth of a pixel of 10 m.</summary>
    internal const double MostDeviation = 0.01;

    /// <summary>Square metres by which an edge may be off.</summary>
    internal const double MostArea = 2;

    /// <summary>Metres below which coordinates are no surer.</summary>
    private const double LeastDeviation = 1e-5;

    /// <summary>Metres by which edges may be off once very many points were added: a hundredth of a pixel of 10 m.</summary>
    private const double CoarseDeviation = 0.1;

    private const int MostParts = 1 << 14;
    private const int MostAdded = 4_000_000;
    private const double MetresPerDegree = 111_320;

    private int added;

    /// <inheritdoc/>
    protected override CoordinateSequence TransformCoordinates(CoordinateSequence coords, Geometry parent)
    {
        double[] x = [.. Enumerable.Range(0, coords.Count).Select(coords.GetX)];
        double[] y = [.. Enumerable.Range(0, coords.Count).Select(coords.GetY)];
        double[] longitudes = [.. x];
        double[] latitudes = [.. y];
        toWgs84.Transform(longitudes, latitudes);
        if (parent is Point || x.Length < 2)
        {
            return Factory.CoordinateSequenceFactory.Create([.. longitudes.Zip(latitudes, (longitude, latitude) => new Coordinate(longitude, latitude))]);
        }

        bool[] isCurved = Curved(x, y, longitudes, latitudes);
        var followed = new List<Coordinate>(x.Length) { new(longitudes[0], latitudes[0]) };
        for (int i = 1; i < x.Length; i++)
        {
            if (isCurved[i - 1])
            {
                Follow((x[i - 1], y[i - 1]), (x[i], y[i]), (longitudes[i - 1], latitudes[i - 1]), (longitudes[i], latitudes[i]), followed);
            }

            followed.Add(new Coordinate(longitudes[i], latitudes[i]));
        }

        return Factory.CoordinateSequenceFactory.Create([.. followed]);
    }

    /// <summary>Which edges leave the straight line, at a quarter, the half or three quarters of their length: at a half alone one that swings to both sides may not.</summary>
    private bool[] Curved(double[] x, double[] y, double[] longitudes, double[] latitudes)
    {
        int edges = x.Length - 1;
        double[] tx = new double[3 * edges];
        double[] ty = new double[3 * edges];
        for (int i = 0; i < edges; i++)
        {
            for (int quarter = 0; quarter < 3; quarter++)
            {
                double part = 0.25 * (quarter + 1);
                tx[3 * i + quarter] = x[i] + part * (x[i + 1] - x[i]);
                ty[3 * i + quarter] = y[i] + part * (y[i + 1] - y[i]);
            }
        }

        toWgs84.Transform(tx, ty);
        bool[] curved = new bool[edges];
        for (int i = 0; i < edges; i++)
        {
            double bound = Bound(Metres(longitudes[i], latitudes[i], longitudes[i + 1], latitudes[i + 1]));
            for (int quarter = 0; quarter < 3; quarter++)
            {
                double part = 0.25 * (quarter + 1);
                curved[i] |= Metres(tx[3 * i + quarter], ty[3 * i + quarter], longitudes[i] + part * (longitudes[i + 1] - longitudes[i]), latitudes[i] + part * (latitudes[i + 1] - latitudes[i])) > bound;
            }

            // The long way round the Earth: refused by whoever looks at the result.
            curved[i] &= Math.Abs(longitudes[i + 1] - longitudes[i]) <= 180;
        }

        return curved;
    }

    /// <summary>Adds the points between the ends of an edge.</summary>
    private void Follow((double X, double Y) from, (double X, double Y) to, (double X, double Y) start, (double X, double Y) end, List<Coordinate> into)
    {
        bool forward = from.X < to.X || (from.X == to.X && from.Y < to.Y);
        (double X, double Y) a = forward ? from : to;
        (double X, double Y) b = forward ? to : from;
        double bound = Bound(Metres(start.X, start.Y, end.X, end.Y));
        int parts = 1;
        double[] lons = forward ? [start.X, end.X] : [end.X, start.X];
        double[] lats = forward ? [start.Y, end.Y] : [end.Y, start.Y];
        double before = double.PositiveInfinity;
        while (parts < MostParts)
        {
            double[] mx = new double[parts];
            double[] my = new double[parts];
            for (int i = 0; i < parts; i++)
            {
                double part = (i + 0.5) / parts;
                (mx[i], my[i]) = (a.X + part * (b.X - a.X), a.Y + part * (b.Y - a.Y));
            }

            toWgs84.Transform(mx, my);
            double most = 0;
            for (int i = 0; i < parts; i++)
            {
                most = Math.Max(most, Metres(mx[i], my[i], 0.5 * (lons[i] + lons[i + 1]), 0.5 * (lats[i] + lats[i + 1])));
            }

            // What halving does not make smaller is the rounding of the projection. The first halves are always made: an edge may swing to both sides.
            if (parts > 1 && (most <= bound || (most < MostDeviation && most > 0.7 * before)))
            {
                break;
            }

            before = most;
            (lons, lats) = (Interleave(lons, mx), Interleave(lats, my));
            parts *= 2;
        }

        added += parts - 1;
        for (int i = 1; i < parts; i++)
        {
            int k = forward ? i : parts - i;
            into.Add(new Coordinate(lons[k], lats[k]));
        }
    }

    private double Bound(double metres) => added > MostAdded ? CoarseDeviation : Math.Clamp(MostArea / metres, LeastDeviation, MostDeviation);

    private static double[] Interleave(double[] ends, double[] middles)
    {
        double[] all = new double[ends.Length + middles.Length];
        for (int i = 0; i < middles.Length; i++)
        {
            all[2 * i] = ends[i];
            all[2 * i + 1] = middles[i];
        }

        all[^1] = ends[^1];
        return all;
    }

    /// <summary>Metres between two near points, more rather than less.</summary>
    private static double Metres(double x0, double y0, double x1, double y1)
    {
        double east = (x1 - x0) * Math.Cos(Math.Min(Math.Abs(y0), Math.Abs(y1)) * (Math.PI / 180));
        return MetresPerDegree * Math.Sqrt(east * east + (y1 - y0) * (y1 - y0));
    }
}
