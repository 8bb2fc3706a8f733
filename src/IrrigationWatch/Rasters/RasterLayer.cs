namespace IrrigationWatch.Rasters;

/// <summary>What of a raster is read: which file or part of one, which band, and what in it means that nothing was observed.</summary>
/// <param name="Path">
/// A file or any <c>/vsi*</c> path, the folder of an ArcInfo grid, <c>FILE:VARIABLE</c> for one of the rasters that a file holds (netCDF, HDF), or GDAL's own name of it.
/// </param>
public sealed record RasterLayer(string Path)
{
    /// <summary>The band from 1; null for the only one. A file with several must be told which.</summary>
    public int? Band { get; init; }

    /// <summary>True to read values as they are stored, whatever scale and offset the file declares.</summary>
    public bool IsUnscaled { get; init; }

    /// <summary>What means that nothing was observed.</summary>
    public MissingValues Missing { get; init; } = MissingValues.OfFile;

    /// <summary>The only band of a file.</summary>
    /// <param name="path">The file.</param>
    public static implicit operator RasterLayer(string path) => new(path);

    /// <summary>The path, with the band where one was named.</summary>
    /// <returns>A name for messages.</returns>
    public override string ToString() => Band is int band ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Path} (band {band})") : Path;
}
