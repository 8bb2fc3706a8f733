using CsCheck;
using IrrigationWatch.Kernels;

namespace IrrigationWatch.Tests.Kernels;

public class PixelBitsTests
{
    [Fact]
    public void Parts_of_rows_sum_up_as_pixel_by_pixel()
    {
        Gen.Select(Gen.Byte[0, 9].Array[1, 300], Gen.Byte[0, 9].Array[0, 4], Gen.Int[0, 299], Gen.Int[1, 64]).Sample((pixels, values, start, count) =>
        {
            ulong[] bits = new ulong[PixelBits.WordCount(pixels.Length)];
            Array.Fill(bits, ulong.MaxValue);
            PixelBits.WhereAny(pixels, values, bits);
            for (int i = 0; i < bits.Length * 64; i++)
            {
                Assert.Equal(i < pixels.Length && values.Contains(pixels[i]), (bits[i / 64] >> (i % 64) & 1) == 1);
            }

            start %= pixels.Length;
            count = Math.Min(count, pixels.Length - start);
            int[] places = [.. Enumerable.Range(0, count).Where(i => values.Contains(pixels[start + i]))];
            Assert.Equal((places.Length, places.Sum()), PixelBits.Sum(PixelBits.Part(bits, start, count)));
        }, iter: 3000);
    }

    [Fact]
    public void Pixels_whose_bits_are_set_are_filled_and_no_others() =>
        Gen.Select(Gen.Int[0, 300], Gen.Frequency((2, Gen.Const(ulong.MaxValue)), (2, Gen.ULong), (1, Gen.Const(0ul))).Array[6]).Sample((count, bits) =>
        {
            short[] pixels = new short[count];
            PixelBits.Fill<short>(bits, pixels, -3);
            Assert.Equal(Enumerable.Range(0, count).Select(i => (short)((bits[i / 64] >> (i % 64) & 1) == 1 ? -3 : 0)), pixels);
        }, iter: 2000);
}
