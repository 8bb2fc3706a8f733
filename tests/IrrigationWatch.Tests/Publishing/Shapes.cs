using NetTopologySuite.Geometries;

namespace IrrigationWatch.Tests.Publishing;

/// <summary>Polygons that tests make up.</summary>
internal static class Shapes
{
    /// <summary>A square of some degrees, turned clockwise, as shapefiles have it.</summary>
    internal static Polygon Square(double west, double south, double side) => new(Ring(west, south, side));

    internal static LinearRing Ring(double west, double south, double side) =>
        new([new(west, south), new(west, south + side), new(west + side, south + side), new(west + side, south), new(west, south)]);
}
