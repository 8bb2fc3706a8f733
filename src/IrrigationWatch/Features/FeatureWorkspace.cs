using System.Collections.Concurrent;

namespace IrrigationWatch.Features;

/// <summary>The memory that one tile of features needs while it is computed; used for one after another.</summary>
internal sealed class FeatureWorkspace
{
    /// <summary>Distance between the rows of the matrices beyond the pixels of a tile, lest rows lie a power of two apart.</summary>
    private const int Padding = 48;

    private readonly ConcurrentBag<Planes> idle = [];
    private readonly int pixels;

    internal FeatureWorkspace(int passes, int indices, int pixels)
    {
        this.pixels = pixels;
        RowLength = indices * pixels + Padding;
        Values = new float[passes * RowLength];
    }

    /// <summary>From an observation to the next.</summary>
    internal int RowLength { get; }

    /// <summary>Of each observation a plane an index.</summary>
    internal float[] Values { get; }

    /// <summary>Bytes of one for so many observations, and for so many threads that compute features of it.</summary>
    internal static long Size(int passes, int indices, int pixels, int threads) =>
        4L * passes * ((long)indices * pixels + Padding) + threads * Planes.Size(pixels);

    internal Planes Rent() => idle.TryTake(out Planes? planes) ? planes : new Planes(pixels);

    internal void Return(Planes planes) => idle.Add(planes);

    /// <summary>Results of one thread.</summary>
    internal sealed class Planes(int pixels)
    {
        private const int Most = 4;

        internal float[] Values { get; } = new float[Most * pixels];

        internal int[] Counts { get; } = new int[pixels];

        internal byte[] Bytes { get; } = new byte[pixels];

        internal static long Size(int pixels) => (4L * Most + 4 + 1) * pixels;

        internal ReadOnlySpan<float> Plane(int number, int length) => Values.AsSpan(number * length, length);
    }
}
