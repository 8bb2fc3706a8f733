namespace IrrigationWatch.Simulator;

/// <summary>Which patches a 30 m pixel holds, and how much of each: most are pure, those on borders mixed.</summary>
internal sealed class Mixture
{
    private readonly int[] starts;
    private readonly int[] ids;
    private readonly float[] weights;

    internal Mixture(World world)
    {
        int columns = world.Grid.Width;
        int rows = world.Grid.Height;
        starts = new int[columns * rows + 1];
        var idList = new List<int>();
        var weightList = new List<float>();
        Span<int> cells = stackalloc int[World.Fine * World.Fine];
        for (int pixel = 0; pixel < columns * rows; pixel++)
        {
            starts[pixel] = idList.Count;
            for (int k = 0; k < cells.Length; k++)
            {
                int y = pixel / columns * World.Fine + k / World.Fine;
                int x = pixel % columns * World.Fine + k % World.Fine;
                cells[k] = world.PatchOf[y * world.CellsX + x];
            }

            cells.Sort();
            for (int k = 0; k < cells.Length;)
            {
                int count = 1;
                while (k + count < cells.Length && cells[k + count] == cells[k])
                {
                    count++;
                }

                idList.Add(cells[k]);
                weightList.Add((float)count / cells.Length);
                k += count;
            }
        }

        starts[^1] = idList.Count;
        ids = [.. idList];
        weights = [.. weightList];
    }

    internal ReadOnlySpan<int> Ids(int pixel) => ids.AsSpan(starts[pixel]..starts[pixel + 1]);

    internal ReadOnlySpan<float> Weights(int pixel) => weights.AsSpan(starts[pixel]..starts[pixel + 1]);
}
