using System.Globalization;
using IrrigationWatch.Areas;
using IrrigationWatch.Gdal;
using IrrigationWatch.Rasters;
using NetTopologySuite.IO;

namespace IrrigationWatch.Publishing;

/// <summary>
/// A GeoPackage with the zones, their areas by year, and polygons of land, with styles that QGIS takes when it opens them. The file
/// appears under its name when it is whole.
/// </summary>
public sealed class GeoPackage : IDisposable
{
    private readonly string path;
    private readonly string partial;
    private readonly VectorTarget target;
    private readonly SpatialReference wgs84 = SpatialReference.Wgs84();
    private readonly List<(string Layer, string Style)> styles = [];

    /// <summary>Starts a file.</summary>
    /// <param name="path">Where.</param>
    /// <exception cref="InputException">The place cannot be written.</exception>
    public GeoPackage(string path)
    {
        this.path = path;
        // GDAL wants the ending of the format.
        partial = AtomicFile.Prepare(path) + ".gpkg";
        AtomicFile.TryDelete(partial);
        target = Guard(() => VectorTarget.Create(partial, "GPKG"));
    }

    /// <summary>Writes an area table: a layer of zones and a table of years.</summary>
    /// <param name="path">Where.</param>
    /// <param name="table">The table.</param>
    /// <exception cref="InputException">The place cannot be written.</exception>
    public static void Write(string path, AreaTable table)
    {
        ArgumentNullException.ThrowIfNull(table);
        using var package = new GeoPackage(path);
        package.Add(table);
        package.Commit();
    }

    /// <summary>Adds the layer <c>zones</c> with the first and last well observed year and the change between, and the table <c>area</c>.</summary>
    /// <param name="table">The table.</param>
    /// <param name="leastObserved">Years in which a smaller share of a zone was observed are left out of its first and last year and trend.</param>
    /// <exception cref="InputException">Writing failed.</exception>
    public void Add(AreaTable table, double leastObserved = ZoneChange.DefaultLeastObserved)
    {
        ArgumentNullException.ThrowIfNull(table);
        Dictionary<(string, string), ZoneChange> changes = ZoneChange.Of(table.Rows, leastObserved).ToDictionary(change => (change.Country, change.Zone));
        var wkb = new WKBWriter(ByteOrder.LittleEndian);
        Guard(() =>
        {
            target.BeginLayer(
                "zones",
                wgs84,
                VectorGeometry.MultiPolygon,
                [
                    new("zone", VectorFieldType.Text), new("country", VectorFieldType.Text), new("first_year", VectorFieldType.Integer), new("last_year", VectorFieldType.Integer),
                    new("first_ha", VectorFieldType.Real), new("last_ha", VectorFieldType.Real), new("slope_ha_per_year", VectorFieldType.Real), new("p_value", VectorFieldType.Real),
                ],
                "GEOMETRY_NAME=geom");
            foreach (Zone zone in table.Zones)
            {
                NetTopologySuite.Geometries.Geometry shape = zone.Geometry is NetTopologySuite.Geometries.Polygon polygon ? polygon.Factory.CreateMultiPolygon([polygon]) : zone.Geometry;
                ZoneChange? change = changes.GetValueOrDefault((zone.Country, zone.Name));
                bool known = change is { Years.Count: > 0 };
                target.Add(
                    [
                        zone.Name, zone.Country, known ? change!.Years[0] : null, known ? change!.Years[^1] : null,
                        Finite(change?.FirstHectares), Finite(change?.LastHectares), Finite(change?.Trend.Slope), Finite(change?.Trend.P),
                    ],
                    wkb.Write(shape));
            }

            target.BeginLayer(
                "area",
                null,
                VectorGeometry.None,
                [
                    new("year", VectorFieldType.Integer), new("zone", VectorFieldType.Text), new("country", VectorFieldType.Text),
                    new("irrigated_ha", VectorFieldType.Real), new("observed_ha", VectorFieldType.Real), new("zone_ha", VectorFieldType.Real), new("observed_fraction", VectorFieldType.Real),
                    new("irrigated_low_ha", VectorFieldType.Real), new("irrigated_high_ha", VectorFieldType.Real),
                ]);
            foreach (AreaRow row in table.Rows)
            {
                target.Add([row.Year, row.Zone, row.Country, row.IrrigatedHectares, row.ObservedHectares, row.ZoneHectares, row.ObservedFraction, row.LowHectares, row.HighHectares], []);
            }
        });
        styles.Add(("zones", QgisStyle.Outline()));
    }

    /// <summary>Begins a layer of polygons of land.</summary>
    /// <param name="layer">Its name.</param>
    /// <exception cref="InputException">Writing failed.</exception>
    public void BeginPolygons(string layer)
    {
        Guard(() => target.BeginLayer(
            layer,
            wgs84,
            VectorGeometry.Polygon,
            [
                new("id", VectorFieldType.Text), new("kind", VectorFieldType.Text), new("year", VectorFieldType.Integer), new("zone", VectorFieldType.Text), new("country", VectorFieldType.Text),
                new("area_ha", VectorFieldType.Real), new("probability", VectorFieldType.Real),
            ],
            "GEOMETRY_NAME=geom"));
        styles.Add((layer, QgisStyle.ByKind()));
    }

    /// <summary>Adds polygons to the layer that was begun.</summary>
    /// <param name="polygons">The polygons.</param>
    /// <exception cref="InputException">Writing failed.</exception>
    public void Add(IReadOnlyList<LandPolygon> polygons)
    {
        ArgumentNullException.ThrowIfNull(polygons);
        Guard(() =>
        {
            object?[] values = new object?[7];
            foreach (LandPolygon polygon in polygons)
            {
                (values[0], values[1], values[2], values[3], values[4], values[5], values[6]) = (polygon.Id, polygon.Kind, polygon.Year, polygon.Zone, polygon.Country, polygon.Hectares, polygon.Probability);
                target.Add(values, LandPolygonFile.ToWkb(polygon.Rings));
            }
        });
    }

    /// <summary>Adds the styles and gives the file its name.</summary>
    /// <exception cref="InputException">Writing failed; what was there before stays.</exception>
    public void Commit()
    {
        Guard(() =>
        {
            // The table in which QGIS keeps styles inside a GeoPackage.
            target.BeginLayer(
                "layer_styles",
                null,
                VectorGeometry.None,
                [
                    new("f_table_catalog", VectorFieldType.Text), new("f_table_schema", VectorFieldType.Text), new("f_table_name", VectorFieldType.Text), new("f_geometry_column", VectorFieldType.Text),
                    new("styleName", VectorFieldType.Text), new("styleQML", VectorFieldType.Text), new("styleSLD", VectorFieldType.Text), new("useAsDefault", VectorFieldType.Integer),
                    new("description", VectorFieldType.Text), new("owner", VectorFieldType.Text), new("ui", VectorFieldType.Text), new("update_time", VectorFieldType.Text),
                ],
                "FID=id");
            foreach ((string layer, string style) in styles)
            {
                target.Add([string.Empty, string.Empty, layer, "geom", "IrrigationWatch", style, null, 1, string.Create(CultureInfo.InvariantCulture, $"style of {layer}"), "IrrigationWatch", null, null], []);
            }

            target.Finish();
        });
        try
        {
            File.Move(partial, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw AtomicFile.CannotWrite(path, e);
        }
    }

    /// <summary>Closes the file; without <see cref="Commit"/> nothing is left of it.</summary>
    public void Dispose()
    {
        target.Dispose();
        wgs84.Dispose();
        foreach (string ending in new[] { string.Empty, "-wal", "-shm", "-journal" })
        {
            AtomicFile.TryDelete(partial + ending);
        }
    }

    private static double? Finite(double? value) => value is double number && double.IsFinite(number) ? number : null;

    private void Guard(Action write) => Guard(() =>
    {
        write();
        return true;
    });

    private T Guard<T>(Func<T> write)
    {
        try
        {
            return write();
        }
        catch (GdalException e)
        {
            throw new InputException(path, $"cannot be written ({e.Reason}); check the folder, its permissions and the free space", e);
        }
    }
}
