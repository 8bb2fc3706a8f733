using System.Buffers;
using System.Collections.Concurrent;
using System.Runtime.InteropServices;
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
    private static readonly BandRole[] NirAndRed = [BandRole.Nir, BandRole.Red];
    private static readonly BandRole[] NirAndSwir = [BandRole.Nir, BandRole.Swir1];
    private static readonly BandRole[] GreenAndSwir = [BandRole.Green, BandRole.Swir1];
    private static readonly BandRole[] NirAndGreen = [BandRole.Nir, BandRole.Green];
    private static readonly BandRole[] NirRedAndBlue = [BandRole.Nir, BandRole.Red, BandRole.Blue];
    private static readonly BandRole[] AllReflective = [BandRole.Blue, BandRole.Green, BandRole.Red, BandRole.Nir, BandRole.Swir1, BandRole.Swir2];

    private readonly Scene scene;
    private readonly ObservationOptions options;
    private readonly Grid grid;
    private readonly Dictionary<BandRole, GridReader> readers = [];
    private readonly ConcurrentBag<Planes> idle = [];
    private readonly ushort[]? stackTable;
    private readonly float[]? sunFactors;

    /// <summary>Prepares reading; opens nothing.</summary>
    /// <param name="scene">The scene; must live as long as this object.</param>
    /// <param name="grid">The analysis grid.</param>
    /// <param name="pool">Where datasets come from.</param>
    /// <param name="options">What counts as not observed, and how reflectance is made comparable.</param>
    public Observation(Scene scene, Grid grid, RasterPool pool, ObservationOptions options)
    {
        ArgumentNullException.ThrowIfNull(grid);
        ArgumentNullException.ThrowIfNull(scene);
        ArgumentNullException.ThrowIfNull(options);
        this.scene = scene;
        this.grid = grid;
        this.options = options;
        Reach = grid.Reach(scene.Grid, options.Mask.Dilation);
        foreach (SceneBand band in scene.Bands.Values)
        {
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

        if (scene.Stack is not null && options.Mask.UsesStackMask && readers.ContainsKey(BandRole.StackMask))
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
    /// <returns>Two to six bands.</returns>
    public static IReadOnlyList<BandRole> BandsOf(SpectralIndex index) => RolesOf(index);

    private static BandRole[] RolesOf(SpectralIndex index) => index switch
    {
        SpectralIndex.Ndvi or SpectralIndex.Evi2 or SpectralIndex.Savi or SpectralIndex.Kndvi => NirAndRed,
        SpectralIndex.Ndmi => NirAndSwir,
        SpectralIndex.Mndwi => GreenAndSwir,
        SpectralIndex.Gi => NirAndGreen,
        SpectralIndex.Evi => NirRedAndBlue,
        SpectralIndex.Wetness => AllReflective,
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
        MaskOptions mask = options.Mask;
        using Planes planes = Open(window);
        try
        {
            QaBits quality = Quality(window, planes);
            bool radsatWanted = readers.ContainsKey(BandRole.QaRadsat) && (mask.RejectsSaturated || mask.RejectsTerrainOcclusion);
            ReadOnlySpan<ushort> saturation = radsatWanted ? planes[BandRole.QaRadsat] : null;
            float[]? factors = sunFactors is null ? null : Factors(planes[BandRole.SolarZenith], pixels);
            Span<int> numbers = stackalloc int[IndexBands.MaxCount];
            for (int i = 0; i < indices.Length; i++)
            {
                var bands = default(IndexBands);
                foreach (BandRole role in RolesOf(indices[i]))
                {
                    numbers[bands.Count] = scene.Id.BandNumber(role);
                    bands.Add(planes[role].AsSpan(0, pixels), Scaling(role));
                }

                ushort radsat = radsatWanted ? mask.RejectedRadsat(scene.Id.Sensor, numbers[..bands.Count]) : (ushort)0;
                IndexKernel.Compute(indices[i], bands, quality, new QaBits(saturation, radsat), factors, result.Slice(i * pixels, pixels));
            }
        }
        catch (GdalException e)
        {
            throw scene.Unreadable(e);
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

    private float[] Factors(ushort[] zenith, int pixels)
    {
        float[] factors = new float[pixels];
        for (int i = 0; i < pixels; i++)
        {
            factors[i] = sunFactors![zenith[i]];
        }

        return factors;
    }

    private BandScaling Scaling(BandRole role)
    {
        BandScaling own = scene.Band(role).Scaling;
        bool harmonise = options.Harmonise && (scene.Stack?.Harmonise ?? true);
        return harmonise ? Harmonisation.Apply(scene.Id, role, own) : own;
    }

    /// <summary>The words that decide on a pixel, and their deciding bits: QA_PIXEL itself where its bits are enough, else a mask made of all that is asked for.</summary>
    private QaBits Quality(PixelWindow window, Planes planes)
    {
        MaskOptions mask = options.Mask;
        bool hasQuality = readers.ContainsKey(BandRole.QaPixel);
        if (stackTable is null && mask.IsPlain)
        {
            return hasQuality && mask.RejectedQaPixel != QaPixelBits.None ? new QaBits(planes[BandRole.QaPixel].AsSpan(0, window.PixelCount), (ushort)mask.RejectedQaPixel) : default;
        }

        // What is near to a cloud may be so because of a cloud outside of the window.
        PixelWindow wide = Widen(window, mask.Dilation);
        using Planes around = Open(wide);
        Span<ushort> rejected = planes.Scratch(0, wide.PixelCount);
        rejected.Clear();
        if (hasQuality)
        {
            QualityKernel.Reject(around[BandRole.QaPixel].AsSpan(0, wide.PixelCount), (ushort)(mask.RejectedQaPixel & ~QaPixelBits.Fill), mask.ConfidenceFields(scene.Id.Sensor), rejected);
        }

        if (mask.RejectedCloudQa != CloudQaBits.None && readers.ContainsKey(BandRole.CloudQa))
        {
            QualityKernel.Reject(around[BandRole.CloudQa].AsSpan(0, wide.PixelCount), (ushort)mask.RejectedCloudQa, [], rejected);
        }

        ushort[]? stackWords = stackTable is null ? null : around[BandRole.StackMask];
        for (int i = 0; stackWords is not null && i < rejected.Length; i++)
        {
            rejected[i] |= stackTable![stackWords[i]] != 0 ? QualityKernel.Rejected : (ushort)0;
        }

        Span<ushort> result = rejected;
        if (mask.Dilation > 0)
        {
            Span<ushort> dilated = planes.Scratch(1, wide.PixelCount);
            QualityKernel.Dilate(rejected, wide.Width, mask.Dilation, dilated);
            result = planes.Scratch(2, window.PixelCount);
            Cut(dilated, wide, window, result);
        }

        if (hasQuality && mask.RejectedQaPixel.HasFlag(QaPixelBits.Fill))
        {
            QualityKernel.Reject(planes[BandRole.QaPixel].AsSpan(0, window.PixelCount), (ushort)QaPixelBits.Fill, [], result);
        }

        if (mask.RejectedAerosol is AerosolLevel aerosol && readers.ContainsKey(BandRole.AerosolQa))
        {
            // Aerosol is no cloud: what lies beside it is not hidden.
            QualityKernel.Reject(planes[BandRole.AerosolQa].AsSpan(0, window.PixelCount), 0, [new QaField(3 << 6, (ushort)((int)aerosol << 6))], result);
        }

        return new QaBits(result, QualityKernel.Rejected);
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

    /// <summary>Bands of a window that are read when they are first asked for.</summary>
    private Planes Open(PixelWindow window)
    {
        Planes planes = idle.TryTake(out Planes? free) ? free : new Planes(this);
        planes.Window = window;
        return planes;
    }

    /// <summary>Bands of one window, each read once, when it is first asked for; used again for another window once disposed of.</summary>
    private sealed class Planes(Observation owner) : IDisposable
    {
        private readonly ushort[]?[] planes = new ushort[]?[Enum.GetValues<BandRole>().Length];

        private readonly ushort[]?[] scratch = new ushort[]?[3];

        internal PixelWindow Window { get; set; }

        internal ushort[] this[BandRole role] => planes[(int)role] ?? Read(role);

        public void Dispose()
        {
            GiveBack(planes);
            GiveBack(scratch);
            owner.idle.Add(this);
        }

        /// <summary>Room for masks, of which there are three.</summary>
        internal Span<ushort> Scratch(int number, int length) => (scratch[number] ??= ArrayPool<ushort>.Shared.Rent(length)).AsSpan(0, length);

        private static void GiveBack(ushort[]?[] arrays)
        {
            for (int i = 0; i < arrays.Length; i++)
            {
                if (arrays[i] is ushort[] array)
                {
                    ArrayPool<ushort>.Shared.Return(array);
                    arrays[i] = null;
                }
            }
        }

        private ushort[] Read(BandRole role)
        {
            SceneBand band = owner.scene.Band(role);
            ushort[] plane = ArrayPool<ushort>.Shared.Rent(Window.PixelCount);
            planes[(int)role] = plane;
            Span<ushort> pixels = plane.AsSpan(0, Window.PixelCount);
            if (!band.IsSigned)
            {
                owner.readers[role].Read(Window, pixels);
                return plane;
            }

            owner.readers[role].Read(Window, MemoryMarshal.Cast<ushort, short>(pixels));
            if (role.IsReflective())
            {
                // Adding 32 768 to a signed number is turning its first bit over.
                for (int i = 0; i < pixels.Length; i++)
                {
                    pixels[i] ^= 0x8000;
                }
            }

            return plane;
        }
    }
}
