using System.Collections.Concurrent;

namespace IrrigationWatch.Features;

/// <summary>The memory that one tile of features needs beside the scenes that see it; used for one tile after another.</summary>
internal sealed class FeatureWorkspace
{
    /// <summary>Distance between the rows of the matrices beyond the pixels of a block, lest rows lie a power of two apart.</summary>
    private const int Padding = 48;

    /// <summary>Values of one index that are held at once: they stay in the second cache of a core.</summary>
    private const int BlockValues = 48 << 10;

    private readonly ConcurrentStack<Block> idle = [];
    private readonly int rows;

    internal FeatureWorkspace(FeatureSet set, int rows, int pixels)
    {
        this.rows = rows;
        BlockLength = Math.Clamp(BlockValues / Math.Max(1, rows) / 64 * 64, 64, 1024);
        Values = new float[(set.Names.Count - set.AncillaryCount) * pixels];
        Counts = new byte[(1 + set.Seasons.Count) * pixels];
        Pixels = pixels;
    }

    /// <summary>Pixels of a tile.</summary>
    internal int Pixels { get; }

    /// <summary>Pixels that are computed together.</summary>
    internal int BlockLength { get; }

    /// <summary>A plane a feature.</summary>
    internal float[] Values { get; }

    /// <summary>Clear observations: a plane for the year and one for each season.</summary>
    internal byte[] Counts { get; }

    internal Block Rent() => idle.TryPop(out Block? block) ? block : new Block(rows, BlockLength);

    internal void Return(Block block) => idle.Push(block);

    /// <summary>What one thread works on.</summary>
    internal sealed class Block(int rows, int length)
    {
        private const int MostQuantiles = 3;

        /// <summary>From an observation to the next in <see cref="Matrix"/>.</summary>
        internal int Stride { get; } = length + Padding;

        /// <summary>A row of values of one index an observation.</summary>
        internal float[] Matrix { get; } = new float[Math.Max(1, rows) * (length + Padding)];

        internal float[] Second { get; } = new float[length];

        internal float[] Quantiles { get; } = new float[MostQuantiles * length];

        internal int[] Counts { get; } = new int[length];
    }
}
