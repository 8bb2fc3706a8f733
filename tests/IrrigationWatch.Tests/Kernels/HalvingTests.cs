using CsCheck;
using IrrigationWatch.Kernels;

namespace IrrigationWatch.Tests.Kernels;

public class HalvingTests
{
    private static readonly Gen<(int Width, int Rows)> Size = Gen.Select(Gen.Int[1, 20], Gen.Int[1, 5], (width, rows) => (2 * width, 2 * rows));

    [Fact]
    public void Means_of_single_precision_are_those_of_what_was_observed()
    {
        Size.SelectMany(size => Gen.Frequency((3, Gen.Float[-1, 1]), (1, Gen.Const(float.NaN))).Array[size.Width * size.Rows].Select(pixels => (size.Width, pixels))).Sample((width, pixels) =>
        {
            float[] result = new float[pixels.Length / 4];
            Halving.Mean(pixels, width, result, width / 2);
            for (int i = 0; i < result.Length; i++)
            {
                float[] seen = [.. Four(pixels, width, i).Where(value => !float.IsNaN(value))];
                Assert.Equal(seen.Length == 0 ? double.NaN : seen.Average(value => (double)value), result[i], 1e-6);
            }
        }, iter: 2000);
    }

    [Fact]
    public void Means_of_integers_are_rounded_and_leave_out_what_is_missing()
    {
        Size.SelectMany(size => Gen.Frequency((3, Gen.Short), (1, Gen.Const((short)-9999))).Array[size.Width * size.Rows].Select(pixels => (size.Width, pixels))).Sample((width, pixels) =>
        {
            short[] result = new short[pixels.Length / 4];
            Halving.Mean(pixels, width, (short?)-9999, result, width / 2);
            for (int i = 0; i < result.Length; i++)
            {
                short[] seen = [.. Four(pixels, width, i).Where(value => value != -9999)];
                Assert.Equal(seen.Length == 0 ? -9999 : Math.Floor(seen.Average(value => (double)value) + 0.5), result[i]);
            }
        }, iter: 2000);
    }

    [Fact]
    public void The_class_of_most_is_taken_and_else_the_first()
    {
        Size.SelectMany(size => Gen.Byte[0, 3].Array[size.Width * size.Rows].Select(pixels => (size.Width, pixels))).Sample((width, pixels) =>
        {
            // Into the lower right of a larger raster, whose other pixels stay as they are.
            int wide = width / 2 + 3;
            byte[] result = new byte[pixels.Length / (2 * width) * wide];
            Array.Fill(result, (byte)77);
            Halving.Majority<byte>(pixels, width, result.AsSpan(3), wide);
            for (int i = 0; i < pixels.Length / 4; i++)
            {
                byte[] four = Four(pixels, width, i);
                byte expected = four.GroupBy(value => value).MaxBy(group => group.Count())!.Key;
                Assert.Equal(expected, result[3 + i / (width / 2) * wide + i % (width / 2)]);
            }

            Assert.Equal(result.Length - pixels.Length / 4, result.Count(value => value == 77));
        }, iter: 2000);
    }

    [Fact]
    public void Odd_sizes_and_too_little_room_are_refused()
    {
        Assert.Throws<ArgumentException>(() => Halving.Majority<byte>(new byte[9], 3, new byte[9], 3));
        Assert.Throws<ArgumentException>(() => Halving.Majority<byte>(new byte[16], 4, new byte[3], 2));
    }

    private static T[] Four<T>(T[] pixels, int width, int i)
    {
        int at = i / (width / 2) * 2 * width + i % (width / 2) * 2;
        return [pixels[at], pixels[at + 1], pixels[at + width], pixels[at + width + 1]];
    }
}
