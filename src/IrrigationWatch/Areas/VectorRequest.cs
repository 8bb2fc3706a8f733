using IrrigationWatch.Gdal;

namespace IrrigationWatch.Areas;

/// <summary>What is looked for in a vector file.</summary>
/// <param name="What">In words, for messages: <c>zones</c>.</param>
/// <param name="Kinds">Geometries that are wanted; others are left out and counted.</param>
/// <param name="Fields">Fields that it must have; they choose between layers.</param>
internal sealed record VectorRequest(string What, VectorKinds Kinds, params IReadOnlyList<string> Fields)
{
    /// <summary>Fields that it may have, whose letters must be right too.</summary>
    internal IReadOnlyList<string> Optional { get; init; } = [];

    /// <summary>The options of commands, with what else says them, by which another field can be named.</summary>
    internal IReadOnlyDictionary<string, string> Options { get; init; } = new Dictionary<string, string>();

    /// <summary>Geometries that are kept though they are not wanted, as whoever asks refuses them with a better message.</summary>
    internal VectorKinds Passed { get; init; }

    /// <summary>The wanted geometries in words.</summary>
    internal string KindsInWords => NameOf(Kinds);

    /// <summary>Kinds in words.</summary>
    internal static string NameOf(VectorKinds kinds) => string.Join(" or ", new[] { (VectorKinds.Polygons, "polygons"), (VectorKinds.Lines, "lines"), (VectorKinds.Points, "points") }.Where(kind => kinds.HasFlag(kind.Item1)).Select(kind => kind.Item2));

    /// <summary>The kind of a geometry that is no collection.</summary>
    internal static VectorKinds KindOf(NetTopologySuite.Geometries.Geometry geometry) => geometry.Dimension switch
    {
        NetTopologySuite.Geometries.Dimension.Surface => VectorKinds.Polygons,
        NetTopologySuite.Geometries.Dimension.Curve => VectorKinds.Lines,
        _ => VectorKinds.Points,
    };
}
