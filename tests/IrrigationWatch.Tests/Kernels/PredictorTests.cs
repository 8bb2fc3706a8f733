using System.Numerics;
using CsCheck;
using IrrigationWatch.Kernels;

namespace IrrigationWatch.Tests.Kernels;

public class PredictorTests
{
    [Fact]
    public void Integers_of_all_sizes_are_summed_and_differenced_as_by_the_plain_reference()
    {
        Check(Gen.Byte);
        Check(Gen.UShort);
        Check(Gen.Short);
        Check(Gen.UInt);
        Check(Gen.ULong);
    }

    [Fact]
    public void Single_precision_is_taken_apart_as_the_note_of_Adobe_says_and_put_together_bit_for_bit()
    {
        Gen.Select(Gen.Int[1, 70], Gen.Int[1, 4]).SelectMany(size => Gen.UInt.Array[size.Item1 * size.Item2].Select(bits => (size.Item1, bits))).Sample((width, bits) =>
        {
            float[] pixels = [.. bits.Select(BitConverter.UInt32BitsToSingle)];
            byte[] planes = new byte[4 * pixels.Length];
            Predictor.TakeApart(pixels, width, planes, new byte[4 * width]);
            byte[] expected = new byte[planes.Length];
            for (int row = 0; row < pixels.Length / width; row++)
            {
                byte[] line = [.. Enumerable.Range(0, 4).SelectMany(k => Enumerable.Range(0, width).Select(x => (byte)(bits[row * width + x] >> (24 - 8 * k))))];
                for (int i = 0; i < line.Length; i++)
                {
                    expected[row * line.Length + i] = (byte)(line[i] - (i == 0 ? 0 : line[i - 1]));
                }
            }

            Assert.Equal(expected, planes);
            float[] again = new float[pixels.Length];
            Predictor.PutTogether(planes, width, again);
            Assert.Equal(bits, again.Select(BitConverter.SingleToUInt32Bits));
        }, iter: 2000);
    }

    [Fact]
    public void Rows_that_are_not_whole_are_refused() =>
        Assert.Throws<ArgumentException>(() => Predictor.Accumulate<byte>(new byte[10], 3));

    private static void Check<T>(Gen<T> value)
        where T : unmanaged, IBinaryInteger<T>
    {
        Gen.Select(Gen.Int[1, 90], Gen.Int[1, 4]).SelectMany(size => value.Array[size.Item1 * size.Item2].Select(pixels => (size.Item1, pixels))).Sample((width, pixels) =>
        {
            T[] expected = [.. pixels.Select((pixel, i) => i % width == 0 ? pixel : unchecked(pixel - pixels[i - 1]))];
            T[] differences = new T[pixels.Length];
            Predictor.Difference<T>(pixels, width, differences);
            Assert.Equal(expected, differences);
            Predictor.Accumulate<T>(differences, width);
            Assert.Equal(pixels, differences);
        }, iter: 1000);
    }
}
