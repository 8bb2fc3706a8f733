using IrrigationWatch.Rasters;

namespace IrrigationWatch.Areas;

/// <summary>A class map as a user names it.</summary>
/// <param name="Layer">Which raster and which band of it.</param>
/// <param name="Year">Its year; null to read it from the map (<see cref="MapYear"/>).</param>
public sealed record MapSource(RasterLayer Layer, int? Year = null)
{
    /// <summary>The file, or the part of a file.</summary>
    public string Path => Layer.Path;

    /// <summary>The only band of a file, of the year that the file says.</summary>
    /// <param name="path">The file.</param>
    public static implicit operator MapSource(string path) => new(new RasterLayer(path));

    /// <inheritdoc/>
    public override string ToString() => Layer.ToString();
}
