using NetTopologySuite.Geometries;

namespace IrrigationWatch.Server.Collections;

/// <summary>A box of longitudes and latitudes in units of 10⁻⁷ degrees.</summary>
/// <param name="West">Smallest longitude.</param>
/// <param name="South">Smallest latitude.</param>
/// <param name="East">Largest longitude.</param>
/// <param name="North">Largest latitude.</param>
internal readonly record struct Box(int West, int South, int East, int North)
{
    private const double PerDegree = 1e7;

    /// <summary>A box that holds nothing.</summary>
    internal static Box Empty { get; } = new(int.MaxValue, int.MaxValue, int.MinValue, int.MinValue);

    /// <summary>Whether it holds nothing.</summary>
    internal bool IsEmpty => West > East || South > North;

    /// <summary>The box in degrees, rounded outward.</summary>
    internal static Box OfDegrees(double west, double south, double east, double north) => new(Down(west), Down(south), Up(east), Up(north));

    /// <summary>The box around a geometry.</summary>
    internal static Box Of(Geometry geometry)
    {
        Envelope envelope = geometry.EnvelopeInternal;
        return envelope.IsNull ? Empty : OfDegrees(envelope.MinX, envelope.MinY, envelope.MaxX, envelope.MaxY);
    }

    /// <summary>Whether two boxes share a point.</summary>
    internal bool Meets(Box other) => West <= other.East && other.West <= East && South <= other.North && other.South <= North;

    /// <summary>Whether another lies within.</summary>
    internal bool Contains(Box other) => West <= other.West && other.East <= East && South <= other.South && other.North <= North;

    /// <summary>The smallest box that holds both.</summary>
    internal Box Join(Box other) => new(Math.Min(West, other.West), Math.Min(South, other.South), Math.Max(East, other.East), Math.Max(North, other.North));

    /// <summary>West, south, east and north in degrees.</summary>
    internal double[] ToDegrees() => [West / PerDegree, South / PerDegree, East / PerDegree, North / PerDegree];

    /// <summary>The box as an envelope in degrees.</summary>
    internal Envelope ToEnvelope() => IsEmpty ? new Envelope() : new Envelope(West / PerDegree, East / PerDegree, South / PerDegree, North / PerDegree);

    private static int Down(double degrees) => (int)Math.Clamp(Math.Floor(degrees * PerDegree + 1e-6), int.MinValue, int.MaxValue);

    private static int Up(double degrees) => (int)Math.Clamp(Math.Ceiling(degrees * PerDegree - 1e-6), int.MinValue, int.MaxValue);
}
