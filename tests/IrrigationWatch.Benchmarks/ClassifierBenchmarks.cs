using BenchmarkDotNet.Attributes;
using IrrigationWatch.Classification;
using IrrigationWatch.Kernels;

namespace IrrigationWatch.Benchmarks;

/// <summary>One tile of 256 × 256 pixels, 14 features, 100 trees of 31 leaves a class, on one core.</summary>
[MemoryDiagnoser]
public class ClassifierBenchmarks
{
    private const int Pixels = 256 * 256;

    private readonly float[] planes = BenchmarkModels.Planes(Pixels);
    private readonly int[] all = [.. Enumerable.Range(0, Pixels)];
    private readonly byte[] classes = new byte[Pixels];
    private float[] probabilities = [];
    private IrrigationModel? model;

    [Params(2, 5)]
    public int Classes { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        model = BenchmarkModels.Train(TrainerKind.LightGbm, Classes, 100, 31);
        probabilities = new float[Pixels * Classes];
    }

    [Benchmark(Baseline = true)]
    public void Compiled() => model!.Compiled!.Classify(planes, Pixels, all, classes, probabilities);

    [Benchmark]
    [Arguments(SimdWidth.Bits512)]
    [Arguments(SimdWidth.Bits256)]
    [Arguments(SimdWidth.Bits128)]
    [Arguments(SimdWidth.Scalar)]
    public void Sums(SimdWidth width) => model!.Compiled!.Ensemble.Sum(width, planes, Pixels, all, probabilities);
}
