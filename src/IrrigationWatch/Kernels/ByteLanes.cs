using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace IrrigationWatch.Kernels;

/// <summary>Sixty-four bytes: AVX-512 where there is one.</summary>
internal readonly struct ByteLanes512(Vector512<byte> value) : IByteLanes<ByteLanes512>
{
    private readonly Vector512<byte> value = value;

    public static int Count => 64;

    public static ByteLanes512 Create(byte value) => new(Vector512.Create(value));

    public static ByteLanes512 Spread(uint fourTimes) => new(Vector512.Create(fourTimes).AsByte());

    public static ByteLanes512 Load(ref readonly sbyte source) => new(Vector512.LoadUnsafe(in source).AsByte());

    public static void Store(ByteLanes512 value, ref byte destination) => value.value.StoreUnsafe(ref destination);

    public static ByteLanes512 operator +(ByteLanes512 left, ByteLanes512 right) => new(left.value + right.value);

    public static ByteLanes512 Clear(ByteLanes512 leaves, ByteLanes512 rank, ByteLanes512 threshold, ByteLanes512 cleared) =>
        new(Vector512.AndNot(leaves.value, cleared.value & Vector512.GreaterThan(rank.value.AsSByte(), threshold.value.AsSByte()).AsByte()));

    public static ByteLanes512 WhereNotZero(ByteLanes512 test, ByteLanes512 whenNotZero, ByteLanes512 whenZero) =>
        new(Vector512.ConditionalSelect(Vector512.Equals(test.value, Vector512<byte>.Zero), whenZero.value, whenNotZero.value));

    public static ByteLanes512 LowestBit(ByteLanes512 value)
    {
        Vector512<byte> lowest = value.value & (Vector512<byte>.Zero - value.value);
        return new(Bit(lowest, 0xAA, 1) + Bit(lowest, 0xCC, 2) + Bit(lowest, 0xF0, 4));

        static Vector512<byte> Bit(Vector512<byte> lowest, byte where, byte worth) =>
            Vector512.AndNot(Vector512.Create(worth), Vector512.Equals(lowest & Vector512.Create(where), Vector512<byte>.Zero));
    }

    public static void AddLeaves(ref readonly byte leaves, ref readonly int table, ref int sums)
    {
        if (!Avx512F.IsSupported)
        {
            ByteLanes256.AddLeaves(in leaves, in table, ref sums);
            ByteLanes256.AddLeaves(in Unsafe.Add(ref Unsafe.AsRef(in leaves), 32), in table, ref Unsafe.Add(ref sums, 32));
            return;
        }

        Vector512<int> lower = Vector512.LoadUnsafe(in table);
        Vector512<int> upper = Vector512.LoadUnsafe(in table, 16);
        for (nuint i = 0; i < 64; i += 16)
        {
            Vector512<int> index = Avx512F.ConvertToVector512Int32(Vector128.LoadUnsafe(in leaves, i));
            (Vector512.LoadUnsafe(ref sums, i) + Avx512F.PermuteVar16x32x2(lower, index, upper)).StoreUnsafe(ref sums, i);
        }
    }
}

/// <summary>Thirty-two bytes: AVX2 where there is one.</summary>
internal readonly struct ByteLanes256(Vector256<byte> value) : IByteLanes<ByteLanes256>
{
    private readonly Vector256<byte> value = value;

    public static int Count => 32;

    public static ByteLanes256 Create(byte value) => new(Vector256.Create(value));

    public static ByteLanes256 Spread(uint fourTimes) => new(Vector256.Create(fourTimes).AsByte());

    public static ByteLanes256 Load(ref readonly sbyte source) => new(Vector256.LoadUnsafe(in source).AsByte());

    public static void Store(ByteLanes256 value, ref byte destination) => value.value.StoreUnsafe(ref destination);

    public static ByteLanes256 operator +(ByteLanes256 left, ByteLanes256 right) => new(left.value + right.value);

    public static ByteLanes256 Clear(ByteLanes256 leaves, ByteLanes256 rank, ByteLanes256 threshold, ByteLanes256 cleared) =>
        new(Vector256.AndNot(leaves.value, cleared.value & Vector256.GreaterThan(rank.value.AsSByte(), threshold.value.AsSByte()).AsByte()));

    public static ByteLanes256 WhereNotZero(ByteLanes256 test, ByteLanes256 whenNotZero, ByteLanes256 whenZero)
    {
        Vector256<byte> isZero = Vector256.Equals(test.value, Vector256<byte>.Zero);
        return new(Avx2.IsSupported ? Avx2.BlendVariable(whenNotZero.value, whenZero.value, isZero) : Vector256.ConditionalSelect(isZero, whenZero.value, whenNotZero.value));
    }

    public static ByteLanes256 LowestBit(ByteLanes256 value)
    {
        Vector256<byte> lowest = value.value & (Vector256<byte>.Zero - value.value);
        return new(Bit(lowest, 0xAA, 1) + Bit(lowest, 0xCC, 2) + Bit(lowest, 0xF0, 4));

        static Vector256<byte> Bit(Vector256<byte> lowest, byte where, byte worth) =>
            Vector256.AndNot(Vector256.Create(worth), Vector256.Equals(lowest & Vector256.Create(where), Vector256<byte>.Zero));
    }

    public static void AddLeaves(ref readonly byte leaves, ref readonly int table, ref int sums)
    {
        if (!Avx2.IsSupported)
        {
            ByteLanes1.AddLeaves(Count, in leaves, in table, ref sums);
            return;
        }

        // Four tables of eight; the upper two bits of a leaf say which.
        Vector256<int> first = Vector256.LoadUnsafe(in table);
        Vector256<int> second = Vector256.LoadUnsafe(in table, 8);
        Vector256<int> third = Vector256.LoadUnsafe(in table, 16);
        Vector256<int> fourth = Vector256.LoadUnsafe(in table, 24);
        for (nuint i = 0; i < 32; i += 8)
        {
            Vector256<int> index = Avx2.ConvertToVector256Int32(Vector128.CreateScalarUnsafe(Unsafe.ReadUnaligned<long>(ref Unsafe.Add(ref Unsafe.AsRef(in leaves), i))).AsByte());
            // A blend looks at the sign bit alone: bit 3 of the leaf tells the tables of a pair apart, bit 4 the pairs.
            Vector256<float> byThree = (index << 28).AsSingle();
            Vector256<float> byFour = (index << 27).AsSingle();
            Vector256<float> low = Avx.BlendVariable(Avx2.PermuteVar8x32(first, index).AsSingle(), Avx2.PermuteVar8x32(second, index).AsSingle(), byThree);
            Vector256<float> high = Avx.BlendVariable(Avx2.PermuteVar8x32(third, index).AsSingle(), Avx2.PermuteVar8x32(fourth, index).AsSingle(), byThree);
            Vector256<int> value = Avx.BlendVariable(low, high, byFour).AsInt32();
            (Vector256.LoadUnsafe(ref sums, i) + value).StoreUnsafe(ref sums, i);
        }
    }
}

/// <summary>Sixteen bytes: SSE or NEON.</summary>
internal readonly struct ByteLanes128(Vector128<byte> value) : IByteLanes<ByteLanes128>
{
    private readonly Vector128<byte> value = value;

    public static int Count => 16;

    public static ByteLanes128 Create(byte value) => new(Vector128.Create(value));

    public static ByteLanes128 Spread(uint fourTimes) => new(Vector128.Create(fourTimes).AsByte());

    public static ByteLanes128 Load(ref readonly sbyte source) => new(Vector128.LoadUnsafe(in source).AsByte());

    public static void Store(ByteLanes128 value, ref byte destination) => value.value.StoreUnsafe(ref destination);

    public static ByteLanes128 operator +(ByteLanes128 left, ByteLanes128 right) => new(left.value + right.value);

    public static ByteLanes128 Clear(ByteLanes128 leaves, ByteLanes128 rank, ByteLanes128 threshold, ByteLanes128 cleared) =>
        new(Vector128.AndNot(leaves.value, cleared.value & Vector128.GreaterThan(rank.value.AsSByte(), threshold.value.AsSByte()).AsByte()));

    public static ByteLanes128 WhereNotZero(ByteLanes128 test, ByteLanes128 whenNotZero, ByteLanes128 whenZero) =>
        new(Vector128.ConditionalSelect(Vector128.Equals(test.value, Vector128<byte>.Zero), whenZero.value, whenNotZero.value));

    public static ByteLanes128 LowestBit(ByteLanes128 value)
    {
        Vector128<byte> lowest = value.value & (Vector128<byte>.Zero - value.value);
        return new(Bit(lowest, 0xAA, 1) + Bit(lowest, 0xCC, 2) + Bit(lowest, 0xF0, 4));

        static Vector128<byte> Bit(Vector128<byte> lowest, byte where, byte worth) =>
            Vector128.AndNot(Vector128.Create(worth), Vector128.Equals(lowest & Vector128.Create(where), Vector128<byte>.Zero));
    }

    public static void AddLeaves(ref readonly byte leaves, ref readonly int table, ref int sums) => ByteLanes1.AddLeaves(Count, in leaves, in table, ref sums);
}

/// <summary>One byte: the plain form.</summary>
internal readonly struct ByteLanes1(byte value) : IByteLanes<ByteLanes1>
{
    private readonly byte value = value;

    public static int Count => 1;

    public static ByteLanes1 Create(byte value) => new(value);

    public static ByteLanes1 Spread(uint fourTimes) => new((byte)fourTimes);

    public static ByteLanes1 Load(ref readonly sbyte source) => new((byte)source);

    public static void Store(ByteLanes1 value, ref byte destination) => destination = value.value;

    public static ByteLanes1 operator +(ByteLanes1 left, ByteLanes1 right) => new((byte)(left.value + right.value));

    public static ByteLanes1 Clear(ByteLanes1 leaves, ByteLanes1 rank, ByteLanes1 threshold, ByteLanes1 cleared) =>
        (sbyte)rank.value > (sbyte)threshold.value ? new((byte)(leaves.value & ~cleared.value)) : leaves;

    public static ByteLanes1 WhereNotZero(ByteLanes1 test, ByteLanes1 whenNotZero, ByteLanes1 whenZero) => test.value != 0 ? whenNotZero : whenZero;

    public static ByteLanes1 LowestBit(ByteLanes1 value) => new((byte)System.Numerics.BitOperations.TrailingZeroCount(value.value));

    public static void AddLeaves(ref readonly byte leaves, ref readonly int table, ref int sums) => sums += Unsafe.Add(ref Unsafe.AsRef(in table), leaves);

    /// <summary>Adds the values of a number of pixels' leaves one by one, whatever the size of the table.</summary>
    internal static void AddLeaves(int count, ref readonly byte leaves, ref readonly int table, ref int sums)
    {
        for (int i = 0; i < count; i++)
        {
            Unsafe.Add(ref sums, i) += Unsafe.Add(ref Unsafe.AsRef(in table), Unsafe.Add(ref Unsafe.AsRef(in leaves), i));
        }
    }
}
