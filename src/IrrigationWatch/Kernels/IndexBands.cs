namespace IrrigationWatch.Kernels;

/// <summary>The bands of an index, one to six, in the order of its formula: digital numbers and how they become reflectance.</summary>
public ref struct IndexBands
{
    /// <summary>Most bands that an index has.</summary>
    public const int MaxCount = 6;

    private ReadOnlySpan<ushort> first;
    private ReadOnlySpan<ushort> second;
    private ReadOnlySpan<ushort> third;
    private ReadOnlySpan<ushort> fourth;
    private ReadOnlySpan<ushort> fifth;
    private ReadOnlySpan<ushort> sixth;
    private Scalings scalings;

    /// <summary>Number of bands.</summary>
    public int Count { get; private set; }

    /// <summary>Pixels of each band.</summary>
    public readonly int Length => first.Length;

    /// <summary>Adds the next band.</summary>
    /// <param name="pixels">Its digital numbers, as many as of the bands before.</param>
    /// <param name="scaling">How they become reflectance.</param>
    /// <exception cref="ArgumentException">There are six bands already, or the number of pixels is another.</exception>
    public void Add(ReadOnlySpan<ushort> pixels, in BandScaling scaling)
    {
        if (Count == MaxCount || (Count > 0 && pixels.Length != Length))
        {
            throw new ArgumentException($"a band of {pixels.Length} pixels does not go with {Count} bands of {Length}", nameof(pixels));
        }

        scalings[Count] = scaling;
        switch (Count++)
        {
            case 0:
                first = pixels;
                break;
            case 1:
                second = pixels;
                break;
            case 2:
                third = pixels;
                break;
            case 3:
                fourth = pixels;
                break;
            case 4:
                fifth = pixels;
                break;
            default:
                sixth = pixels;
                break;
        }
    }

    /// <summary>Digital numbers of a band.</summary>
    /// <param name="band">From 0.</param>
    /// <returns>Its pixels.</returns>
    public readonly ReadOnlySpan<ushort> Pixels(int band) => band switch
    {
        0 => first,
        1 => second,
        2 => third,
        3 => fourth,
        4 => fifth,
        5 => sixth,
        _ => throw new ArgumentOutOfRangeException(nameof(band)),
    };

    /// <summary>Scaling of a band.</summary>
    /// <param name="band">From 0.</param>
    /// <returns>How its digital numbers become reflectance.</returns>
    public readonly BandScaling Scaling(int band) => scalings[band];

    [System.Runtime.CompilerServices.InlineArray(MaxCount)]
    private struct Scalings
    {
        private BandScaling first;
    }
}
