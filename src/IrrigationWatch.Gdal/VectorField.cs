namespace IrrigationWatch.Gdal;

/// <summary>Type of an attribute field.</summary>
public enum VectorFieldType
{
    /// <summary>A whole number of 32 bits.</summary>
    Integer = 0,

    /// <summary>A number of double precision.</summary>
    Real = 2,

    /// <summary>Text.</summary>
    Text = 4,
}

/// <summary>An attribute field of a layer that is written.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its type.</param>
public readonly record struct VectorField(string Name, VectorFieldType Type);

/// <summary>What the geometries of a layer are.</summary>
public enum VectorGeometry
{
    /// <summary>Any.</summary>
    Any = 0,

    /// <summary>Polygons.</summary>
    Polygon = 3,

    /// <summary>Polygons of one or more parts.</summary>
    MultiPolygon = 6,

    /// <summary>None: a table.</summary>
    None = 100,
}
