namespace IrrigationWatch.Simulator;

/// <summary>Clouds and their shadows over a scene, and what the QA band says of them: mostly, but not always, the truth.</summary>
internal sealed class Sky
{
    private const int ShadowX = -11;
    private const int ShadowY = 8;
    private const int Dilation = 2;

    internal Sky(long seed, int columns, int rows)
    {
        Opacity = new float[columns * rows];
        Shadow = new bool[columns * rows];
        FlaggedCloud = new bool[columns * rows];
        FlaggedDilated = new bool[columns * rows];
        FlaggedShadow = new bool[columns * rows];
        double draw = Noise.Uniform(seed, 1);
        // Two scenes in five are clear, the others anything up to overcast, as in the arid summer of the basin.
        double cover = draw < 0.40 ? 0 : Math.Pow((draw - 0.40) / 0.60, 1.6) * 0.95;
        if (cover <= 0)
        {
            return;
        }

        float[] field = new float[columns * rows];
        Parallel.For(0, rows, row =>
        {
            for (int column = 0; column < columns; column++)
            {
                field[row * columns + column] = (float)Noise.Smooth(seed + 2, column, row, 110);
            }
        });
        float[] sorted = [.. field];
        Array.Sort(sorted);
        float threshold = sorted[Math.Clamp((int)((1 - cover) * sorted.Length), 0, sorted.Length - 1)];
        Parallel.For(0, rows, row =>
        {
            for (int column = 0; column < columns; column++)
            {
                Place(seed, column, row, columns, rows, field, threshold);
            }
        });
        Dilate(columns, rows);
    }

    /// <summary>Cloud from 0 (none) to 1 (opaque).</summary>
    internal float[] Opacity { get; }

    internal bool[] Shadow { get; }

    internal bool[] FlaggedCloud { get; }

    internal bool[] FlaggedDilated { get; }

    internal bool[] FlaggedShadow { get; }

    private void Place(long seed, int column, int row, int columns, int rows, float[] field, float threshold)
    {
        int pixel = row * columns + column;
        float above = field[pixel] - threshold;
        if (above > 0)
        {
            Opacity[pixel] = Math.Min(1, above * 9);
            // Thin edges and now and then a whole patch escape the cloud mask.
            FlaggedCloud[pixel] = Opacity[pixel] > 0.2f && Noise.Smooth(seed + 3, column, row, 40) < 0.62;
        }

        int x = column - ShadowX;
        int y = row - ShadowY;
        if (x >= 0 && y >= 0 && x < columns && y < rows && field[y * columns + x] - threshold > 0.03f && above <= 0)
        {
            Shadow[pixel] = true;
            FlaggedShadow[pixel] = Noise.Smooth(seed + 4, column, row, 40) < 0.45;
        }
    }

    private void Dilate(int columns, int rows)
    {
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
            {
                if (!FlaggedCloud[row * columns + column])
                {
                    continue;
                }

                for (int y = Math.Max(0, row - Dilation); y <= Math.Min(rows - 1, row + Dilation); y++)
                {
                    for (int x = Math.Max(0, column - Dilation); x <= Math.Min(columns - 1, column + Dilation); x++)
                    {
                        FlaggedDilated[y * columns + x] |= !FlaggedCloud[y * columns + x];
                    }
                }
            }
        }
    }
}
