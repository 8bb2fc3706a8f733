namespace IrrigationWatch.Kernels;

/// <summary>A regression tree of numeric splits: a pixel goes left where its feature is not above the split's threshold.</summary>
public sealed class DecisionTree
{
    private readonly int[] features;
    private readonly float[] thresholds;
    private readonly bool[] missingGoesLeft;
    private readonly int[] left;
    private readonly int[] right;
    private readonly double[] leaves;

    /// <summary>Creates a tree; node 0 is its root.</summary>
    /// <param name="features">Of each node the position of the feature that it looks at.</param>
    /// <param name="thresholds">Of each node the threshold.</param>
    /// <param name="missingGoesLeft">Of each node where a missing (NaN) feature goes.</param>
    /// <param name="left">Of each node its left child: a node, or the complement (<c>~</c>) of a leaf.</param>
    /// <param name="right">Of each node its right child, likewise.</param>
    /// <param name="leaves">The value of each leaf; one more than nodes.</param>
    /// <exception cref="ArgumentException">The arrays are no tree, or a threshold is NaN.</exception>
    public DecisionTree(int[] features, float[] thresholds, bool[] missingGoesLeft, int[] left, int[] right, double[] leaves)
    {
        ArgumentNullException.ThrowIfNull(features);
        ArgumentNullException.ThrowIfNull(thresholds);
        ArgumentNullException.ThrowIfNull(missingGoesLeft);
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        ArgumentNullException.ThrowIfNull(leaves);
        int nodes = features.Length;
        if (thresholds.Length != nodes || missingGoesLeft.Length != nodes || left.Length != nodes || right.Length != nodes || leaves.Length != nodes + 1)
        {
            throw new ArgumentException("a tree has one feature, threshold and pair of children a node, and one leaf more than nodes");
        }

        if (Array.Exists(thresholds, float.IsNaN) || Array.Exists(features, feature => feature < 0))
        {
            throw new ArgumentException("a threshold is NaN, or a feature is negative");
        }

        this.features = features;
        this.thresholds = thresholds;
        this.missingGoesLeft = missingGoesLeft;
        this.left = left;
        this.right = right;
        this.leaves = leaves;
        int[] visited = [.. LeavesBelow(nodes == 0 ? ~0 : 0, 0)];
        if (visited.Length != leaves.Length || visited.Distinct().Count() != leaves.Length)
        {
            throw new ArgumentException("the children do not reach every leaf once");
        }
    }

    /// <summary>Number of splits.</summary>
    public int NodeCount => features.Length;

    /// <summary>Number of leaves.</summary>
    public int LeafCount => leaves.Length;

    /// <summary>The feature that a node looks at.</summary>
    /// <param name="node">The node.</param>
    /// <returns>Its position.</returns>
    public int Feature(int node) => features[node];

    /// <summary>The threshold of a node.</summary>
    /// <param name="node">The node.</param>
    /// <returns>The largest value that goes left.</returns>
    public float Threshold(int node) => thresholds[node];

    /// <summary>Where a missing feature goes.</summary>
    /// <param name="node">The node.</param>
    /// <returns>True for left.</returns>
    public bool MissingGoesLeft(int node) => missingGoesLeft[node];

    /// <summary>The value of a leaf.</summary>
    /// <param name="leaf">The leaf.</param>
    /// <returns>Its value.</returns>
    public double LeafValue(int leaf) => leaves[leaf];

    /// <summary>The plain traversal: the reference of all compiled forms.</summary>
    /// <param name="row">The features of one pixel.</param>
    /// <returns>The leaf that it ends in.</returns>
    public int FindLeaf(ReadOnlySpan<float> row)
    {
        int node = features.Length == 0 ? ~0 : 0;
        while (node >= 0)
        {
            float value = row[features[node]];
            node = value <= thresholds[node] || (float.IsNaN(value) && missingGoesLeft[node]) ? left[node] : right[node];
        }

        return ~node;
    }

    /// <summary>Leaves from left to right.</summary>
    internal IEnumerable<int> LeavesInOrder() => LeavesBelow(features.Length == 0 ? ~0 : 0, 0);

    /// <summary>Leaves below the left child of a node, from left to right.</summary>
    internal IEnumerable<int> LeavesLeftOf(int node) => LeavesBelow(left[node], 0);

    private IEnumerable<int> LeavesBelow(int child, int depth)
    {
        if (child < 0)
        {
            return [~child];
        }

        return child < features.Length && depth <= features.Length
            ? LeavesBelow(left[child], depth + 1).Concat(LeavesBelow(right[child], depth + 1))
            : throw new ArgumentException("a child is no node, or the nodes go in a circle");
    }
}
