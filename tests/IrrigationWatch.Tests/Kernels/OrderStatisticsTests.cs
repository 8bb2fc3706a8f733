using CsCheck;
using IrrigationWatch.Kernels;

namespace IrrigationWatch.Tests.Kernels;

public class OrderStatisticsTests
{
    private static readonly Gen<float> Value = Gen.Frequency(
        (6, Gen.Float[-1, 1]),
        (2, Pick.From(0f, -0f, 0.5f, float.Epsilon)),
        (2, Gen.Const(float.NaN)));

    [Fact]
    public void Sorting_and_quantiles_equal_a_plain_sort_of_every_pixel()
    {
        Gen.Select(Gen.Int[0, 70], Gen.Int[1, 40])
            .SelectMany((rows, columns) => Gen.Select(Gen.Const((rows, columns)), Value.Array[rows * columns], Gen.Double[0, 1]))
            .Sample((size, matrix, probability) =>
            {
                (int rows, int columns) = size;
                float[] sorted = [.. matrix];
                int[] counts = new int[columns];
                float[] quantiles = new float[columns];
                OrderStatistics.SortColumns(sorted, rows, columns, counts);
                OrderStatistics.Quantile(sorted, columns, counts, probability, quantiles);
                for (int x = 0; x < columns; x++)
                {
                    float[] column = [.. Enumerable.Range(0, rows).Select(row => matrix[row * columns + x]).Where(v => !float.IsNaN(v)).Order()];
                    Assert.Equal(column.Length, counts[x]);
                    for (int row = 0; row < rows; row++)
                    {
                        float actual = sorted[row * columns + x];
                        Assert.True(row < column.Length ? actual == column[row] : float.IsNaN(actual));
                    }

                    Assert.Equal(Type7(column, probability), quantiles[x], 1e-7f);
                }
            }, iter: 2000);
    }

    [Theory]
    [InlineData(0.0, 1)]
    [InlineData(0.1, 1.3)]
    [InlineData(0.5, 2.5)]
    [InlineData(0.9, 3.7)]
    [InlineData(1.0, 4)]
    public void Quantiles_are_those_of_numpy_and_R(double probability, double expected)
    {
        // numpy.quantile([3, 1, 4, 2], p) of NumPy 1.24, whose default is type 7.
        float[] matrix = [3, 1, 4, 2];
        int[] counts = new int[1];
        float[] result = new float[1];
        OrderStatistics.SortColumns(matrix, 4, 1, counts);
        OrderStatistics.Quantile(matrix, 1, counts, probability, result);
        Assert.Equal(expected, result[0], 6);
    }

    [Fact]
    public void No_observation_gives_no_data()
    {
        float[] matrix = [float.NaN, float.NaN];
        int[] counts = new int[1];
        float[] result = [7];
        OrderStatistics.SortColumns(matrix, 2, 1, counts);
        OrderStatistics.Quantile(matrix, 1, counts, 0.5, result);
        Assert.Equal(0, counts[0]);
        Assert.True(float.IsNaN(result[0]));
    }

    private static float Type7(float[] sorted, double probability)
    {
        if (sorted.Length == 0)
        {
            return float.NaN;
        }

        double h = (sorted.Length - 1) * probability;
        int low = (int)Math.Floor(h);
        int high = (int)Math.Ceiling(h);
        return (float)(sorted[low] + (h - low) * ((double)sorted[high] - sorted[low]));
    }
}
