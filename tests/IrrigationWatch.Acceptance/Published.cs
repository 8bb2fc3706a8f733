using IrrigationWatch.TestSupport;

namespace IrrigationWatch.Acceptance;

/// <summary>The published maps of 2001–2012 inside the corridor, by the command of the README.</summary>
public sealed class Published : IDisposable
{
    internal const string Collection = "published maps";

    private readonly ScratchFolder scratch = new();

    public Published() => CommandLine.Run(
        "report", Repository.Sample("irrigation-maps", "*.tif"), "--zones", Repository.Sample("zones", "countries.geojson"), "--within", Repository.Sample("zones", "corridor.geojson"),
        "--waters", Repository.Sample("zones", "waters.geojson"), "--class", "none=0", "--class", "low to medium=1", "--class", "high=2", "--irrigated", "high", "--title", "Ili corridor", "-o", Folder).Succeeds();

    public string Folder => scratch.File("out");

    public string At(string file) => Path.Combine(Folder, file);

    public void Dispose() => scratch.Dispose();
}

/// <summary>Tests that share <see cref="Published"/>.</summary>
[CollectionDefinition(Published.Collection)]
public sealed class PublishedCollection : ICollectionFixture<Published>;
