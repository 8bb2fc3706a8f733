using System.Globalization;
using IrrigationWatch.Gdal;
using NetTopologySuite.IO;

namespace IrrigationWatch.Areas;

/// <summary>
/// The places of the rows of a table: columns of longitude and latitude, of well-known text or binary, or of GeoJSON as Earth Engine exports it.
/// </summary>
internal sealed class TablePlaces
{
    private const string EarthEngine = ".geo";

    /// <summary>Columns of a whole geometry, the first that is there.</summary>
    private static readonly string[] Geometries = [EarthEngine, "wkt", "geometry", "geom", "the_geom", "shape", "geojson", "wkb_geometry"];

    /// <summary>Columns of coordinates, the first pair that is there; degrees before what may be metres.</summary>
    private static readonly (string X, string Y)[] Pairs =
        [("lon", "lat"), ("longitude", "latitude"), ("long", "lat"), ("lng", "lat"), ("lon", "latitude"), ("longitude", "lat"), ("decimallongitude", "decimallatitude"), ("lon_dd", "lat_dd"), ("point_x", "point_y"), ("x", "y"), ("xcoord", "ycoord"), ("x_coord", "y_coord")];

    private readonly string? geometry;
    private readonly (string X, string Y)? pair;

    private TablePlaces(string? geometry, (string X, string Y)? pair) => (this.geometry, this.pair) = (geometry, pair);

    /// <summary>The columns in words.</summary>
    internal string Columns => geometry ?? $"{pair!.Value.X} and {pair.Value.Y}";

    /// <summary>The columns.</summary>
    internal IReadOnlyList<string> Names => geometry is null ? [pair!.Value.X, pair.Value.Y] : [geometry];

    /// <summary>What tables may have, in words.</summary>
    internal static string Known => "lon and lat, longitude and latitude, x and y, WKT, or .geo as Earth Engine writes it";

    /// <summary>Finds the columns; null where a table has none.</summary>
    internal static TablePlaces? Find(IReadOnlyList<string> fields)
    {
        string? Column(string name) => fields.FirstOrDefault(field => field.Trim().Equals(name, StringComparison.OrdinalIgnoreCase));
        if (Column(EarthEngine) is string exported)
        {
            return new TablePlaces(exported, null);
        }

        foreach ((string x, string y) in Pairs)
        {
            if (Column(x) is string longitude && Column(y) is string latitude)
            {
                return new TablePlaces(null, (longitude, latitude));
            }
        }

        return Geometries.Select(Column).FirstOrDefault(column => column is not null) is string whole ? new TablePlaces(whole, null) : null;
    }

    /// <summary>The geometry of a row as well-known binary; null where its cells are empty or hold none.</summary>
    internal byte[]? Of(VectorFeature row)
    {
        if (pair is (string x, string y))
        {
            return Number(row.Fields[x]) is double longitude && Number(row.Fields[y]) is double latitude ? new WKBWriter().Write(new NetTopologySuite.Geometries.Point(longitude, latitude)) : null;
        }

        string text = row.Fields[geometry!]?.Trim() ?? string.Empty;
        return text.Length == 0 ? null
            : text[0] == '{' ? VectorGeometryReader.FromGeoJson(text)
            : text.Length % 2 == 0 && text.All(char.IsAsciiHexDigit) ? WKBReader.HexToBytes(text)
            : VectorGeometryReader.FromText(text);
    }

    /// <summary>The cells of a row that say where it lies, for messages.</summary>
    internal string Cells(VectorFeature row) => pair is (string x, string y) ? $"'{row.Fields[x]}', '{row.Fields[y]}'" : $"'{Short(row.Fields[geometry!])}'";

    private static string Short(string? text) => text is { Length: > 40 } ? text[..40] + "…" : text ?? string.Empty;

    /// <summary>A coordinate with a point or, as spreadsheets of many countries write it, a comma: neither degrees nor metres of this Earth need marks between thousands.</summary>
    private static double? Number(string? cell)
    {
        string text = cell?.Trim() ?? string.Empty;
        if (text.Count(c => c == ',') == 1 && !text.Contains('.', StringComparison.Ordinal))
        {
            text = text.Replace(',', '.');
        }

        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number) ? number : null;
    }
}
