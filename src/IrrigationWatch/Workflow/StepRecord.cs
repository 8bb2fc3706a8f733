namespace IrrigationWatch.Workflow;

/// <summary>A finished step of a run: what it was made from, what it made, how long it took.</summary>
/// <param name="Name">For example <c>features 2010</c>.</param>
/// <param name="Key">Digest of everything that went in.</param>
/// <param name="Outputs">Path relative to the output folder and stamp of every file made.</param>
/// <param name="Seconds">How long it took.</param>
internal sealed record StepRecord(string Name, string Key, IReadOnlyDictionary<string, OutputStamp> Outputs, double Seconds)
{
    /// <summary>For a step of tiles: what each tile was made from, <see cref="TilePlan.KeySize"/> bytes a tile; else empty.</summary>
    public byte[] TileKeys { get; init; } = [];

    /// <summary>Tiles computed when it was run last; null for a step that is not cut into tiles.</summary>
    public int? TilesComputed { get; init; }

    /// <summary>Tiles taken over then from the files made before.</summary>
    public int? TilesKept { get; init; }

    /// <summary>Cores of the machine that did it.</summary>
    public int Cores { get; init; } = 1;

    /// <summary>Files that it made when it was run before and does not make now; they are removed when a run ends.</summary>
    public IReadOnlyDictionary<string, OutputStamp> Former { get; init; } = new SortedDictionary<string, OutputStamp>(StringComparer.Ordinal);

    /// <summary>What a user should read of it, also when it is not run again.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];
}

/// <summary>A file as it was when it was made.</summary>
/// <param name="Length">Bytes.</param>
/// <param name="Version">What changes when the file changes.</param>
/// <param name="Digest">Digest of its content.</param>
internal sealed record OutputStamp(long Length, string Version, string Digest);
