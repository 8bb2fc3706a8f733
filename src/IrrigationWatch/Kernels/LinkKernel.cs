using System.Numerics;

namespace IrrigationWatch.Kernels;

/// <summary>From the sums of trees to probabilities of classes, a register of pixels at a time.</summary>
internal static class LinkKernel
{
    // Beyond this ML.NET's exponential in single precision overflows or vanishes; what it then says is found otherwise.
    private const float LargestSum = 80;

    /// <summary>Replaces the sums of pixels by probabilities that add up to one; NaN where single precision is not enough.</summary>
    /// <param name="planes">One plane a class.</param>
    /// <param name="count">Pixels.</param>
    /// <param name="classes">Number of classes.</param>
    /// <param name="calibration">Slope and offset of each class's sigmoid, 1 / (1 + exp(slope × sum + offset)) (Platt 1999); null for softmax.</param>
    internal static void ToProbabilities(Span<float> planes, int count, int classes, (double Slope, double Offset)[]? calibration)
    {
        // The last pixels go through a register too, so that a pixel's number does not depend on its place.
        Span<float> tail = stackalloc float[Vector<float>.Count];
        Span<Vector<float>> numbers = classes <= 64 ? stackalloc Vector<float>[classes] : new Vector<float>[classes];
        for (int x = 0; x < count; x += Vector<float>.Count)
        {
            int width = Math.Min(Vector<float>.Count, count - x);
            for (int c = 0; c < classes; c++)
            {
                tail.Clear();
                planes.Slice(c * count + x, width).CopyTo(tail);
                numbers[c] = new Vector<float>(tail);
            }

            if (calibration is null)
            {
                Softmax(numbers);
            }
            else
            {
                Sigmoid(numbers, calibration);
            }

            for (int c = 0; c < classes; c++)
            {
                numbers[c].CopyTo(tail);
                tail[..width].CopyTo(planes.Slice(c * count + x, width));
            }
        }
    }

    /// <summary>The class of the largest probability, the first of equals, and whether it is the largest by more than a margin.</summary>
    internal static (int Best, bool IsClear) Best(ReadOnlySpan<float> planes, int count, int classes, int pixel, float margin)
    {
        int best = 0;
        float largest = planes[pixel];
        float second = float.NegativeInfinity;
        for (int c = 1; c < classes; c++)
        {
            float value = planes[c * count + pixel];
            if (value > largest)
            {
                (second, largest, best) = (largest, value, c);
            }
            else if (value > second)
            {
                second = value;
            }
        }

        return (best, largest - second > margin);
    }

    private static void Softmax(Span<Vector<float>> numbers)
    {
        Vector<float> largest = numbers[0];
        foreach (Vector<float> number in numbers[1..])
        {
            largest = Vector.Max(largest, number);
        }

        Vector<float> sum = Vector<float>.Zero;
        for (int c = 0; c < numbers.Length; c++)
        {
            Vector.Widen(numbers[c] - largest, out Vector<double> low, out Vector<double> high);
            numbers[c] = Vector.Narrow(Exponential.Of(low), Exponential.Of(high));
            sum += numbers[c];
        }

        Vector<int> outside = Vector.GreaterThan(Vector.Abs(largest), new Vector<float>(LargestSum));
        for (int c = 0; c < numbers.Length; c++)
        {
            numbers[c] = Vector.ConditionalSelect(outside, new Vector<float>(float.NaN), numbers[c] / sum);
        }
    }

    private static void Sigmoid(Span<Vector<float>> numbers, (double Slope, double Offset)[] calibration)
    {
        Vector<float> sum = Vector<float>.Zero;
        for (int c = 0; c < numbers.Length; c++)
        {
            Vector.Widen(numbers[c], out Vector<double> low, out Vector<double> high);
            numbers[c] = Vector.Narrow(Of(low, calibration[c]), Of(high, calibration[c]));
            sum += numbers[c];
        }

        for (int c = 0; c < numbers.Length; c++)
        {
            numbers[c] /= sum;
        }

        static Vector<double> Of(Vector<double> value, (double Slope, double Offset) calibration) =>
            Vector<double>.One / (Vector<double>.One + Exponential.Of(value * calibration.Slope + new Vector<double>(calibration.Offset)));
    }
}
