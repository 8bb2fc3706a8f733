using CsCheck;
using IrrigationWatch.Kernels;

namespace IrrigationWatch.Tests.Kernels;

public class SummaryTests
{
    private static readonly Gen<float[]> Values = Gen.Frequency((4, Gen.Float[-1, 1]), (1, Gen.Const(float.NaN)), (1, Gen.Float[-4, 4])).Array[0, 70];

    [Fact]
    public void Count_sum_and_range_are_those_of_what_is_there()
    {
        Values.Sample(values =>
        {
            float[] present = [.. values.Where(value => !float.IsNaN(value))];
            Summary summary = Summary.Of(values);
            Assert.Equal(present.Length, summary.Count);
            Assert.Equal(present.Sum(value => (double)value), summary.Sum, 1e-12);
            Assert.Equal(present.DefaultIfEmpty(float.PositiveInfinity).Min(), summary.Minimum);
            Assert.Equal(present.DefaultIfEmpty(float.NegativeInfinity).Max(), summary.Maximum);
        }, iter: 3000);
    }

    [Fact]
    public void Integers_are_rounded_to_even_and_kept_in_range()
    {
        Values.Sample(values =>
        {
            // Halves come often at this scale.
            float[] coarse = [.. values.Select(value => MathF.Round(value * 40) / 16)];
            short[] actual = new short[values.Length];
            Quantiser.ToInt16(coarse, 8, -50, 60, -99, actual);
            Assert.Equal(coarse.Select(value => float.IsNaN(value) ? (short)-99 : (short)Math.Clamp(Math.Round(value * 8.0), -50, 60)), actual);
        }, iter: 3000);
    }
}
