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
    public void Quantiles_equal_those_of_a_plain_sort_of_every_pixel()
    {
        Gen.Select(Gen.Int[0, 70], Gen.Int[1, 40], Gen.Int[0, 5])
            .SelectMany((rows, columns, padding) => Gen.Select(Gen.Const((rows, columns, padding)), Gen.OneOf(Value, Gen.Float[-1, 1]).Array[rows * (columns + padding)], Gen.Double[0, 1].Array[1, 5]))
            .Sample((size, matrix, probabilities) =>
            {
                (int rows, int columns, int padding) = size;
                int stride = columns + padding;
                int[] counts = new int[columns];
                float[] quantiles = new float[probabilities.Length * columns];
                OrderStatistics.Quantiles(matrix, stride, rows, columns, probabilities, quantiles, counts);
                for (int x = 0; x < columns; x++)
                {
                    float[] column = [.. Enumerable.Range(0, rows).Select(row => matrix[row * stride + x]).Where(v => !float.IsNaN(v)).Order()];
                    Assert.Equal(column.Length, counts[x]);
                    for (int p = 0; p < probabilities.Length; p++)
                    {
                        Assert.Equal(Type7(column, probabilities[p]), quantiles[p * columns + x]);
                    }
                }
            }, iter: 2000);
    }

    [Fact]
    public void The_label_of_the_maximum_is_that_of_the_first_largest_row()
    {
        Gen.Select(Gen.Int[0, 20], Gen.Int[1, 40]).SelectMany((rows, columns) => Gen.Select(Gen.Const((rows, columns)), Value.Array[rows * columns])).Sample((size, matrix) =>
        {
            (int rows, int columns) = size;
            float[] labels = [.. Enumerable.Range(0, rows).Select(row => row * 16f + 1)];
            float[] actual = new float[columns];
            OrderStatistics.LabelOfMaximum(matrix, columns, columns, labels, actual);
            for (int x = 0; x < columns; x++)
            {
                int[] seen = [.. Enumerable.Range(0, rows).Where(row => !float.IsNaN(matrix[row * columns + x]))];
                Assert.Equal(seen.Length == 0 ? float.NaN : labels[seen.MaxBy(row => matrix[row * columns + x])], actual[x]);
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
        OrderStatistics.Quantiles(matrix, 1, 4, 1, [probability], result, counts);
        Assert.Equal(expected, result[0], 6);
    }

    [Fact]
    public void No_observation_gives_no_data()
    {
        float[] matrix = [float.NaN, float.NaN];
        int[] counts = new int[1];
        float[] result = [7];
        OrderStatistics.Quantiles(matrix, 1, 2, 1, [0.5], result, counts);
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
