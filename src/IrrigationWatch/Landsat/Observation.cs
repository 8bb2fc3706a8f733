using System.Buffers;
using System.Collections.Concurrent;
using IrrigationWatch.Gdal;
using IrrigationWatch.Kernels;
using IrrigationWatch.Rasters;

namespace IrrigationWatch.Landsat;

/// <summary>
/// A scene as it is seen on an analysis grid: spectral indices of any window, NaN where nothing was observed.
/// </summary>
/// <remarks>Thread-safe: several windows may be read at once.</remarks>
public sealed partial class Observation
{
    private static readonly BandRole[] NirAndRed = [BandRole.Nir, BandRole.Red];
    private static readonly BandRole[] NirAndSwir = [BandRole.Nir, BandRole.Swir1];
    private static readonly BandRole[] GreenAndSwir = [BandRole.Green, BandRole.Swir1];
    private static readonly BandRole[] NirAndGreen = [BandRole.Nir, BandRole.Green];
    private static readonly BandRole[] NirRedAndBlue = [BandRole.Nir, BandRole.Red, BandRole.Blue];
    private static readonly BandRole[] AllReflective = [BandRole.Blue, BandRole.Green, BandRole.Red, BandRole.Nir, BandRole.Swir1, BandRole.Swir2];

    private static readonly BandRole[][] Alone = [.. AllReflective.Select(role => new[] { role })];

    private readonly Scene scene;
    private readonly ObservationOptions options;
    private readonly Grid grid;
    private readonly Dictionary<BandRole, GridReader> readers = [];
    private readonly Dictionary<BandRole, Lazy<LayerOnGrid>> layers = [];
    private readonly Dictionary<BandRole, BandScaling> scalings = [];
    private readonly ArrayPool<ushort> planes;
    private readonly ConcurrentStack<ObservedWindow> idle = [];
    private readonly ushort[]? stackTable;
    private readonly float[]? sunFactors;

    /// <summary>Prepares reading; opens nothing.</summary>
    /// <param name="scene">The scene; must live as long as this object.</param>
    /// <param name="grid">The analysis grid.</param>
    /// <param name="pool">Where datasets come from.</param>
    /// <param name="options">What counts as not observed, and how reflectance is made comparable.</param>
    /// <param name="planes">Where the memory of windows comes from; null for the common pool.</param>
    public Observation(Scene scene, Grid grid, RasterPool pool, ObservationOptions options, ArrayPool<ushort>? planes = null)
    {
        ArgumentNullException.ThrowIfNull(grid);
        ArgumentNullException.ThrowIfNull(scene);
        ArgumentNullException.ThrowIfNull(options);
        this.scene = scene;
        this.grid = grid;
        this.options = options;
        this.planes = planes ?? ArrayPool<ushort>.Shared;
        Reach = grid.Reach(scene.Grid, options.Mask.Dilation);
        bool harmonise = options.Harmonise && (scene.Stack?.Harmonise ?? true);
        foreach (SceneBand band in scene.Bands.Values)
        {
            if (band.Role.IsReflective())
            {
                scalings.Add(band.Role, harmonise ? Harmonisation.Apply(scene.Id, band.Role, band.Scaling) : band.Scaling);
            }

            if (band.Real is RealBand real)
            {
                layers.Add(band.Role, new Lazy<LayerOnGrid>(() => new LayerOnGrid(pool, real.LayerOf(band), grid, band.Role.IsReflective() ? options.Resampling : Resampling.Near)));
                continue;
            }

            // Outside the scene QA reads as fill; reflectance as its own fill value.
            (Resampling resampling, double? noData) = band.Role switch
            {
                BandRole.SolarZenith => (Resampling.Bilinear, 0),
                BandRole.StackMask => (Resampling.Near, null),
                _ when band.Role.IsReflective() => (options.Resampling, (double?)(band.IsSigned ? band.Scaling.FillDn - 32768 : band.Scaling.FillDn)),
                _ => (Resampling.Near, null),
            };
            readers.Add(band.Role, new GridReader(pool, band.Path, band.Number, scene.Grid, grid, resampling, noData));
        }

        if (scene.Stack is not null && options.Mask.UsesStackMask && scene.Bands.ContainsKey(BandRole.StackMask))
        {
            stackTable = scene.Stack.RejectionTable();
        }

        if (options.SunAngle == SunAngle.Pixel && !scene.Id.IsLevel2 && scene.Id.Kind == ProductKind.Scene)
        {
            sunFactors = SunFactors(scene);
        }
    }

    /// <summary>The scene.</summary>
    public Scene Scene => scene;

    /// <summary>The window of the analysis grid outside of which the scene observes and masks nothing.</summary>
    public PixelWindow Reach { get; }

    /// <summary>The bands of an index, in the order of its formula.</summary>
    /// <param name="index">The index.</param>
    /// <returns>One to six bands.</returns>
    public static IReadOnlyList<BandRole> BandsOf(SpectralIndex index) => RolesOf(index);

    private static BandRole[] RolesOf(SpectralIndex index) => index switch
    {
        SpectralIndex.Ndvi or SpectralIndex.Evi2 or SpectralIndex.Savi or SpectralIndex.Kndvi => NirAndRed,
        SpectralIndex.Ndmi => NirAndSwir,
        SpectralIndex.Mndwi => GreenAndSwir,
        SpectralIndex.Gi => NirAndGreen,
        SpectralIndex.Evi => NirRedAndBlue,
        SpectralIndex.Wetness => AllReflective,
        >= SpectralIndex.Blue and <= SpectralIndex.Swir2 => Alone[index - SpectralIndex.Blue],
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
        using ObservedWindow observed = Read(window, indices);
        for (int i = 0; i < indices.Length; i++)
        {
            observed.Compute(indices[i], 0, result.Slice(i * pixels, pixels));
        }
    }

    /// <summary>Reads what some indices of a window need; to be disposed of, and then used for another window.</summary>
    /// <exception cref="InputException">A band is missing or cannot be read.</exception>
    internal ObservedWindow Read(PixelWindow window, ReadOnlySpan<SpectralIndex> indices)
    {
        ObservedWindow observed = Open(window);
        try
        {
            ReadMask(observed);
            if (sunFactors is not null)
            {
                observed.Read(BandRole.SolarZenith);
            }

            foreach (SpectralIndex index in indices)
            {
                foreach (BandRole role in RolesOf(index))
                {
                    observed.Read(role);
                }
            }

            return observed;
        }
        catch (GdalException e)
        {
            observed.Dispose();
            throw scene.Unreadable(e);
        }
        catch (InputException)
        {
            observed.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Reflectance with the sun at its pixel's zenith angle relative to that with the scene's: sin(scene's elevation) /
    /// cos(zenith), by hundredths of a degree; NaN for 0, which is fill, and for a sun below the horizon.
    /// </summary>
    private static float[] SunFactors(Scene scene)
    {
        if (!scene.Bands.ContainsKey(BandRole.SolarZenith))
        {
            throw new InputException(scene.Container, $"has no solar zenith band ({ProductMetadata.FileNameOf(scene.Id, BandRole.SolarZenith)}), which the sun angle of each pixel needs; download it, or use the scene's angle");
        }

        double sine = Math.Sin((scene.SunElevation ?? 90) * (Math.PI / 180));
        float[] factors = new float[65536];
        Array.Fill(factors, float.NaN);
        for (int hundredths = 1; hundredths < 9000; hundredths++)
        {
            factors[hundredths] = (float)(sine / Math.Cos(hundredths / 100.0 * (Math.PI / 180)));
        }

        return factors;
    }

    /// <summary>Makes the one plane of words that decide on a pixel: QA_PIXEL or what is made of it, or QA_RADSAT with all bits set where that rejects.</summary>
    private void ReadMask(ObservedWindow observed)
    {
        MaskOptions mask = options.Mask;
        if (!readers.ContainsKey(BandRole.QaRadsat) || mask.RejectedRadsat(scene.Id.Sensor, 1) == 0)
        {
            observed.MaskBits = ReadQuality(observed);
            return;
        }

        ushort bits = ReadQuality(observed);
        ushort[] saturation = observed.Read(BandRole.QaRadsat);
        if (bits != 0)
        {
            QualityKernel.Reject(observed.Mask.AsSpan(0, observed.Window.PixelCount), bits, [], saturation.AsSpan(0, observed.Window.PixelCount));
        }

        observed.Mask = saturation;
        observed.MaskBits = null;
        observed.Forget(BandRole.QaPixel);
        observed.ForgetScratch();
    }

    /// <summary>Finds the words that QA rejects by, and their deciding bits: QA_PIXEL itself where its bits are enough, else a mask made of all that is asked for; 0 where there is none.</summary>
    private ushort ReadQuality(ObservedWindow observed)
    {
        MaskOptions mask = options.Mask;
        PixelWindow window = observed.Window;
        bool hasQuality = readers.ContainsKey(BandRole.QaPixel);
        if (stackTable is null && mask.IsPlain)
        {
            if (!hasQuality || mask.RejectedQaPixel == QaPixelBits.None)
            {
                return 0;
            }

            observed.Mask = observed.Read(BandRole.QaPixel);
            return (ushort)mask.RejectedQaPixel;
        }

        // What is near to a cloud may be so because of a cloud outside of the window.
        PixelWindow wide = Widen(window, mask.Dilation);
        using ObservedWindow around = Open(wide);
        Span<ushort> rejected = around.Scratch(0).AsSpan(0, wide.PixelCount);
        rejected.Clear();
        if (hasQuality)
        {
            QualityKernel.Reject(around.Read(BandRole.QaPixel).AsSpan(0, wide.PixelCount), (ushort)(mask.RejectedQaPixel & ~QaPixelBits.Fill), mask.ConfidenceFields(scene.Id.Sensor), rejected);
        }

        if (mask.RejectedCloudQa != CloudQaBits.None && readers.ContainsKey(BandRole.CloudQa))
        {
            QualityKernel.Reject(around.Read(BandRole.CloudQa).AsSpan(0, wide.PixelCount), (ushort)mask.RejectedCloudQa, [], rejected);
        }

        ushort[]? stackWords = stackTable is null ? null : around.Read(BandRole.StackMask);
        for (int i = 0; stackWords is not null && i < rejected.Length; i++)
        {
            rejected[i] |= stackTable![stackWords[i]] != 0 ? QualityKernel.Rejected : (ushort)0;
        }

        observed.Mask = observed.Scratch(0);
        Span<ushort> result = observed.Mask.AsSpan(0, window.PixelCount);
        Span<ushort> dilated = rejected;
        if (mask.Dilation > 0)
        {
            dilated = around.Scratch(1).AsSpan(0, wide.PixelCount);
            QualityKernel.Dilate(rejected, wide.Width, mask.Dilation, dilated);
        }

        Cut(dilated, wide, window, result);
        if (hasQuality && mask.RejectedQaPixel.HasFlag(QaPixelBits.Fill))
        {
            QualityKernel.Reject(observed.Read(BandRole.QaPixel).AsSpan(0, window.PixelCount), (ushort)QaPixelBits.Fill, [], result);
        }

        if (mask.RejectedAerosol is AerosolLevel aerosol && readers.ContainsKey(BandRole.AerosolQa))
        {
            // Aerosol is no cloud: what lies beside it is not hidden.
            QualityKernel.Reject(observed.Read(BandRole.AerosolQa).AsSpan(0, window.PixelCount), 0, [new QaField(3 << 6, (ushort)((int)aerosol << 6))], result);
            observed.Forget(BandRole.AerosolQa);
        }

        observed.Forget(BandRole.QaPixel);
        return QualityKernel.Rejected;
    }

    private PixelWindow Widen(PixelWindow window, int by)
    {
        int left = Math.Max(0, window.X - by);
        int top = Math.Max(0, window.Y - by);
        return new PixelWindow(left, top, Math.Min(grid.Width, window.X + window.Width + by) - left, Math.Min(grid.Height, window.Y + window.Height + by) - top);
    }

    private static void Cut(ReadOnlySpan<ushort> mask, PixelWindow from, PixelWindow window, Span<ushort> result)
    {
        for (int row = 0; row < window.Height; row++)
        {
            mask.Slice((window.Y - from.Y + row) * from.Width + window.X - from.X, window.Width).CopyTo(result[(row * window.Width)..]);
        }
    }

    private ObservedWindow Open(PixelWindow window)
    {
        ObservedWindow observed = idle.TryPop(out ObservedWindow? free) ? free : new ObservedWindow(this);
        observed.Window = window;
        return observed;
    }
}
