using System.Runtime.Intrinsics;

namespace IrrigationWatch.Kernels;

/// <summary>Thirty-two words: AVX-512 where there is one.</summary>
internal readonly struct WordLanes512(Vector512<ushort> value) : IWordLanes<WordLanes512>
{
    private readonly Vector512<ushort> value = value;

    public static int Count => 32;

    public static WordLanes512 Create(ushort value) => new(Vector512.Create(value));

    public static WordLanes512 Load(ref readonly ushort source) => new(Vector512.LoadUnsafe(in source));

    public static void Store(WordLanes512 value, ref ushort destination) => value.value.StoreUnsafe(ref destination);

    public static WordLanes512 operator &(WordLanes512 left, WordLanes512 right) => new(left.value & right.value);

    public static WordLanes512 operator |(WordLanes512 left, WordLanes512 right) => new(left.value | right.value);

    public static WordLanes512 GreaterOrEqual(WordLanes512 left, WordLanes512 right) => new(Vector512.GreaterThanOrEqual(left.value, right.value));
}

/// <summary>Sixteen words: AVX2 where there is one.</summary>
internal readonly struct WordLanes256(Vector256<ushort> value) : IWordLanes<WordLanes256>
{
    private readonly Vector256<ushort> value = value;

    public static int Count => 16;

    public static WordLanes256 Create(ushort value) => new(Vector256.Create(value));

    public static WordLanes256 Load(ref readonly ushort source) => new(Vector256.LoadUnsafe(in source));

    public static void Store(WordLanes256 value, ref ushort destination) => value.value.StoreUnsafe(ref destination);

    public static WordLanes256 operator &(WordLanes256 left, WordLanes256 right) => new(left.value & right.value);

    public static WordLanes256 operator |(WordLanes256 left, WordLanes256 right) => new(left.value | right.value);

    public static WordLanes256 GreaterOrEqual(WordLanes256 left, WordLanes256 right) => new(Vector256.GreaterThanOrEqual(left.value, right.value));
}

/// <summary>Eight words: SSE or NEON.</summary>
internal readonly struct WordLanes128(Vector128<ushort> value) : IWordLanes<WordLanes128>
{
    private readonly Vector128<ushort> value = value;

    public static int Count => 8;

    public static WordLanes128 Create(ushort value) => new(Vector128.Create(value));

    public static WordLanes128 Load(ref readonly ushort source) => new(Vector128.LoadUnsafe(in source));

    public static void Store(WordLanes128 value, ref ushort destination) => value.value.StoreUnsafe(ref destination);

    public static WordLanes128 operator &(WordLanes128 left, WordLanes128 right) => new(left.value & right.value);

    public static WordLanes128 operator |(WordLanes128 left, WordLanes128 right) => new(left.value | right.value);

    public static WordLanes128 GreaterOrEqual(WordLanes128 left, WordLanes128 right) => new(Vector128.GreaterThanOrEqual(left.value, right.value));
}

/// <summary>One word: the plain form, and the tail of the others.</summary>
internal readonly struct WordLanes1(ushort value) : IWordLanes<WordLanes1>
{
    private readonly ushort value = value;

    public static int Count => 1;

    public static WordLanes1 Create(ushort value) => new(value);

    public static WordLanes1 Load(ref readonly ushort source) => new(source);

    public static void Store(WordLanes1 value, ref ushort destination) => destination = value.value;

    public static WordLanes1 operator &(WordLanes1 left, WordLanes1 right) => new((ushort)(left.value & right.value));

    public static WordLanes1 operator |(WordLanes1 left, WordLanes1 right) => new((ushort)(left.value | right.value));

    public static WordLanes1 GreaterOrEqual(WordLanes1 left, WordLanes1 right) => new(left.value >= right.value ? ushort.MaxValue : (ushort)0);
}
