using IrrigationWatch.Kernels;

namespace IrrigationWatch.Tests.Kernels;

/// <summary>Each kernel refuses spans that do not fit, before it reads or writes beyond them.</summary>
public class ArgumentTests
{
    private static readonly DecisionTree Stump = new([0], [0.5f], [true], [~0], [~1], [1, 2]);

    /// <summary>Calls that do not fit by one in one way each, by what they do.</summary>
    public static TheoryData<string> Wrong => [.. Calls.Keys];

    private static SortedDictionary<string, Action> Calls { get; } = new(StringComparer.Ordinal)
    {
        ["adding a row of labels that is too long to a tracer"] = () => new PatchTracer(3, _ => { }).Add(new int[4], new double[3], []),
        ["adding a row of areas that is too short to a tracer"] = () => new PatchTracer(3, _ => { }).Add(new int[3], new double[2], []),
        ["adding a row of values that is too short to a tracer"] = () => new PatchTracer(3, _ => { }).Add(new int[3], new double[3], new float[2]),
        ["tracing no columns"] = () => _ = new PatchTracer(0, _ => { }),
        ["sieving no columns"] = () => PatchSieve.Apply(new byte[4], 0, 0, 2),
        ["sieving half a row"] = () => PatchSieve.Apply(new byte[5], 2, 0, 2),
        ["halving one column"] = () => Halving.Majority<byte>(new byte[2], 1, new byte[4], 2),
        ["halving an odd number of columns"] = () => Halving.Majority<byte>(new byte[6], 3, new byte[6], 2),
        ["halving an odd number of rows"] = () => Halving.Mean(new float[6], 2, new float[6], 2),
        ["halving into rows that are too narrow"] = () => Halving.Mean(new float[8], 4, new float[8], 1),
        ["halving into too little"] = () => Halving.Mean<short>(new short[16], 4, null, new short[6], 5),
        ["an index of too few bands"] = () => Index(bands: 1),
        ["an index of too many bands"] = () => Index(bands: 3),
        ["an index with too short a result"] = () => Index(result: 4),
        ["an index with too few words of quality"] = () => Index(quality: 4),
        ["an index with too few words of saturation"] = () => Index(saturation: 4),
        ["an index with too few factors"] = () => Index(factors: 4),
        ["an index of bands that differ"] = () => Index(second: 4),
        ["an index of seven bands"] = () => Index(bands: 7),
        ["quantiles of a matrix that is too short"] = () => OrderStatistics.Quantiles(new float[7], 4, 2, 4, [0.5], new float[4], new int[4]),
        ["quantiles of a row that is too short"] = () => OrderStatistics.Quantiles(new float[3], 4, 1, 4, [0.5], new float[4], new int[4]),
        ["quantiles of rows that overlap"] = () => OrderStatistics.Quantiles(new float[8], 3, 2, 4, [0.5], new float[4], new int[4]),
        ["quantiles of less than no rows"] = () => OrderStatistics.Quantiles(new float[8], 4, -1, 4, [0.5], new float[4], new int[4]),
        ["quantiles of less than no columns"] = () => OrderStatistics.Quantiles(new float[8], 4, 2, -1, [0.5], new float[4], new int[4]),
        ["quantiles with too little room"] = () => OrderStatistics.Quantiles(new float[8], 4, 2, 4, [0.5, 0.6], new float[7], new int[4]),
        ["quantiles with too few counts"] = () => OrderStatistics.Quantiles(new float[8], 4, 2, 4, [0.5], new float[4], new int[3]),
        ["a quantile above one"] = () => OrderStatistics.Quantiles(new float[8], 4, 2, 4, [1.0001], new float[4], new int[4]),
        ["a quantile below zero"] = () => OrderStatistics.Quantiles(new float[8], 4, 2, 4, [-0.0001], new float[4], new int[4]),
        ["labels of too short a matrix"] = () => OrderStatistics.LabelOfMaximum(new float[7], 4, 4, [1, 2], new float[4]),
        ["labels into too short a result"] = () => OrderStatistics.LabelOfMaximum(new float[8], 4, 4, [1, 2], new float[3]),
        ["bits of more pixels than there is room for"] = () => PixelBits.WhereAny(new byte[65], [1], new ulong[2]),
        ["differences of no columns"] = () => Predictor.Difference<byte>(new byte[4], 0, new byte[4]),
        ["differences of half a row"] = () => Predictor.Difference<byte>(new byte[5], 2, new byte[5]),
        ["rejecting into too short a mask"] = () => QualityKernel.Reject(new ushort[5], 1, [], new ushort[4]),
        ["dilating no columns"] = () => QualityKernel.Dilate(new ushort[4], 0, 1, new ushort[4]),
        ["dilating by less than nothing"] = () => QualityKernel.Dilate(new ushort[4], 2, -1, new ushort[4]),
        ["dilating half a row"] = () => QualityKernel.Dilate(new ushort[5], 2, 1, new ushort[5]),
        ["dilating into too little"] = () => QualityKernel.Dilate(new ushort[4], 2, 1, new ushort[3]),
        ["quantising into too little"] = () => Quantiser.ToInt16(new float[5], 1, 0, 1, -1, new short[4]),
        ["compressing into too little"] = () => RunLengthDeflate.Compress(new byte[10], new byte[RunLengthDeflate.MaxLength(10) - 1]),
        ["smoothing with a short year before"] = () => TemporalSmoothing.Majority(new byte[4], new byte[5], new byte[5], new byte[5]),
        ["smoothing with a long year after"] = () => TemporalSmoothing.Majority(new byte[5], new byte[5], new byte[6], new byte[5]),
        ["smoothing into too little"] = () => TemporalSmoothing.Majority(new byte[5], new byte[5], new byte[5], new byte[4]),
        ["a tree with too few thresholds"] = () => _ = new DecisionTree([0], [], [true], [~0], [~1], [1, 2]),
        ["a tree with too few ways for what is missing"] = () => _ = new DecisionTree([0], [1], [], [~0], [~1], [1, 2]),
        ["a tree with too few left children"] = () => _ = new DecisionTree([0], [1], [true], [], [~1], [1, 2]),
        ["a tree with too few right children"] = () => _ = new DecisionTree([0], [1], [true], [~0], [], [1, 2]),
        ["a tree with too few leaves"] = () => _ = new DecisionTree([0], [1], [true], [~0], [~1], [1]),
        ["a tree without sense in a threshold"] = () => _ = new DecisionTree([0], [float.NaN], [true], [~0], [~1], [1, 2]),
        ["a tree of a feature before the first"] = () => _ = new DecisionTree([-1], [1], [true], [~0], [~1], [1, 2]),
        ["a tree with a leaf twice"] = () => _ = new DecisionTree([0], [1], [true], [~0], [~0], [1, 2]),
        ["a tree in a circle"] = () => _ = new DecisionTree([0, 0], [1, 1], [true, true], [1, 0], [~0, ~1], [1, 2, 3]),
        ["a tree whose child is no node"] = () => _ = new DecisionTree([0], [1], [true], [1], [~1], [1, 2]),
        ["an ensemble of a feature that pixels do not have"] = () => TreeEnsemble.Compile([[new DecisionTree([2], [1], [true], [~0], [~1], [1, 2])]], 2),
        ["an ensemble with a leaf that is no number"] = () => TreeEnsemble.Compile([[new DecisionTree([0], [1], [true], [~0], [~1], [1, double.NaN])]], 1),
        ["an ensemble with an endless leaf"] = () => TreeEnsemble.Compile([[new DecisionTree([0], [1], [true], [~0], [~1], [1, double.PositiveInfinity])]], 1),
        ["sums of too few planes"] = () => TreeEnsemble.Compile([[Stump]], 1).Sum(new float[4], 5, [0], new float[1]),
        ["sums of a plane too few"] = () => TreeEnsemble.Compile([[Stump]], 2).Sum(new float[9], 5, [0], new float[1]),
        ["sums with too little room"] = () => TreeEnsemble.Compile([[Stump], [Stump]], 1).Sum(new float[5], 5, [0, 1], new float[3]),
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void What_does_not_fit_is_refused(string call) => Assert.ThrowsAny<ArgumentException>(Calls[call]);

    [Fact]
    public void What_fits_exactly_is_taken()
    {
        new PatchTracer(1, _ => { }).Add(new int[1], new double[1], new float[1]);
        PatchSieve.Apply(new byte[4], 1, 0, 2);
        Halving.Majority<byte>(new byte[4], 2, new byte[1], 1);
        Halving.Mean<short>(new short[16], 4, null, new short[7], 5);
        Index();
        OrderStatistics.Quantiles(new float[8], 4, 2, 4, [0, 1], new float[8], new int[4]);
        OrderStatistics.Quantiles(new float[7], 4, 2, 3, [0, 1], new float[6], new int[3]);
        OrderStatistics.Quantiles([], 0, 0, 0, [], [], []);
        OrderStatistics.LabelOfMaximum(new float[8], 4, 4, [1, 2], new float[4]);
        Predictor.Difference<byte>(new byte[4], 1, new byte[4]);
        QualityKernel.Reject(new ushort[5], 1, [], new ushort[5]);
        QualityKernel.Dilate(new ushort[4], 1, 0, new ushort[4]);
        Quantiser.ToInt16(new float[5], 1, 0, 1, -1, new short[5]);
        RunLengthDeflate.Compress(new byte[10], new byte[RunLengthDeflate.MaxLength(10)]);
        TemporalSmoothing.Majority(new byte[5], new byte[5], new byte[5], new byte[5]);
        float[] sums = new float[4];
        TreeEnsemble.Compile([[Stump], [Stump]], 1).Sum([0, 1], 2, [0, 1], sums);
        Assert.Equal([1f, 2, 1, 2], sums);
    }

    /// <summary>NDVI of five pixels, with as many of each thing as told.</summary>
    private static void Index(int bands = 2, int second = 5, int quality = 5, int saturation = 5, int factors = 5, int result = 5)
    {
        var all = new IndexBands();
        for (int band = 0; band < bands; band++)
        {
            all.Add(new ushort[band == 1 ? second : 5], new BandScaling(1, 0, 1, 65535));
        }

        IndexKernel.Compute(SpectralIndex.Ndvi, all, new QaBits(new ushort[quality], 1), new QaBits(new ushort[saturation], 1), new float[factors], new float[result]);
    }
}
