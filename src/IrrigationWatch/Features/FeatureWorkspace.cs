namespace IrrigationWatch.Features;

/// <summary>The memory that one tile of features needs while it is computed; used for one after another.</summary>
internal sealed class FeatureWorkspace
{
    /// <summary>Distance between the rows of the matrices beyond the pixels of a tile, lest rows lie a power of two apart.</summary>
    private const int Padding = 48;

    private readonly int rowLength;

    internal FeatureWorkspace(int passes, int indices, int pixels, int planes)
    {
        rowLength = indices * pixels + Padding;
        Values = new float[passes * rowLength];
        Results = new float[planes * pixels];
        Counts = new int[pixels];
        Bytes = new byte[pixels];
    }

    /// <summary>From an observation to the next.</summary>
    internal int RowLength => rowLength;

    /// <summary>Of each observation a plane an index.</summary>
    internal float[] Values { get; }

    /// <summary>Planes of features.</summary>
    internal float[] Results { get; }

    internal int[] Counts { get; }

    internal byte[] Bytes { get; }

    /// <summary>Bytes of one for so many observations.</summary>
    internal static long Size(int passes, int indices, int pixels, int planes) =>
        4L * (passes * ((long)indices * pixels + Padding) + (long)planes * pixels) + 5L * pixels;
}
