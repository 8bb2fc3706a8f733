using System.Runtime.CompilerServices;

namespace IrrigationWatch.Simulator;

/// <summary>Random numbers that depend on a seed and a place only, never on the order in which they are drawn.</summary>
internal static class Noise
{
    // Called some hundred times a pixel: compiled as well as can be from the first call on, or most of a short program's time goes into code that is not.
    private const MethodImplOptions Hot = MethodImplOptions.AggressiveOptimization;

    /// <summary>A hash of numbers (SplitMix64's finaliser, Steele et al. 2014).</summary>
    [MethodImpl(Hot)]
    internal static ulong Hash(params ReadOnlySpan<long> keys)
    {
        ulong h = 0x9E3779B97F4A7C15;
        foreach (long key in keys)
        {
            h ^= (ulong)key + 0x9E3779B97F4A7C15 + (h << 6) + (h >> 2);
            h = (h ^ (h >> 30)) * 0xBF58476D1CE4E5B9;
            h = (h ^ (h >> 27)) * 0x94D049BB133111EB;
            h ^= h >> 31;
        }

        return h;
    }

    /// <summary>Uniform from 0 to below 1.</summary>
    [MethodImpl(Hot)]
    internal static double Uniform(params ReadOnlySpan<long> keys) => (Hash(keys) >> 11) * (1.0 / (1UL << 53));

    /// <summary>Standard normal, near enough: the sum of twelve uniforms.</summary>
    [MethodImpl(Hot)]
    internal static double Normal(params ReadOnlySpan<long> keys)
    {
        ulong h = Hash(keys);
        double sum = 0;
        for (int i = 0; i < 6; i++)
        {
            h = (h ^ (h >> 27)) * 0x94D049BB133111EB + 0x9E3779B97F4A7C15;
            sum += (uint)h * (1.0 / uint.MaxValue) + (uint)(h >> 32) * (1.0 / uint.MaxValue);
        }

        return sum - 6;
    }

    /// <summary>Smooth noise of about −1 to 1: four octaves of value noise with the largest features of a given size.</summary>
    [MethodImpl(Hot)]
    internal static double Smooth(long seed, double x, double y, double size)
    {
        double sum = 0;
        double weight = 0;
        double amplitude = 1;
        for (int octave = 0; octave < 4; octave++)
        {
            sum += amplitude * Value(seed + octave, x / size, y / size);
            weight += amplitude;
            amplitude *= 0.5;
            size *= 0.5;
        }

        return 2 * sum / weight;
    }

    [MethodImpl(Hot)]
    private static double Value(long seed, double x, double y)
    {
        double fx = Math.Floor(x);
        double fy = Math.Floor(y);
        double u = Fade(x - fx);
        double v = Fade(y - fy);
        long ix = (long)fx;
        long iy = (long)fy;
        double above = Lerp(Uniform(seed, ix, iy), Uniform(seed, ix + 1, iy), u);
        double below = Lerp(Uniform(seed, ix, iy + 1), Uniform(seed, ix + 1, iy + 1), u);
        return 2 * Lerp(above, below, v) - 1;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double Fade(double t) => t * t * (3 - 2 * t);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double Lerp(double a, double b, double t) => a + t * (b - a);
}
