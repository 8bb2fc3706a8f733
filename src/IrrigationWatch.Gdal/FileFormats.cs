namespace IrrigationWatch.Gdal;

/// <summary>
/// The drivers of GDAL that may read a file: formats of files, no services, no databases on other machines, and nothing that says where other data are to be
/// fetched. GDAL tells formats by content, so without this a band of a product could be a description of a request.
/// </summary>
internal static class FileFormats
{
    private const string VirtualEnding = ".vrt";

    private static readonly string[] ArchivePrefixes = ["/vsitar", "/vsizip", "/vsigzip", "/vsi7z", "/vsirar", "/vsicurl", "/vsis3", "/vsigs", "/vsiaz", "/vsiadls", "/vsioss", "/vsiswift"];

    /// <summary>Formats of rasters. <c>MEM</c> is for what this process makes itself.</summary>
    internal static IReadOnlyList<string> Rasters { get; } =
        ["GTiff", "ENVI", "EHdr", "HFA", "HDF4", "HDF4Image", "HDF5", "HDF5Image", "netCDF", "JP2OpenJPEG", "AAIGrid", "SRTMHGT", "DTED", "ERS", "PCIDSK", "RST", "SAGA", "PNG", "JPEG", "AIG"];

    /// <summary>Formats of polygons and points.</summary>
    internal static IReadOnlyList<string> Vectors { get; } =
        ["GeoJSON", "GeoJSONSeq", "ESRIJSON", "TopoJSON", "GPKG", "ESRI Shapefile", "MapInfo File", "CSV", "KML", "LIBKML", "GML", "GPX", "FlatGeobuf", "SQLite", "OpenFileGDB", "DXF", "ODS", "XLSX", "Parquet", "Arrow"];

    /// <summary>Formats by which a path may be read: a virtual raster only where its name says so, and its maker had access to this machine's disk.</summary>
    /// <param name="path">A file or <c>/vsi*</c> path.</param>
    internal static IReadOnlyList<string> RastersOf(string path) =>
        path.EndsWith(VirtualEnding, StringComparison.OrdinalIgnoreCase) && !Array.Exists(ArchivePrefixes, prefix => path.Contains(prefix, StringComparison.Ordinal))
            ? [.. Rasters, "VRT"]
            : Rasters;
}
