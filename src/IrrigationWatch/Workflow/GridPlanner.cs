using System.Globalization;
using IrrigationWatch.Areas;
using IrrigationWatch.Gdal;
using IrrigationWatch.Rasters;
using NetTopologySuite.Geometries;

namespace IrrigationWatch.Workflow;

/// <summary>Chooses the analysis grid: the CRS of most scenes, aligned with their pixels, over the area of interest where scenes are.</summary>
public static class GridPlanner
{
    /// <summary>Most pixels of a grid: some four hundred full scenes of 30 m.</summary>
    private const double MostPixels = 25e9;

    /// <summary>Chooses a grid.</summary>
    /// <param name="scenes">Grids of the scenes, at least one.</param>
    /// <param name="area">Area of interest in longitude and latitude; null for none.</param>
    /// <param name="crs">CRS wanted; null to take that of most scenes, the lower code of equals.</param>
    /// <param name="resolution">Pixel size in units of the CRS.</param>
    /// <param name="place">The configuration's file, for errors.</param>
    /// <returns>The grid and a sentence that explains the choice.</returns>
    /// <exception cref="ConfigurationException">No scene touches the area of interest.</exception>
    public static (Grid Grid, string Reason) Plan(IReadOnlyList<Grid> scenes, Geometry? area, string? crs, double resolution, string place)
    {
        ArgumentNullException.ThrowIfNull(scenes);
        if (scenes.Count == 0)
        {
            throw new ConfigurationException(place, "no scene of the years asked for can be used; check 'scenes' and 'years'");
        }

        string chosen = crs ?? scenes.GroupBy(grid => grid.Crs).OrderByDescending(group => group.Count()).ThenBy(group => group.Key, StringComparer.Ordinal).First().Key;
        using SpatialReference target = SpatialReference.Parse(chosen);
        (double left, double bottom, double right, double top) = Bounds(scenes.Distinct(), target);
        if (area is not null)
        {
            (double areaLeft, double areaBottom, double areaRight, double areaTop) = Bounds(area, target);
            (left, bottom, right, top) = (Math.Max(left, areaLeft), Math.Max(bottom, areaBottom), Math.Min(right, areaRight), Math.Min(top, areaTop));
            if (left >= right || bottom >= top)
            {
                throw new ConfigurationException(place, "no scene touches the area of interest; check 'scenes' and 'area'");
            }
        }

        Grid? model = scenes.FirstOrDefault(grid => grid.Crs == chosen && grid.PixelWidth == resolution && grid.PixelHeight == resolution);
        double originX = model is null ? 0 : model.Left - Math.Floor(model.Left / resolution) * resolution;
        double originY = model is null ? 0 : model.Top - Math.Floor(model.Top / resolution) * resolution;
        double gridLeft = Snap(left, originX, resolution, Math.Floor);
        double gridTop = Snap(top, originY, resolution, Math.Ceiling);
        double width = Math.Max(1, Math.Round((Snap(right, originX, resolution, Math.Ceiling) - gridLeft) / resolution));
        double height = Math.Max(1, Math.Round((gridTop - Snap(bottom, originY, resolution, Math.Floor)) / resolution));
        if (width * height > MostPixels)
        {
            throw new ConfigurationException(place, string.Create(CultureInfo.InvariantCulture, $"the grid would have {width} × {height} pixels, as the scenes lie far apart or the resolution is too fine; name an 'area', or set 'grid: crs' and 'grid: resolution'"));
        }

        var grid = new Grid(chosen, gridLeft, gridTop, resolution, resolution, (int)width, (int)height);
        string why = crs is not null ? "as configured" : $"the CRS of {scenes.Count(scene => scene.Crs == chosen)} of {scenes.Count} scenes";
        string aligned = model is null ? "no scene has this resolution, all are resampled" : $"aligned with the scenes' pixels, {scenes.Count(grid.IsAlignedWith)} of {scenes.Count} scenes are read without resampling";
        return (grid, $"{grid}: {why}; {aligned}");
    }

    /// <summary>Edges that lie on a pixel's edge up to rounding stay there.</summary>
    private static double Snap(double value, double origin, double resolution, Func<double, double> round)
    {
        double pixels = (value - origin) / resolution;
        double nearest = Math.Round(pixels);
        return origin + (Math.Abs(pixels - nearest) < 0.01 ? nearest : round(pixels)) * resolution;
    }

    private static (double Left, double Bottom, double Right, double Top) Bounds(IEnumerable<Grid> scenes, SpatialReference target)
    {
        var envelope = new Envelope();
        foreach (Grid scene in scenes)
        {
            using SpatialReference own = scene.OpenSpatialReference();
            if (own.IsSame(target))
            {
                envelope.ExpandToInclude(scene.Left, scene.Bottom);
                envelope.ExpandToInclude(scene.Right, scene.Top);
            }
            else
            {
                (double left, double bottom, double right, double top) = Bounds(ZoneProjector.Footprint(scene), target);
                envelope.ExpandToInclude(left, bottom);
                envelope.ExpandToInclude(right, top);
            }
        }

        return (envelope.MinX, envelope.MinY, envelope.MaxX, envelope.MaxY);
    }

    private static (double Left, double Bottom, double Right, double Top) Bounds(Geometry geometry, SpatialReference target)
    {
        // Long edges bulge in the projection; points along them keep the bounds outside.
        Geometry dense = NetTopologySuite.Densify.Densifier.Densify(geometry, Math.Max(0.01, geometry.Length / 2000));
        double[] x = [.. dense.Coordinates.Select(point => point.X)];
        double[] y = [.. dense.Coordinates.Select(point => point.Y)];
        using SpatialReference wgs84 = SpatialReference.Wgs84();
        using var transformation = new CoordinateTransformation(wgs84, target);
        transformation.Transform(x, y);
        return (x.Min(), y.Min(), x.Max(), y.Max());
    }
}
