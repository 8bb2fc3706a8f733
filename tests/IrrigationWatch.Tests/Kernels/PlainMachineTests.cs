using System.Numerics;
using System.Runtime.Intrinsics;
using IrrigationWatch.Kernels;
using IrrigationWatch.TestSupport;

namespace IrrigationWatch.Tests.Kernels;

/// <summary>The kernels on machines that have less than this one.</summary>
public class PlainMachineTests
{
    private const string Nested = "IRRIGATIONWATCH_PLAIN_MACHINE";

    /// <summary>Told by the platform's own choice of a width, which stops at 256 bits.</summary>
    [Fact]
    public void The_widest_registers_of_the_machine_are_used()
    {
        SimdWidth expected = !Vector.IsHardwareAccelerated ? SimdWidth.Scalar : Vector512.IsHardwareAccelerated ? SimdWidth.Bits512 : Vector<byte>.Count == 32 ? SimdWidth.Bits256 : SimdWidth.Bits128;
        Assert.Equal(expected, Simd.Widest);
        if (Environment.GetEnvironmentVariable(Nested) is string name)
        {
            // The instructions are off: this is not one more run of the same.
            Assert.True(Simd.Widest <= Enum.Parse<SimdWidth>(name), $"{Simd.Widest} instead of {name} at most");
        }
    }

    [Theory]
    [InlineData("DOTNET_EnableHWIntrinsic", SimdWidth.Scalar)]
    [InlineData("DOTNET_EnableAVX2", SimdWidth.Bits128)]
    [InlineData("DOTNET_EnableAVX512", SimdWidth.Bits256)]
    public void All_tests_of_kernels_hold_with_instructions_switched_off(string variable, SimdWidth widest)
    {
        // Not again from within itself.
        Assert.SkipWhen(Environment.GetEnvironmentVariable(Nested) is not null, "this is the run with instructions switched off");
        (int code, string output) = Repository.Run(
            "dotnet",
            // Outlines and sieves hold no vectors.
            [typeof(PlainMachineTests).Assembly.Location, "--filter-namespace", "IrrigationWatch.Tests.Kernels", "--filter-not-class", "*.PatchTracerTests", "--filter-not-class", "*.PatchSieveTests"],
            (Nested, widest.ToString()),
            (variable, "0"));
        Assert.True(code == 0, output);
    }
}
