using IrrigationWatch.Areas;

namespace IrrigationWatch.Publishing;

/// <summary>Writes an area table in the format that the file's ending names.</summary>
public static class AreaTableWriter
{
    /// <summary>Endings that are written.</summary>
    public static IReadOnlyList<string> Endings { get; } = [".csv", ".geojson", ".ndjson", ".json", ".parquet", ".gpkg"];

    /// <summary>Says before any work whether an ending is known.</summary>
    /// <param name="path">The output.</param>
    /// <exception cref="ConfigurationException">The ending names no format that is written.</exception>
    public static void CheckEnding(string path)
    {
        string ending = Path.GetExtension(path).ToLowerInvariant();
        if (!Endings.Contains(ending))
        {
            throw new ConfigurationException(path, $"the ending '{ending}' names no format of area tables that this version writes; use {string.Join(", ", Endings)}");
        }
    }

    /// <summary>Writes a table.</summary>
    /// <param name="path">Where; the ending is one of <see cref="Endings"/>.</param>
    /// <param name="table">The table.</param>
    /// <exception cref="InputException">The place cannot be written.</exception>
    public static void Write(string path, AreaTable table)
    {
        ArgumentNullException.ThrowIfNull(table);
        CheckEnding(path);
        switch (Path.GetExtension(path).ToLowerInvariant())
        {
            case ".csv":
                AreaCsv.Write(path, table.Rows);
                break;
            case ".geojson":
                AreaJson.WriteGeoJson(path, table);
                break;
            case ".ndjson":
                AreaJson.WriteGeoJson(path, table, newlineDelimited: true);
                break;
            case ".parquet":
                GeoParquet.Write(path, table);
                break;
            case ".gpkg":
                GeoPackage.Write(path, table);
                break;
            default:
                AreaJson.Write(path, table.Rows);
                break;
        }
    }
}
