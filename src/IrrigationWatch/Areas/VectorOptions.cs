namespace IrrigationWatch.Areas;

/// <summary>How a vector file is read, and where is said what a user should know of it.</summary>
public sealed record VectorOptions
{
    /// <summary>The layer that is read, or several with commas between; null for the one that the path names as FILE:LAYER, or the only one that fits.</summary>
    public string? Layer { get; init; }

    /// <summary>Encoding of the letters of formats that do not say it, for example <c>CP936</c>; null to find it.</summary>
    public string? Encoding { get; init; }

    /// <summary>Receives warnings, each one line that names the file: layers left aside, features left out, how letters were read.</summary>
    public Action<string>? Warn { get; init; }
}
