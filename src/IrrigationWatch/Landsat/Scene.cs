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

    /// <summary>The product identifier.</summary>
    public required ProductId Id { get; init; }

    /// <summary>The instrument as the metadata writes it, for example <c>OLI_TIRS</c>.</summary>
    public required string SensorName { get; init; }

    /// <summary>Time of the scene's centre, UTC.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>Where the reflective bands lie.</summary>
    public required Grid Grid { get; init; }

    /// <summary>Cloud cover of the whole scene in percent, or null where the metadata has none.</summary>
    public double? CloudCover { get; init; }

    /// <summary>Sun elevation at the scene's centre in degrees, or null where the metadata has none.</summary>
    public double? SunElevation { get; init; }

    /// <summary>Sun azimuth at the scene's centre in degrees, or null where the metadata has none.</summary>
    public double? SunAzimuth { get; init; }

    /// <summary>The bands that are there.</summary>
    public required IReadOnlyDictionary<BandRole, SceneBand> Bands { get; init; }

    /// <summary>The bands that a product of this sensor has and this one lacks.</summary>
    public IReadOnlyList<BandRole> Missing =>
        [.. Enum.GetValues<BandRole>().Where(role => !Bands.ContainsKey(role))];

    /// <summary>True for Landsat 7 after the scan line corrector failed on 31 May 2003: gap stripes are unobserved.</summary>
    public bool IsSlcOff => Id.Sensor == Sensor.EtmPlus && Id.Acquired > new DateOnly(2003, 5, 31);

    /// <summary>A band that must be there.</summary>
    /// <param name="role">Which.</param>
    /// <returns>The band.</returns>
    /// <exception cref="InputException">The product lacks it.</exception>
    public SceneBand Band(BandRole role) =>
        Bands.TryGetValue(role, out SceneBand? band)
            ? band
            : throw new InputException(Container, $"has no band {role.ToString().ToLowerInvariant()} ({SceneReader.FileNameOf(Id, role)}); download the product again");

    /// <summary>Removes what was unpacked.</summary>
    public void Dispose() => files.Dispose();

    /// <summary>The error for a band that GDAL cannot read.</summary>
    internal InputException Unreadable(Gdal.GdalException e) => files.Unreadable(e);
}
