using IrrigationWatch.Gdal;
using NetTopologySuite.Geometries;

namespace IrrigationWatch.Areas;

/// <summary>A lake, a reservoir or a river.</summary>
/// <param name="Name">Its name; may be empty.</param>
/// <param name="Geometry">Polygons for lakes and lines for rivers, in longitude and latitude on WGS 84.</param>
public sealed record Water(string Name, Geometry Geometry)
{
    /// <summary>Whether it has an area.</summary>
    public bool IsLake => Geometry is Polygon or MultiPolygon;

    /// <summary>Reads lakes and rivers from any vector file.</summary>
    /// <param name="path">The file; polygons are lakes, lines rivers, points are left out.</param>
    /// <param name="nameField">Field of the names.</param>
    /// <param name="options">How the file is read; null for as it comes.</param>
    /// <returns>The waters.</returns>
    /// <exception cref="InputException">The file cannot be read or holds neither.</exception>
    public static IReadOnlyList<Water> Read(string path, string nameField = "name", VectorOptions? options = null)
    {
        Water[] waters = [.. VectorReader.Read(path, new VectorRequest("waters", VectorKinds.Polygons | VectorKinds.Lines) { Optional = [nameField] }, options).Features
            .Select(pair => new Water(pair.Feature.Fields.GetValueOrDefault(nameField) ?? string.Empty, pair.Geometry))];
        return waters.Length > 0 ? waters : throw new InputException(path, "holds neither polygons nor lines; give a file of lakes and rivers");
    }
}
