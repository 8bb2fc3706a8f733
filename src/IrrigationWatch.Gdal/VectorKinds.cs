namespace IrrigationWatch.Gdal;

/// <summary>What geometries a layer may hold.</summary>
[Flags]
public enum VectorKinds
{
    /// <summary>None: a table.</summary>
    None = 0,

    /// <summary>Points.</summary>
    Points = 1,

    /// <summary>Lines.</summary>
    Lines = 2,

    /// <summary>Polygons and other surfaces.</summary>
    Polygons = 4,

    /// <summary>The layer does not say, or says any.</summary>
    Any = Points | Lines | Polygons,
}
