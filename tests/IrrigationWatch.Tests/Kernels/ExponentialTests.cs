using System.Numerics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using CsCheck;
using IrrigationWatch.Kernels;

namespace IrrigationWatch.Tests.Kernels;

public class ExponentialTests
{
    [Fact]
    public void It_is_the_exponential_within_two_units_in_the_last_place() => Gen.Double[-708, 709].Sample(
        x =>
        {
            double expected = Math.Exp(x);
            Assert.InRange(Of(x), expected - 2 * (Math.BitIncrement(expected) - expected), expected + 2 * (Math.BitIncrement(expected) - expected));
        },
        iter: 100_000);

    [Fact]
    public void Ends_and_what_is_no_number_are_answered()
    {
        Assert.Equal(1, Of(0));
        Assert.Equal(1, Of(-0.0));
        Assert.Equal(Math.E, Of(1), 1e-15);
        Assert.True(double.IsNaN(Of(double.NaN)));
        Assert.Equal(Of(709), Of(double.PositiveInfinity));
        Assert.Equal(Of(-708), Of(double.NegativeInfinity));
        Assert.InRange(Of(double.NegativeInfinity), double.Epsilon, 1e-300);
        Assert.Equal(1, Of(double.Epsilon));
    }

    /// <summary>The same bits on every machine: 100 000 numbers, known by their digest.</summary>
    [Fact]
    public void Every_machine_gives_the_same_bits()
    {
        double[] results = [.. Enumerable.Range(0, 100_000).Select(i => Of(-700 + i * 0.0139))];
        Assert.Equal("760f663cceb8872c3864a72fc5a17611", Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes(results.AsSpan())))[..32]);
    }

    private static double Of(double x)
    {
        Vector<double> all = Exponential.Of(new Vector<double>(x));
        for (int i = 1; i < Vector<double>.Count; i++)
        {
            Assert.Equal(BitConverter.DoubleToInt64Bits(all[0]), BitConverter.DoubleToInt64Bits(all[i]));
        }

        return all[0];
    }
}
