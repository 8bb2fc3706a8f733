using IrrigationWatch.Server.Collections;
using IrrigationWatch.Server.Operations;

namespace IrrigationWatch.Server.Tiles;

/// <summary>A tile of WebMercatorQuad (OGC 17-083r4, Annex D.1): the world in 2^zoom columns and rows, from the north-west.</summary>
/// <param name="Zoom">From 0 to <see cref="DeepestZoom"/>.</param>
/// <param name="Column">From 0 in the west.</param>
/// <param name="Row">From 0 in the north.</param>
internal readonly record struct TileAddress(int Zoom, int Column, int Row)
{
    /// <summary>Deepest zoom: pixels of 0.6 m, far below those of Landsat.</summary>
    internal const int DeepestZoom = 18;

    /// <summary>Half the width of the world in metres of Web Mercator.</summary>
    internal const double HalfWorld = 20037508.342789244;

    /// <summary>Width of the tile in metres of Web Mercator.</summary>
    internal double Size => 2 * HalfWorld / (1 << Zoom);

    /// <summary>Its western edge.</summary>
    internal double Left => -HalfWorld + Column * Size;

    /// <summary>Its northern edge.</summary>
    internal double Top => HalfWorld - Row * Size;

    /// <summary>Checks an address.</summary>
    /// <exception cref="ProblemException">There is no such tile.</exception>
    internal static TileAddress Of(int zoom, int column, int row) =>
        zoom is >= 0 and <= DeepestZoom && column >= 0 && column < 1 << zoom && row >= 0 && row < 1 << zoom
            ? new TileAddress(zoom, column, row)
            : throw ProblemException.NotFound($"there is no tile {zoom}/{column}/{row}; zooms go from 0 to {DeepestZoom}, columns and rows from 0 to 2^zoom - 1");

    /// <summary>Longitude and latitude of a place in Web Mercator, degrees.</summary>
    internal static (double Longitude, double Latitude) ToDegrees(double x, double y) =>
        (x / HalfWorld * 180, double.RadiansToDegrees(2 * Math.Atan(Math.Exp(y / HalfWorld * Math.PI)) - Math.PI / 2));

    /// <summary>Web Mercator of a longitude and latitude, as shares of the world from its north-west corner.</summary>
    internal static (double X, double Y) ToWorld(double longitude, double latitude)
    {
        double sine = Math.Sin(double.DegreesToRadians(Math.Clamp(latitude, -85.06, 85.06)));
        return ((longitude + 180) / 360, 0.5 - Math.Log((1 + sine) / (1 - sine)) / (4 * Math.PI));
    }

    /// <summary>The box of the tile with some of its width around.</summary>
    internal Box ToBox(double around)
    {
        (double west, double south) = ToDegrees(Left - around * Size, Top - Size - around * Size);
        (double east, double north) = ToDegrees(Left + Size + around * Size, Top + around * Size);
        return Box.OfDegrees(Math.Max(west, -180), south, Math.Min(east, 180), north);
    }
}
