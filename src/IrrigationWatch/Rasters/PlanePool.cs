using System.Buffers;
using System.Collections.Concurrent;

namespace IrrigationWatch.Rasters;

/// <summary>
/// Memory for the bands of tiles: all planes are as large as a whole tile, also those of the smaller ones at the edges of a grid,
/// and none is let go of. What is larger comes from the common pool.
/// </summary>
/// <param name="pixels">Pixels of a whole tile.</param>
internal sealed class PlanePool(int pixels) : ArrayPool<ushort>
{
    private readonly ConcurrentStack<ushort[]> idle = [];

    /// <inheritdoc/>
    public override ushort[] Rent(int minimumLength) =>
        minimumLength > pixels ? Shared.Rent(minimumLength) : idle.TryPop(out ushort[]? plane) ? plane : new ushort[pixels];

    /// <inheritdoc/>
    public override void Return(ushort[] array, bool clearArray = false)
    {
        ArgumentNullException.ThrowIfNull(array);
        if (array.Length != pixels)
        {
            Shared.Return(array, clearArray);
            return;
        }

        if (clearArray)
        {
            Array.Clear(array);
        }

        idle.Push(array);
    }
}
