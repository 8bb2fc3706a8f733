using IrrigationWatch.Landsat;

namespace IrrigationWatch.Workflow;

/// <summary>A product that was found and not yet opened.</summary>
/// <param name="Path">The path by which <see cref="SceneReader"/> opens it.</param>
/// <param name="Stamp">What changes when its files change, without reading them; empty where it is not there.</param>
/// <param name="Stack">The description it is read by; null for products of USGS.</param>
public sealed record SceneSource(string Path, string Stamp, StackDescription? Stack = null)
{
    /// <summary>Why it cannot even be searched for scenes, as a folder without permission or a collection whose links lead nowhere; else null.</summary>
    public string? Error { get; init; }
}
