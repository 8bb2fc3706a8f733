using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace IrrigationWatch.Kernels;

/// <summary>
/// Groups of decision trees, compiled for SIMD: the sums of the leaves that pixels end in, a group at a time.
/// </summary>
/// <remarks>
/// QuickScorer (Lucchese et al. 2015, SIGIR, 73–82) turned sideways: features are ranked once into bytes, a node is one
/// byte compare for up to 64 pixels, and clears the leaves that a pixel can no longer reach. Leaves are bits of byte
/// planes, eight a plane, so that a node touches only the planes that it changes; the lowest bit left is the leaf. Its
/// value is looked up in a register and added as an integer, so every width gives the same sums; how far these are from
/// exact ones is known (<see cref="Tolerance"/>).
/// </remarks>
public sealed class TreeEnsemble
{
    /// <summary>Most leaves of a tree.</summary>
    public const int MostLeaves = 256;

    /// <summary>Pixels worked on at a time.</summary>
    internal const int BlockSize = 256;

    private const int LeavesAPlane = 8;
    private const int RegisterTable = 32;

    private readonly FeatureRanker?[] rankers;
    private readonly int[] leftPlanes;
    private readonly int rankPlanes;
    private readonly int[] groupStart;
    private readonly double[] unit;
    private readonly double[] tolerance;
    private readonly Tree[] trees;
    private readonly Node[] nodes;
    private readonly int[] planeStart;
    private readonly int[] tables;

    private TreeEnsemble(IReadOnlyList<IReadOnlyList<DecisionTree>> groups, int features)
    {
        FeatureCount = features;
        rankers = new FeatureRanker?[features];
        leftPlanes = new int[features];
        Array.Fill(leftPlanes, -1);
        DecisionTree[] all = [.. groups.SelectMany(group => group)];
        float[][] thresholds = Thresholds(all, features);
        rankPlanes = features;
        for (int feature = 0; feature < features; feature++)
        {
            rankers[feature] = thresholds[feature].Length == 0 ? null : new FeatureRanker(thresholds[feature]);
            if (all.Any(tree => Enumerable.Range(0, tree.NodeCount).Any(node => tree.Feature(node) == feature && tree.MissingGoesLeft(node))))
            {
                leftPlanes[feature] = rankPlanes++;
            }
        }

        groupStart = new int[groups.Count + 1];
        unit = new double[groups.Count];
        tolerance = new double[groups.Count];
        var compiled = new List<Tree>();
        var program = new List<Node>();
        var starts = new List<int>();
        var values = new List<int>();
        for (int g = 0; g < groups.Count; g++)
        {
            // The largest sum that can come up still fits 31 bits.
            double largest = groups[g].Sum(tree => Enumerable.Range(0, tree.LeafCount).Max(leaf => Math.Abs(tree.LeafValue(leaf))));
            unit[g] = largest == 0 ? 1 : Math.ScaleB(1, Math.ILogB(largest) - 29);
            tolerance[g] = groups[g].Count * unit[g] / 2;
            foreach (DecisionTree tree in groups[g])
            {
                compiled.Add(Compile(tree, thresholds, unit[g], program, starts, values));
            }

            groupStart[g + 1] = compiled.Count;
        }

        starts.Add(program.Count);
        trees = [.. compiled];
        nodes = [.. program];
        planeStart = [.. starts];
        tables = [.. values];
    }

    /// <summary>Number of features of a pixel.</summary>
    public int FeatureCount { get; }

    /// <summary>Number of groups.</summary>
    public int GroupCount => groupStart.Length - 1;

    /// <summary>Compiles trees.</summary>
    /// <param name="groups">The trees of each group.</param>
    /// <param name="features">Number of features of a pixel.</param>
    /// <returns>The ensemble.</returns>
    /// <exception cref="NotSupportedException">A tree has too many leaves, or a feature too many thresholds, with the reason.</exception>
    /// <exception cref="ArgumentException">A tree looks at a feature that pixels do not have, or a leaf is not finite.</exception>
    public static TreeEnsemble Compile(IReadOnlyList<IReadOnlyList<DecisionTree>> groups, int features)
    {
        ArgumentNullException.ThrowIfNull(groups);
        foreach (DecisionTree tree in groups.SelectMany(group => group))
        {
            if (tree.LeafCount > MostLeaves)
            {
                throw new NotSupportedException($"a tree has {tree.LeafCount} leaves, more than {MostLeaves}");
            }

            if (Enumerable.Range(0, tree.NodeCount).Any(node => tree.Feature(node) >= features) || Enumerable.Range(0, tree.LeafCount).Any(leaf => !double.IsFinite(tree.LeafValue(leaf))))
            {
                throw new ArgumentException("a tree looks at a feature that pixels do not have, or a leaf is not finite", nameof(groups));
            }
        }

        return new TreeEnsemble(groups, features);
    }

    /// <summary>How far a group's sum may be from the exact one.</summary>
    /// <param name="group">The group.</param>
    /// <returns>An absolute bound.</returns>
    public double Tolerance(int group) => tolerance[group];

    /// <summary>Sums the leaves of pixels.</summary>
    /// <param name="planes">One plane of pixels a feature, NaN where it is missing.</param>
    /// <param name="stride">Pixels of a plane.</param>
    /// <param name="pixels">Which pixels of the planes.</param>
    /// <param name="sums">Receives one plane a group, with one number for each of <paramref name="pixels"/>.</param>
    public void Sum(ReadOnlySpan<float> planes, int stride, ReadOnlySpan<int> pixels, Span<float> sums) => Sum(Simd.Widest, planes, stride, pixels, sums);

    /// <summary>Sums at a given width; every width gives the same bits.</summary>
    internal void Sum(SimdWidth width, ReadOnlySpan<float> planes, int stride, ReadOnlySpan<int> pixels, Span<float> sums)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(planes.Length, FeatureCount * stride, nameof(planes));
        ArgumentOutOfRangeException.ThrowIfLessThan(sums.Length, GroupCount * pixels.Length, nameof(sums));
        sbyte[] ranks = new sbyte[rankPlanes * BlockSize];
        float[] values = new float[BlockSize];
        byte[] leaves = new byte[BlockSize];
        int[] totals = new int[BlockSize];
        for (int start = 0; start < pixels.Length; start += BlockSize)
        {
            ReadOnlySpan<int> block = pixels.Slice(start, Math.Min(BlockSize, pixels.Length - start));
            Rank(planes, stride, block, values, ranks);
            for (int group = 0; group < GroupCount; group++)
            {
                Array.Clear(totals);
                switch (width)
                {
                    case SimdWidth.Bits512:
                        Run<ByteLanes512>(group, ranks, leaves, totals);
                        break;
                    case SimdWidth.Bits256:
                        Run<ByteLanes256>(group, ranks, leaves, totals);
                        break;
                    case SimdWidth.Bits128:
                        Run<ByteLanes128>(group, ranks, leaves, totals);
                        break;
                    default:
                        Run<ByteLanes1>(group, ranks, leaves, totals);
                        break;
                }

                Span<float> result = sums.Slice(group * pixels.Length + start, block.Length);
                for (int i = 0; i < result.Length; i++)
                {
                    result[i] = (float)(totals[i] * unit[group]);
                }
            }
        }
    }

    private static float[][] Thresholds(DecisionTree[] trees, int features)
    {
        var sets = new SortedSet<float>[features];
        for (int feature = 0; feature < features; feature++)
        {
            sets[feature] = [];
        }

        foreach (DecisionTree tree in trees)
        {
            for (int node = 0; node < tree.NodeCount; node++)
            {
                sets[tree.Feature(node)].Add(tree.Threshold(node));
            }
        }

        int crowded = Array.FindIndex(sets, set => set.Count > FeatureRanker.MostThresholds);
        return crowded < 0
            ? [.. sets.Select(set => set.ToArray())]
            : throw new NotSupportedException($"feature {crowded} is compared to {sets[crowded].Count} thresholds, more than the {FeatureRanker.MostThresholds} whose ranks fit a byte");
    }

    private Tree Compile(DecisionTree tree, float[][] thresholds, double unit, List<Node> program, List<int> starts, List<int> values)
    {
        int[] position = new int[tree.LeafCount];
        int next = 0;
        var table = new int[Math.Max(RegisterTable, tree.LeafCount)];
        foreach (int leaf in tree.LeavesInOrder())
        {
            position[leaf] = next;
            table[next++] = (int)Math.Round(tree.LeafValue(leaf) / unit);
        }

        int planes = (tree.LeafCount + LeavesAPlane - 1) / LeavesAPlane;
        var compiled = new Tree(starts.Count, planes, values.Count, tree.LeafCount <= RegisterTable);
        values.AddRange(table);
        int[][] lost = [.. Enumerable.Range(0, tree.NodeCount).Select(node => tree.LeavesLeftOf(node).Select(leaf => position[leaf]).ToArray())];
        for (int plane = 0; plane < planes; plane++)
        {
            starts.Add(program.Count);
            for (int node = 0; node < tree.NodeCount; node++)
            {
                int mask = 0xFF;
                foreach (int leaf in lost[node].Where(leaf => leaf / LeavesAPlane == plane))
                {
                    mask &= ~(1 << leaf % LeavesAPlane);
                }

                if (mask != 0xFF)
                {
                    int feature = tree.Feature(node);
                    int ranks = tree.MissingGoesLeft(node) ? leftPlanes[feature] : feature;
                    int rank = Array.BinarySearch(thresholds[feature], tree.Threshold(node));
                    program.Add(new Node((uint)(ranks * BlockSize), FourTimes((byte)(sbyte)(rank - 128)), FourTimes((byte)~mask)));
                }
            }
        }

        return compiled;
    }

    private void Rank(ReadOnlySpan<float> planes, int stride, ReadOnlySpan<int> block, Span<float> values, Span<sbyte> ranks)
    {
        values = values[..block.Length];
        for (int feature = 0; feature < FeatureCount; feature++)
        {
            if (rankers[feature] is not FeatureRanker ranker)
            {
                continue;
            }

            ReadOnlySpan<float> plane = planes.Slice(feature * stride, stride);
            for (int i = 0; i < block.Length; i++)
            {
                values[i] = plane[block[i]];
            }

            ranker.Rank(values, ranks.Slice(feature * BlockSize, BlockSize), leftPlanes[feature] < 0 ? [] : ranks.Slice(leftPlanes[feature] * BlockSize, BlockSize));
        }
    }

    private void Run<TLanes>(int group, sbyte[] ranks, byte[] leaves, int[] totals)
        where TLanes : struct, IByteLanes<TLanes>
    {
        ref byte leaf = ref MemoryMarshal.GetArrayDataReference(leaves);
        ref int total = ref MemoryMarshal.GetArrayDataReference(totals);
        for (int t = groupStart[group]; t < groupStart[group + 1]; t++)
        {
            Tree tree = trees[t];
            FindLeaves<TLanes>(tree, ranks, ref leaf);
            ref int table = ref tables[tree.Table];
            if (!tree.FitsRegister)
            {
                ByteLanes1.AddLeaves(BlockSize, in leaf, in table, ref total);
                continue;
            }

            for (int x = 0; x < BlockSize; x += TLanes.Count)
            {
                TLanes.AddLeaves(in Unsafe.Add(ref leaf, x), in table, ref Unsafe.Add(ref total, x));
            }
        }
    }

    /// <summary>Leaf of every pixel of a block, four registers of pixels at a time, so that each node is fetched once for all.</summary>
    private void FindLeaves<TLanes>(in Tree tree, sbyte[] ranks, ref byte leaves)
        where TLanes : struct, IByteLanes<TLanes>
    {
        ref sbyte rank = ref MemoryMarshal.GetArrayDataReference(ranks);
        ref Node program = ref MemoryMarshal.GetArrayDataReference(nodes);
        ReadOnlySpan<int> starts = planeStart.AsSpan(tree.FirstPlane, tree.Planes + 1);
        TLanes all = TLanes.Create(0xFF);
        for (int x = 0; x < BlockSize; x += 4 * TLanes.Count)
        {
            (TLanes found0, TLanes found1, TLanes found2, TLanes found3) = (all, all, all, all);
            ref sbyte block = ref Unsafe.Add(ref rank, x);
            TLanes none = TLanes.Create(0);
            (TLanes base0, TLanes base1, TLanes base2, TLanes base3) = (none, none, none, none);
            // From the last plane to the first: the lowest bit of all is what counts.
            for (int plane = tree.Planes - 1; plane >= 0; plane--)
            {
                (TLanes left0, TLanes left1, TLanes left2, TLanes left3) = (all, all, all, all);
                ref Node node = ref Unsafe.Add(ref program, starts[plane]);
                ref Node end = ref Unsafe.Add(ref program, starts[plane + 1]);
                for (; Unsafe.IsAddressLessThan(ref node, ref end); node = ref Unsafe.Add(ref node, 1))
                {
                    TLanes threshold = TLanes.Spread(node.Threshold);
                    TLanes cleared = TLanes.Spread(node.Cleared);
                    ref sbyte from = ref Unsafe.Add(ref block, (nuint)node.Ranks);
                    left0 = TLanes.Clear(left0, TLanes.Load(in from), threshold, cleared);
                    left1 = TLanes.Clear(left1, TLanes.Load(in Unsafe.Add(ref from, TLanes.Count)), threshold, cleared);
                    left2 = TLanes.Clear(left2, TLanes.Load(in Unsafe.Add(ref from, 2 * TLanes.Count)), threshold, cleared);
                    left3 = TLanes.Clear(left3, TLanes.Load(in Unsafe.Add(ref from, 3 * TLanes.Count)), threshold, cleared);
                }

                TLanes offset = TLanes.Create((byte)(plane * LeavesAPlane));
                found0 = TLanes.WhereNotZero(left0, left0, found0);
                base0 = TLanes.WhereNotZero(left0, offset, base0);
                found1 = TLanes.WhereNotZero(left1, left1, found1);
                base1 = TLanes.WhereNotZero(left1, offset, base1);
                found2 = TLanes.WhereNotZero(left2, left2, found2);
                base2 = TLanes.WhereNotZero(left2, offset, base2);
                found3 = TLanes.WhereNotZero(left3, left3, found3);
                base3 = TLanes.WhereNotZero(left3, offset, base3);
            }

            TLanes.Store(base0 + TLanes.LowestBit(found0), ref Unsafe.Add(ref leaves, x));
            TLanes.Store(base1 + TLanes.LowestBit(found1), ref Unsafe.Add(ref leaves, x + TLanes.Count));
            TLanes.Store(base2 + TLanes.LowestBit(found2), ref Unsafe.Add(ref leaves, x + 2 * TLanes.Count));
            TLanes.Store(base3 + TLanes.LowestBit(found3), ref Unsafe.Add(ref leaves, x + 3 * TLanes.Count));
        }
    }

    private static uint FourTimes(byte value) => value * 0x0101_0101u;

    /// <summary>One tree: where its planes, and its leaves' values, begin.</summary>
    private readonly record struct Tree(int FirstPlane, int Planes, int Table, bool FitsRegister);

    /// <summary>What a node does to a plane of leaves: where the ranks are above the threshold it clears some. Bytes stand four times in a word.</summary>
    private readonly record struct Node(uint Ranks, uint Threshold, uint Cleared);
}
