namespace IrrigationWatch.Landsat;

/// <summary>A file in a container.</summary>
/// <param name="Name">Its name within the container, with folders.</param>
/// <param name="Path">The path by which GDAL reads it.</param>
internal sealed record ContainedFile(string Name, string Path)
{
    /// <summary>For a member of a tar: the path of the file that holds the tar.</summary>
    internal string? Outer { get; init; }

    /// <summary>For a member of a tar: where it begins in <see cref="Outer"/>.</summary>
    internal long Offset { get; init; }

    /// <summary>Its name without folders.</summary>
    internal string FileName => Name[(Name.LastIndexOfAny(['/', '\\']) + 1)..];
}
