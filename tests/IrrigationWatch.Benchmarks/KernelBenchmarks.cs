using System.Numerics.Tensors;
using BenchmarkDotNet.Attributes;
using IrrigationWatch.Gdal;
using IrrigationWatch.Kernels;

namespace IrrigationWatch.Benchmarks;

/// <summary>Each kernel on one tile of 256 × 256 pixels and one core, beside a copy of as many bytes.</summary>
[MemoryDiagnoser]
public class KernelBenchmarks
{
    private const int Side = 256;
    private const int Pixels = Side * Side;
    private const int Observations = 20;

    private readonly ushort[] red = new ushort[Pixels];
    private readonly ushort[] nir = new ushort[Pixels];
    private readonly ushort[] quality = new ushort[Pixels];
    private readonly ushort[] saturation = new ushort[Pixels];
    private readonly ushort[] words = new ushort[Pixels];
    private readonly float[] ndvi = new float[Pixels];
    private readonly float[] other = new float[Pixels];
    private readonly float[] third = new float[Pixels];
    private readonly float[] quarter = new float[Pixels];
    private readonly byte[] bytes = new byte[4 * Pixels];
    private readonly byte[] copied = new byte[12 * Pixels];
    private readonly byte[] source = new byte[12 * Pixels];
    private readonly byte[] planes = new byte[4 * Pixels];
    private readonly byte[] scratch = new byte[4 * Side];
    private readonly byte[] packed = new byte[RunLengthDeflate.MaxLength(4 * Pixels)];
    private readonly byte[] classes = new byte[Pixels];
    private readonly ulong[] bits = new ulong[PixelBits.WordCount(Pixels)];
    private readonly float[] stack = new float[Observations * (Pixels + 48)];
    private readonly float[] quantiles = new float[3 * Pixels];
    private readonly int[] counts = new int[Pixels];
    private readonly double[] probabilities = [0.1, 0.5, 0.9];
    private readonly BandScaling scaling = new(0.0000275, -0.2, 7273, 43636);

    [GlobalSetup]
    public void Setup()
    {
        var random = new Random(1984);
        for (int i = 0; i < Pixels; i++)
        {
            red[i] = (ushort)random.Next(8000, 13_000);
            nir[i] = (ushort)random.Next(14_000, 22_000);
            quality[i] = (ushort)(random.Next(10) == 0 ? 22280 : 21824);
            classes[i] = (byte)(1 + FullScene.Hash(i % Side / 25, i / Side / 20, 7) % 5);
        }

        for (int i = 0; i < stack.Length; i++)
        {
            stack[i] = random.Next(5) == 0 ? float.NaN : random.NextSingle();
        }

        Ndvi();
        Predictor.TakeApart(ndvi, Side, planes, scratch);
    }

    [Benchmark(Baseline = true, Description = "copy 12 bytes a pixel")]
    public void Copy() => source.CopyTo(copied, 0);

    [Benchmark(Description = "NDVI: scale, mask, index")]
    public void Ndvi() => Ndvi(Simd.Widest);

    [Benchmark(Description = "NDVI at a width")]
    [Arguments(SimdWidth.Scalar)]
    [Arguments(SimdWidth.Bits128)]
    [Arguments(SimdWidth.Bits256)]
    [Arguments(SimdWidth.Bits512)]
    public void Ndvi(SimdWidth width)
    {
        var bands = default(IndexBands);
        bands.Add(nir, scaling);
        bands.Add(red, scaling);
        IndexKernel.Compute(width, SpectralIndex.Ndvi, bands, new QaBits(quality, 31), new QaBits(saturation, 0b1000_0000_1000), default, ndvi);
    }

    [Benchmark(Description = "NDVI by TensorPrimitives: single precision, no mask")]
    public void NdviByTensorPrimitives()
    {
        TensorPrimitives.ConvertTruncating<ushort, float>(nir, other);
        TensorPrimitives.ConvertTruncating<ushort, float>(red, third);
        TensorPrimitives.Add(other, third, quarter);
        TensorPrimitives.Subtract<float>(other, third, other);
        TensorPrimitives.Subtract(quarter, 14545.4545f, quarter);
        TensorPrimitives.Divide<float>(other, quarter, other);
    }

    [Benchmark(Description = "dilate a cloud mask by 3 pixels")]
    public void Dilate() => QualityKernel.Dilate(words, Side, 3, saturation);

    [Benchmark(Description = "three quantiles of 20 observations")]
    public void Quantiles() => OrderStatistics.Quantiles(stack, Pixels + 48, Observations, Pixels, probabilities, quantiles, counts);

    [Benchmark(Description = "undo predictor 2 of words")]
    public void Accumulate() => Predictor.Accumulate(words.AsSpan(), Side);

    [Benchmark(Description = "predictor 3 of floats")]
    public void TakeApart() => Predictor.TakeApart(ndvi, Side, bytes, scratch);

    [Benchmark(Description = "pack floats")]
    public int Pack() => RunLengthDeflate.Compress(planes, packed);

    [Benchmark(Description = "pack floats by libdeflate, level 1")]
    public int PackByLibdeflate() => Zlib.Compress(planes, 1, packed);

    [Benchmark(Description = "halve floats")]
    public void Halve() => Halving.Mean(ndvi, Side, quarter, Side);

    [Benchmark(Description = "halve classes")]
    public void HalveClasses() => Halving.Majority<byte>(classes, Side, copied, Side);

    [Benchmark(Description = "classes to bits")]
    public void Bits() => PixelBits.WhereAny(classes, [1, 3], bits);

    [Benchmark(Description = "majority of three years")]
    public void Majority() => TemporalSmoothing.Majority(classes, classes, classes, copied);

    [Benchmark(Description = "sieve below 6 pixels")]
    public void Sieve() => PatchSieve.Apply(classes, Side, 0, 6);
}
