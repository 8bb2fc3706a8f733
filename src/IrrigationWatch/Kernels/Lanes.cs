using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace IrrigationWatch.Kernels;

/// <summary>Eight doubles: AVX-512 where there is one.</summary>
internal readonly struct Lanes512(Vector512<double> value) : ILanes<Lanes512>
{
    private readonly Vector512<double> value = value;

    public static int Count => 8;

    public static Lanes512 Create(double value) => new(Vector512.Create(value));

    public static Lanes512 Load(ref readonly ushort source)
    {
        // By way of single precision, which holds 16 bits exactly: every machine converts that in hardware.
        (Vector256<double> lower, Vector256<double> upper) = Vector256.Widen(Vector256.ConvertToSingle(Widen(in source).AsInt32()));
        return new(Vector512.Create(lower, upper));
    }

    public static Lanes512 Load(ref readonly float source)
    {
        (Vector256<double> lower, Vector256<double> upper) = Vector256.Widen(Vector256.LoadUnsafe(in source));
        return new(Vector512.Create(lower, upper));
    }

    public static Lanes512 Mask(ref readonly ushort source)
    {
        (Vector256<long> lower, Vector256<long> upper) = Vector256.Widen(Vector256.Create(Vector128.WidenLower(Words(in source)), Vector128.WidenUpper(Words(in source))));
        return new(Vector512.Create(lower, upper).AsDouble());
    }

    public static Lanes512 operator +(Lanes512 left, Lanes512 right) => new(left.value + right.value);

    public static Lanes512 operator -(Lanes512 left, Lanes512 right) => new(left.value - right.value);

    public static Lanes512 operator *(Lanes512 left, Lanes512 right) => new(left.value * right.value);

    public static Lanes512 operator /(Lanes512 left, Lanes512 right) => new(left.value / right.value);

    public static Lanes512 operator |(Lanes512 left, Lanes512 right) => new(left.value | right.value);

    public static Lanes512 LessThan(Lanes512 left, Lanes512 right) => new(Vector512.LessThan(left.value, right.value));

    public static Lanes512 EqualTo(Lanes512 left, Lanes512 right) => new(Vector512.Equals(left.value, right.value));

    public static Lanes512 Select(Lanes512 mask, Lanes512 whenTrue, Lanes512 whenFalse) =>
        new(Vector512.ConditionalSelect(mask.value, whenTrue.value, whenFalse.value));

    public static void Store(Lanes512 value, ref float destination) =>
        Vector256.Narrow(value.value.GetLower(), value.value.GetUpper()).StoreUnsafe(ref destination);

    private static Vector128<short> Words(ref readonly ushort source) => Vector128.LoadUnsafe(in source).AsInt16();

    private static Vector256<uint> Widen(ref readonly ushort source)
    {
        Vector128<ushort> narrow = Vector128.LoadUnsafe(in source);
        return Vector256.Create(Vector128.WidenLower(narrow), Vector128.WidenUpper(narrow));
    }
}

/// <summary>Four doubles: AVX2 where there is one.</summary>
internal readonly struct Lanes256(Vector256<double> value) : ILanes<Lanes256>
{
    private readonly Vector256<double> value = value;

    public static int Count => 4;

    public static Lanes256 Create(double value) => new(Vector256.Create(value));

    public static Lanes256 Load(ref readonly ushort source)
    {
        (Vector128<double> lower, Vector128<double> upper) = Vector128.Widen(Vector128.ConvertToSingle(Vector128.WidenLower(Words(in source)).AsInt32()));
        return new(Vector256.Create(lower, upper));
    }

    public static Lanes256 Load(ref readonly float source)
    {
        (Vector128<double> lower, Vector128<double> upper) = Vector128.Widen(Vector128.LoadUnsafe(in source));
        return new(Vector256.Create(lower, upper));
    }

    public static Lanes256 Mask(ref readonly ushort source)
    {
        (Vector128<long> lower, Vector128<long> upper) = Vector128.Widen(Vector128.WidenLower(Words(in source).AsInt16()));
        return new(Vector256.Create(lower, upper).AsDouble());
    }

    public static Lanes256 operator +(Lanes256 left, Lanes256 right) => new(left.value + right.value);

    public static Lanes256 operator -(Lanes256 left, Lanes256 right) => new(left.value - right.value);

    public static Lanes256 operator *(Lanes256 left, Lanes256 right) => new(left.value * right.value);

    public static Lanes256 operator /(Lanes256 left, Lanes256 right) => new(left.value / right.value);

    public static Lanes256 operator |(Lanes256 left, Lanes256 right) => new(left.value | right.value);

    public static Lanes256 LessThan(Lanes256 left, Lanes256 right) => new(Vector256.LessThan(left.value, right.value));

    public static Lanes256 EqualTo(Lanes256 left, Lanes256 right) => new(Vector256.Equals(left.value, right.value));

    public static Lanes256 Select(Lanes256 mask, Lanes256 whenTrue, Lanes256 whenFalse) =>
        new(Vector256.ConditionalSelect(mask.value, whenTrue.value, whenFalse.value));

    public static void Store(Lanes256 value, ref float destination) =>
        Vector128.Narrow(value.value.GetLower(), value.value.GetUpper()).StoreUnsafe(ref destination);

    private static Vector128<ushort> Words(ref readonly ushort source) =>
        Vector128.CreateScalar(Unsafe.ReadUnaligned<ulong>(ref Unsafe.As<ushort, byte>(ref Unsafe.AsRef(in source)))).AsUInt16();
}

/// <summary>Two doubles: SSE2, NEON.</summary>
internal readonly struct Lanes128(Vector128<double> value) : ILanes<Lanes128>
{
    private readonly Vector128<double> value = value;

    public static int Count => 2;

    public static Lanes128 Create(double value) => new(Vector128.Create(value));

    public static Lanes128 Load(ref readonly ushort source) =>
        new(Vector128.WidenLower(Vector128.ConvertToSingle(Vector128.WidenLower(Words(in source)).AsInt32())));

    public static Lanes128 Load(ref readonly float source) =>
        new(Vector128.Create((double)source, Unsafe.Add(ref Unsafe.AsRef(in source), 1)));

    public static Lanes128 Mask(ref readonly ushort source) =>
        new(Vector128.WidenLower(Vector128.WidenLower(Words(in source).AsInt16())).AsDouble());

    public static Lanes128 operator +(Lanes128 left, Lanes128 right) => new(left.value + right.value);

    public static Lanes128 operator -(Lanes128 left, Lanes128 right) => new(left.value - right.value);

    public static Lanes128 operator *(Lanes128 left, Lanes128 right) => new(left.value * right.value);

    public static Lanes128 operator /(Lanes128 left, Lanes128 right) => new(left.value / right.value);

    public static Lanes128 operator |(Lanes128 left, Lanes128 right) => new(left.value | right.value);

    public static Lanes128 LessThan(Lanes128 left, Lanes128 right) => new(Vector128.LessThan(left.value, right.value));

    public static Lanes128 EqualTo(Lanes128 left, Lanes128 right) => new(Vector128.Equals(left.value, right.value));

    public static Lanes128 Select(Lanes128 mask, Lanes128 whenTrue, Lanes128 whenFalse) =>
        new(Vector128.ConditionalSelect(mask.value, whenTrue.value, whenFalse.value));

    public static void Store(Lanes128 value, ref float destination)
    {
        Vector128<float> both = Vector128.Narrow(value.value, value.value);
        Unsafe.WriteUnaligned(ref Unsafe.As<float, byte>(ref destination), both.AsUInt64().ToScalar());
    }

    private static Vector128<ushort> Words(ref readonly ushort source) =>
        Vector128.CreateScalar(Unsafe.ReadUnaligned<uint>(ref Unsafe.As<ushort, byte>(ref Unsafe.AsRef(in source)))).AsUInt16();
}

/// <summary>One double: the tail of a row, and machines without SIMD. Masks are all bits set, as in a register.</summary>
internal readonly struct Lanes1(double value) : ILanes<Lanes1>
{
    private static readonly double True = BitConverter.Int64BitsToDouble(-1);

    private readonly double value = value;

    public static int Count => 1;

    public static Lanes1 Create(double value) => new(value);

    public static Lanes1 Load(ref readonly ushort source) => new(source);

    public static Lanes1 Load(ref readonly float source) => new(source);

    public static Lanes1 Mask(ref readonly ushort source) => Mask(source != 0);

    public static Lanes1 operator +(Lanes1 left, Lanes1 right) => new(left.value + right.value);

    public static Lanes1 operator -(Lanes1 left, Lanes1 right) => new(left.value - right.value);

    public static Lanes1 operator *(Lanes1 left, Lanes1 right) => new(left.value * right.value);

    public static Lanes1 operator /(Lanes1 left, Lanes1 right) => new(left.value / right.value);

    public static Lanes1 operator |(Lanes1 left, Lanes1 right) =>
        new(BitConverter.Int64BitsToDouble(BitConverter.DoubleToInt64Bits(left.value) | BitConverter.DoubleToInt64Bits(right.value)));

    public static Lanes1 LessThan(Lanes1 left, Lanes1 right) => Mask(left.value < right.value);

    public static Lanes1 EqualTo(Lanes1 left, Lanes1 right) => Mask(left.value == right.value);

    public static Lanes1 Select(Lanes1 mask, Lanes1 whenTrue, Lanes1 whenFalse) =>
        BitConverter.DoubleToInt64Bits(mask.value) != 0 ? whenTrue : whenFalse;

    public static void Store(Lanes1 value, ref float destination) => destination = (float)value.value;

    private static Lanes1 Mask(bool condition) => new(condition ? True : 0);
}
