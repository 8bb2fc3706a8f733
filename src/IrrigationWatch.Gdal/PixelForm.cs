using System.Runtime.InteropServices;

namespace IrrigationWatch.Gdal;

/// <summary>From pixels as GDAL hands them over to pixels as they are meant.</summary>
internal static class PixelForm
{
    /// <summary>Makes bytes that only metadata call signed what they mean: those above 127 are negative.</summary>
    internal static void GiveSign<T>(Span<T> pixels)
        where T : unmanaged
    {
        switch (pixels)
        {
            case var _ when typeof(T) == typeof(short):
                Shift(MemoryMarshal.Cast<T, short>(pixels));
                break;
            case var _ when typeof(T) == typeof(int):
                Shift(MemoryMarshal.Cast<T, int>(pixels));
                break;
            case var _ when typeof(T) == typeof(float):
                Shift(MemoryMarshal.Cast<T, float>(pixels));
                break;
            case var _ when typeof(T) == typeof(double):
                Shift(MemoryMarshal.Cast<T, double>(pixels));
                break;
            case var _ when typeof(T) == typeof(sbyte):
                break;
            default:
                throw new NotSupportedException($"bytes with a sign are not read as {typeof(T).Name}; use sbyte, short, int, float or double");
        }

        static void Shift<TNumber>(Span<TNumber> values)
            where TNumber : System.Numerics.INumber<TNumber>
        {
            foreach (ref TNumber value in values)
            {
                value = value > TNumber.CreateChecked(sbyte.MaxValue) ? value - TNumber.CreateChecked(256) : value;
            }
        }
    }

    /// <summary>Turns rows that were read of a file from south to north.</summary>
    internal static void TurnRows<T>(int width, int height, Span<T> pixels)
    {
        for (int top = 0, bottom = height - 1; top < bottom; top++, bottom--)
        {
            Span<T> upper = pixels.Slice(top * width, width);
            Span<T> lower = pixels.Slice(bottom * width, width);
            for (int x = 0; x < width; x++)
            {
                (upper[x], lower[x]) = (lower[x], upper[x]);
            }
        }
    }
}
