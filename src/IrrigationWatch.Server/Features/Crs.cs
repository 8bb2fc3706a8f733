using System.Collections.Concurrent;
using IrrigationWatch.Gdal;
using NetTopologySuite.Geometries;

namespace IrrigationWatch.Server.Features;

/// <summary>A coordinate reference system in which features can be asked for (OGC API – Features Part 2).</summary>
internal sealed class Crs
{
    /// <summary>Longitude and latitude, the CRS of GeoJSON.</summary>
    internal static readonly Crs Longitudes = new("http://www.opengis.net/def/crs/OGC/1.3/CRS84", null, swaps: false);

    private const double LongestEdge = 0.05;

    private readonly string? definition;
    private readonly bool swaps;
    private readonly ConcurrentStack<CoordinateTransformation> outward = [];
    private readonly ConcurrentStack<CoordinateTransformation> inward = [];

    private Crs(string uri, string? definition, bool swaps)
    {
        Uri = uri;
        this.definition = definition;
        this.swaps = swaps;
    }

    /// <summary>All that are served: geographic, Web Mercator, and the UTM zones of the basin.</summary>
    internal static IReadOnlyList<Crs> All { get; } =
    [
        Longitudes,
        Epsg(4326, isProjected: false),
        Epsg(3857),
        Epsg(32642),
        Epsg(32643),
        Epsg(32644),
        Epsg(32645),
    ];

    /// <summary>Its address.</summary>
    internal string Uri { get; }

    /// <summary>A CRS by its address, its safe CURIE or its URN; null for one that is not served.</summary>
    internal static Crs? Find(string name)
    {
        string text = name.Trim('[', ']');
        if (text.StartsWith("EPSG:", StringComparison.OrdinalIgnoreCase))
        {
            text = "http://www.opengis.net/def/crs/EPSG/0/" + text[5..];
        }
        else if (text is "OGC:CRS84")
        {
            text = Longitudes.Uri;
        }

        return All.FirstOrDefault(crs => crs.Uri == text);
    }

    /// <summary>Brings longitudes and latitudes into this CRS, in the order of its axes, in place.</summary>
    internal void FromLongitudes(Span<double> x, Span<double> y) => Move(outward, x, y, isOutward: true);

    /// <summary>Brings a geometry of this CRS to longitude and latitude; edges of projected coordinates are followed.</summary>
    internal Geometry ToLongitudes(Geometry geometry)
    {
        if (definition is null && !swaps)
        {
            return geometry;
        }

        Geometry copy = geometry.Copy();
        if (definition is not null && copy.Length > 0 && !swaps)
        {
            double longest = Math.Max(copy.EnvelopeInternal.Width, copy.EnvelopeInternal.Height) * LongestEdge;
            copy = longest > 0 ? NetTopologySuite.Densify.Densifier.Densify(copy, longest) : copy;
        }

        copy.Apply(new Mover(this));
        copy.GeometryChanged();
        return copy;
    }

    private static Crs Epsg(int code, bool isProjected = true) =>
        new($"http://www.opengis.net/def/crs/EPSG/0/{code.ToString(System.Globalization.CultureInfo.InvariantCulture)}", isProjected ? $"EPSG:{code.ToString(System.Globalization.CultureInfo.InvariantCulture)}" : null, swaps: !isProjected);

    private void Move(ConcurrentStack<CoordinateTransformation> idle, Span<double> x, Span<double> y, bool isOutward)
    {
        if (definition is not null)
        {
            if (!idle.TryPop(out CoordinateTransformation? transformation))
            {
                using SpatialReference wgs84 = SpatialReference.Wgs84();
                using SpatialReference own = SpatialReference.Parse(definition);
                transformation = isOutward ? new CoordinateTransformation(wgs84, own) : new CoordinateTransformation(own, wgs84);
            }

            transformation.Transform(x, y);
            idle.Push(transformation);
        }

        if (swaps)
        {
            for (int i = 0; i < x.Length; i++)
            {
                (x[i], y[i]) = (y[i], x[i]);
            }
        }
    }

    private sealed class Mover(Crs crs) : ICoordinateSequenceFilter
    {
        public bool Done => false;

        public bool GeometryChanged => true;

        public void Filter(CoordinateSequence sequence, int i)
        {
            Span<double> x = [sequence.GetX(i)];
            Span<double> y = [sequence.GetY(i)];
            crs.Move(crs.inward, x, y, isOutward: false);
            sequence.SetX(i, x[0]);
            sequence.SetY(i, y[0]);
        }
    }
}
