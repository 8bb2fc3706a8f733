using IrrigationWatch.Rasters;

namespace IrrigationWatch.Landsat;

/// <summary>A Landsat product that was opened: who took it, when, where it lies, and its bands.</summary>
/// <remarks>Dispose of it when its pixels are no longer needed: a compressed archive is unpacked for as long as it lives.</remarks>
public sealed class Scene : IDisposable
{
    private readonly SceneFiles files;

    internal Scene(SceneFiles files) => this.files = files;

    /// <summary>The path the scene was opened by.</summary>
    public string Container => files.Container;

    /// <summary>What its metadata say.</summary>
    public required ProductMetadata Metadata { get; init; }

    /// <summary>The identity of the scene.</summary>
    public ProductId Id => Metadata.Id;

    /// <summary>Time of the scene's centre, UTC; midnight where only the day is known.</summary>
    public DateTimeOffset Time => Metadata.Time;

    /// <summary>Cloud cover of the whole scene in percent, or null where it is not known.</summary>
    public double? CloudCover => Metadata.CloudCover;

    /// <summary>Sun elevation at the scene's centre in degrees, or null where it is not known.</summary>
    public double? SunElevation => Metadata.SunElevation;

    /// <summary>Sun azimuth at the scene's centre in degrees, or null where it is not known.</summary>
    public double? SunAzimuth => Metadata.SunAzimuth;

    /// <summary>Where the reflective bands lie.</summary>
    public required Grid Grid { get; init; }

    /// <summary>The bands that are there.</summary>
    public required IReadOnlyDictionary<BandRole, SceneBand> Bands { get; init; }

    /// <summary>For a stack: its description; else null.</summary>
    public StackDescription? Stack { get; init; }

    /// <summary>The bands that a product of this sensor and level has and this one lacks.</summary>
    public IReadOnlyList<BandRole> Missing => [.. BandRoles.Of(Id).Where(role => !Bands.ContainsKey(role))];

    /// <summary>True when clouds can be masked: by QA_PIXEL, or by the mask of a stack.</summary>
    public bool HasQa => Bands.ContainsKey(BandRole.QaPixel) || Bands.ContainsKey(BandRole.StackMask);

    /// <summary>True for Landsat 7 after the scan line corrector failed on 31 May 2003: gap stripes are unobserved.</summary>
    public bool IsSlcOff => Metadata.IsSlcOff;

    /// <summary>The file its metadata were read from, or null.</summary>
    internal ContainedFile? MetadataFile { get; init; }

    /// <summary>All files of the product.</summary>
    internal IReadOnlyCollection<ContainedFile> Files => files.All;

    /// <summary>A band that must be there.</summary>
    /// <param name="role">Which.</param>
    /// <returns>The band.</returns>
    /// <exception cref="InputException">The product lacks it.</exception>
    public SceneBand Band(BandRole role) =>
        Bands.TryGetValue(role, out SceneBand? band)
            ? band
            : throw new InputException(Container, Id.Kind == ProductKind.Stack
                ? $"has no band {role.Name()}; check the description of the stack"
                : $"has no band {role.Name()} ({ProductMetadata.FileNameOf(Id, role)}); download the product again");

    /// <summary>Lets go of what was unpacked.</summary>
    public void Dispose() => files.Dispose();

    /// <summary>What tells one state of its files from another without reading their pixels.</summary>
    /// <returns>SHA-256 in lower-case hexadecimal.</returns>
    /// <exception cref="InputException">A file cannot be read.</exception>
    public string Fingerprint()
    {
        try
        {
            return SceneFingerprint.Of(this);
        }
        catch (Gdal.GdalException e)
        {
            throw Unreadable(e);
        }
    }

    /// <summary>The error for a band that GDAL cannot read.</summary>
    internal InputException Unreadable(Gdal.GdalException e) => files.Unreadable(e);
}
