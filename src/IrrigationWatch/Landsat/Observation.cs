using System.Buffers;
using IrrigationWatch.Gdal;
using IrrigationWatch.Kernels;
using IrrigationWatch.Rasters;

namespace IrrigationWatch.Landsat;

/// <summary>
/// A scene as it is seen on an analysis grid: spectral indices of any window, NaN where nothing was observed.
/// </summary>
/// <remarks>Thread-safe: several windows may be read at once.</remarks>
public sealed class Observation
{
    private readonly Scene scene;
    private readonly MaskOptions mask;
    private readonly bool harmonise;
    private readonly Dictionary<BandRole, GridReader> readers = [];

    /// <summary>Prepares reading; opens nothing.</summary>
    /// <param name="scene">The scene; must live as long as this object.</param>
    /// <param name="grid">The analysis grid.</param>
    /// <param name="pool">Where datasets come from.</param>
    /// <param name="mask">What counts as not observed.</param>
    /// <param name="harmonise">True to bring TM and ETM+ surface reflectance to OLI's.</param>
    /// <param name="resampling">How reflectance is resampled where the scene is not aligned with the grid; QA takes the nearest pixel.</param>
    public Observation(Scene scene, Grid grid, DatasetPool pool, MaskOptions mask, bool harmonise, Resampling resampling = Resampling.Bilinear)
    {
        ArgumentNullException.ThrowIfNull(scene);
        ArgumentNullException.ThrowIfNull(mask);
        this.scene = scene;
        this.mask = mask;
        this.harmonise = harmonise;
        foreach (SceneBand band in scene.Bands.Values)
        {
            bool isQuality = band.Role >= BandRole.QaPixel;
            // Outside the scene QA reads as fill; reflectance as DN 0, which is fill too.
            readers.Add(band.Role, new GridReader(pool, band.Path, 1, scene.Grid, grid, isQuality ? Resampling.Near : resampling, isQuality ? null : 0));
        }
    }

    /// <summary>The scene.</summary>
    public Scene Scene => scene;

    /// <summary>The two bands of an index, in the order of its formula.</summary>
    /// <param name="index">The index.</param>
    /// <returns>First and second band.</returns>
    public static (BandRole First, BandRole Second) BandsOf(SpectralIndex index) => index switch
    {
        SpectralIndex.Ndvi or SpectralIndex.Evi2 or SpectralIndex.Savi => (BandRole.Nir, BandRole.Red),
        SpectralIndex.Ndmi => (BandRole.Nir, BandRole.Swir1),
        SpectralIndex.Mndwi => (BandRole.Green, BandRole.Swir1),
        SpectralIndex.Gi => (BandRole.Nir, BandRole.Green),
        _ => throw new ArgumentOutOfRangeException(nameof(index)),
    };

    /// <summary>Reads a window and computes indices of it; each band is decoded once however many indices use it.</summary>
    /// <param name="window">Which pixels of the analysis grid.</param>
    /// <param name="indices">Which indices.</param>
    /// <param name="result">Receives one plane of pixels an index, in the order of <paramref name="indices"/>.</param>
    /// <exception cref="InputException">A band is missing or cannot be read.</exception>
    public void ReadIndices(PixelWindow window, ReadOnlySpan<SpectralIndex> indices, Span<float> result)
    {
        int pixels = window.PixelCount;
        ArgumentOutOfRangeException.ThrowIfLessThan(result.Length, pixels * indices.Length, nameof(result));
        var planes = new Dictionary<BandRole, ushort[]>();
        try
        {
            ReadOnlySpan<ushort> quality = Optional(BandRole.QaPixel, mask.RejectedQaPixel != QaPixelBits.None, window, planes);
            ReadOnlySpan<ushort> saturation = Optional(BandRole.QaRadsat, mask.RejectsSaturated, window, planes);
            for (int i = 0; i < indices.Length; i++)
            {
                (BandRole first, BandRole second) = BandsOf(indices[i]);
                ushort radsat = mask.RejectedRadsat(scene.Id.Sensor, scene.Id.BandNumber(first), scene.Id.BandNumber(second));
                IndexKernel.Compute(
                    indices[i],
                    Plane(first, window, planes),
                    Scaling(first),
                    Plane(second, window, planes),
                    Scaling(second),
                    new QaBits(quality, (ushort)mask.RejectedQaPixel),
                    new QaBits(saturation, radsat),
                    result.Slice(i * pixels, pixels));
            }
        }
        catch (GdalException e)
        {
            throw scene.Unreadable(e);
        }
        finally
        {
            foreach (ushort[] plane in planes.Values)
            {
                ArrayPool<ushort>.Shared.Return(plane);
            }
        }
    }

    private BandScaling Scaling(BandRole role)
    {
        BandScaling own = scene.Band(role).Scaling;
        return harmonise ? Harmonisation.Apply(scene.Id, role, own) : own;
    }

    private ReadOnlySpan<ushort> Optional(BandRole role, bool wanted, PixelWindow window, Dictionary<BandRole, ushort[]> planes) =>
        wanted && readers.ContainsKey(role) ? Plane(role, window, planes) : default;

    private ReadOnlySpan<ushort> Plane(BandRole role, PixelWindow window, Dictionary<BandRole, ushort[]> planes)
    {
        if (!planes.TryGetValue(role, out ushort[]? plane))
        {
            _ = scene.Band(role);
            plane = ArrayPool<ushort>.Shared.Rent(window.PixelCount);
            planes.Add(role, plane);
            readers[role].Read<ushort>(window, plane);
        }

        return plane.AsSpan(0, window.PixelCount);
    }
}
