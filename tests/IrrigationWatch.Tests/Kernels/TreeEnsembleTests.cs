using CsCheck;
using IrrigationWatch.Kernels;

namespace IrrigationWatch.Tests.Kernels;

/// <summary>Compiled trees against plain traversal, over random trees, random pixels and every width.</summary>
public class TreeEnsembleTests
{
    private static readonly Gen<float> Threshold = Gen.Frequency((4, Gen.Float[-1, 1]), (2, Gen.Int[-5, 5].Select(i => i / 4f)), (1, Pick.From(0f, -0f, float.MaxValue, float.MinValue, float.Epsilon, float.PositiveInfinity, float.NegativeInfinity)));

    [Fact]
    public void Sums_equal_plain_traversal_at_every_width()
    {
        Gen.Select(Gen.Int[1, 12], Gen.Int[1, 3], Gen.Int[0, 6], Gen.Int[1, 700], Gen.Int[0, 1_000_000]).Sample(
            (features, groups, trees, pixels, seed) =>
            {
                var random = new Random(seed);
                float[] pool = [.. Enumerable.Range(0, 60).Select(_ => Draw(random))];
                DecisionTree[][] all = [.. Enumerable.Range(0, groups).Select(_ => Enumerable.Range(0, trees).Select(_ => RandomTree(random, features, pool)).ToArray())];
                var ensemble = TreeEnsemble.Compile(all, features);
                int stride = pixels + random.Next(5);
                float[] planes = [.. Enumerable.Range(0, features * stride).Select(_ => random.Next(8) switch { 0 => float.NaN, < 4 => pool[random.Next(pool.Length)], _ => Draw(random) })];
                int[] wanted = [.. Enumerable.Range(0, stride).Where(_ => random.Next(4) > 0)];
                float[] expected = new float[groups * wanted.Length];
                ensemble.Sum(SimdWidth.Scalar, planes, stride, wanted, expected);
                foreach (SimdWidth width in new[] { SimdWidth.Bits128, SimdWidth.Bits256, SimdWidth.Bits512 })
                {
                    float[] actual = new float[expected.Length];
                    ensemble.Sum(width, planes, stride, wanted, actual);
                    Assert.Equal(expected, actual);
                }

                for (int i = 0; i < wanted.Length; i++)
                {
                    float[] row = [.. Enumerable.Range(0, features).Select(f => planes[f * stride + wanted[i]])];
                    for (int g = 0; g < groups; g++)
                    {
                        double exact = all[g].Sum(tree => tree.LeafValue(tree.FindLeaf(row)));
                        Assert.InRange(Math.Abs(exact - expected[g * wanted.Length + i]), 0, ensemble.Tolerance(g) + Math.Abs(exact) * 1e-7);
                    }
                }
            },
            iter: 300);
    }

    [Fact]
    public void Sums_are_as_near_as_29_bits_of_the_largest_are()
    {
        DecisionTree[][] groups = [[new([0], [0.5f], [true], [~0], [~1], [-3, 1]), new([0], [0.5f], [true], [~0], [~1], [0.5, 0.25])], [new([], [], [], [], [], [0])], []];
        var ensemble = TreeEnsemble.Compile(groups, 1);
        // The largest sum is 3.5, and two trees are rounded to 2⁻²⁸ each.
        Assert.Equal([Math.ScaleB(1, -28), 0.5, 0], Enumerable.Range(0, 3).Select(ensemble.Tolerance));
        Assert.Equal((1, 3), (ensemble.FeatureCount, ensemble.GroupCount));
        float[] sums = new float[6];
        ensemble.Sum([0.5f, float.NaN], 2, [0, 1], sums);
        Assert.Equal([-2.5f, -2.5f, 0, 0, 0, 0], sums);
        Assert.Throws<NotSupportedException>(() => TreeEnsemble.Compile([[Chain(TreeEnsemble.MostLeaves + 1)]], 1));
    }

    [Fact]
    public void A_leaf_is_found_whatever_the_size_of_the_tree()
    {
        // Leaves of 0, 1, 2 … and a threshold at each whole number: the sum is the number of the leaf.
        foreach (int leaves in new[] { 1, 2, 7, 8, 9, 16, 31, 32, 33, 64, 255 })
        {
            DecisionTree tree = Chain(leaves);
            var ensemble = TreeEnsemble.Compile([[tree]], 1);
            float[] values = [.. Enumerable.Range(0, leaves).Select(i => i - 0.5f), float.NaN];
            foreach (SimdWidth width in Enum.GetValues<SimdWidth>())
            {
                float[] sums = new float[values.Length];
                ensemble.Sum(width, values, values.Length, [.. Enumerable.Range(0, values.Length)], sums);
                for (int i = 0; i < leaves; i++)
                {
                    Assert.Equal(i, sums[i], 1e-5f);
                }

                Assert.Equal(leaves - 1, sums[^1], 1e-5f);
            }
        }
    }

    [Fact]
    public void Ranks_are_those_of_a_plain_count()
    {
        Gen.Select(Threshold.Array[1, FeatureRanker.MostThresholds], Threshold.Array[1, 300]).Sample((thresholds, values) =>
        {
            float[] sorted = [.. new SortedSet<float>(thresholds)];
            sbyte[] right = new sbyte[values.Length + sorted.Length];
            sbyte[] left = new sbyte[right.Length];
            float[] all = [.. values, .. sorted];
            new FeatureRanker(sorted).Rank(all, right, left);
            for (int i = 0; i < all.Length; i++)
            {
                Assert.Equal(sorted.Count(threshold => threshold < all[i]) - 128, right[i]);
                Assert.Equal(right[i], left[i]);
            }
        });
        sbyte[] missing = new sbyte[1];
        sbyte[] other = new sbyte[1];
        new FeatureRanker([1, 2]).Rank([float.NaN], missing, other);
        Assert.Equal((127, -128), ((int)missing[0], (int)other[0]));
    }

    [Fact]
    public void What_does_not_fit_is_refused_with_the_reason()
    {
        Assert.Contains("257 leaves", Assert.Throws<NotSupportedException>(() => TreeEnsemble.Compile([[Chain(257)]], 1)).Message, StringComparison.Ordinal);
        DecisionTree[] crowded = [Chain(200), Chain(200, 0.25f)];
        Assert.Contains("398 thresholds", Assert.Throws<NotSupportedException>(() => TreeEnsemble.Compile([crowded], 1)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => TreeEnsemble.Compile([[Chain(3)]], 0));
        Assert.Throws<ArgumentException>(() => new DecisionTree([0], [float.NaN], [false], [~0], [~1], [1, 2]));
        Assert.Throws<ArgumentException>(() => new DecisionTree([0], [1], [false], [~0], [~0], [1, 2]));
        Assert.Throws<ArgumentException>(() => new DecisionTree([0, 0], [1, 1], [false, false], [1, 0], [~0, ~1], [1, 2, 3]));
        Assert.Throws<ArgumentException>(() => new DecisionTree([0], [1], [false], [5], [~1], [1, 2]));
    }

    /// <summary>A tree that grows to one side: leaf i for values above i − 1 and not above i.</summary>
    private static DecisionTree Chain(int leaves, float shift = 0)
    {
        int nodes = leaves - 1;
        return new DecisionTree(
            new int[nodes],
            [.. Enumerable.Range(0, nodes).Select(i => i + shift)],
            new bool[nodes],
            [.. Enumerable.Range(0, nodes).Select(i => ~i)],
            [.. Enumerable.Range(0, nodes).Select(i => i == nodes - 1 ? ~(i + 1) : i + 1)],
            [.. Enumerable.Range(0, leaves).Select(i => (double)i)]);
    }

    private static float Draw(Random random) => (float)(random.NextDouble() * 2 - 1);

    private static DecisionTree RandomTree(Random random, int features, float[] pool)
    {
        int leaves = random.Next(4) == 0 ? random.Next(1, 120) : random.Next(1, 33);
        int nodes = leaves - 1;
        int[] left = new int[nodes];
        int[] right = new int[nodes];
        // As trees are grown: a leaf that there is becomes a node.
        var open = new List<(int Node, bool Right)>();
        for (int node = 0; node < nodes; node++)
        {
            if (node > 0)
            {
                int at = random.Next(open.Count);
                (int parent, bool onRight) = open[at];
                open.RemoveAt(at);
                (onRight ? right : left)[parent] = node;
            }

            open.Add((node, false));
            open.Add((node, true));
        }

        int[] numbers = [.. Enumerable.Range(0, leaves).OrderBy(_ => random.Next())];
        for (int i = 0; i < open.Count; i++)
        {
            (open[i].Right ? right : left)[open[i].Node] = ~numbers[i];
        }

        return new DecisionTree(
            [.. Enumerable.Range(0, nodes).Select(_ => random.Next(features))],
            [.. Enumerable.Range(0, nodes).Select(_ => pool[random.Next(pool.Length)])],
            [.. Enumerable.Range(0, nodes).Select(_ => random.Next(2) == 0)],
            left,
            right,
            [.. Enumerable.Range(0, leaves).Select(_ => (random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-3, 2)))]);
    }
}
