using CsCheck;

namespace IrrigationWatch.Tests;

/// <summary>A generator that draws one of a few values.</summary>
internal static class Pick
{
    internal static Gen<T> From<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);
}
