using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace IrrigationWatch.Kernels;

/// <summary>Bits into bytes, the first bit lowest.</summary>
internal ref struct DeflateBits(Span<byte> destination)
{
    private readonly ref byte destination = ref MemoryMarshal.GetReference(destination);
    private int position;
    private ulong bits;
    private int count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Add(uint value, int length)
    {
        bits |= (ulong)value << count;
        count += length;
        Flush();
    }

    internal void AddLiterals(scoped ReadOnlySpan<byte> literals, scoped ReadOnlySpan<uint> codes)
    {
        ref byte source = ref MemoryMarshal.GetReference(literals);
        ref uint code = ref MemoryMarshal.GetReference(codes);
        ulong bits = this.bits;
        int count = this.count;
        int position = this.position;
        int i = 0;
        for (; i <= literals.Length - 4; i += 4)
        {
            // Four codes of at most 14 bits fit beside the up to seven bits that wait. Joined in pairs, they wait for nothing.
            uint four = Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref source, i));
            uint a = Unsafe.Add(ref code, (nuint)(byte)four);
            uint b = Unsafe.Add(ref code, (nuint)(byte)(four >> 8));
            uint c = Unsafe.Add(ref code, (nuint)(byte)(four >> 16));
            uint d = Unsafe.Add(ref code, (nuint)(four >> 24));
            int lengthA = (int)(a >> 16);
            int lengthC = (int)(c >> 16);
            ulong ab = (a & 0xFFFF) | (ulong)(b & 0xFFFF) << lengthA;
            ulong cd = (c & 0xFFFF) | (ulong)(d & 0xFFFF) << lengthC;
            int lengthAB = lengthA + (int)(b >> 16);
            bits |= (ab | cd << lengthAB) << count;
            count += lengthAB + lengthC + (int)(d >> 16);
            Unsafe.WriteUnaligned(ref Unsafe.Add(ref destination, position), bits);
            position += count >> 3;
            bits >>= count & ~7;
            count &= 7;
        }

        this.bits = bits;
        this.count = count;
        this.position = position;
        for (; i < literals.Length; i++)
        {
            uint one = Unsafe.Add(ref code, (nuint)literals[i]);
            Add(one & 0xFFFF, (int)(one >> 16));
        }
    }

    /// <summary>A stored part: to the next byte border, its length and the complement of it, and the bytes.</summary>
    internal void AddBytes(scoped ReadOnlySpan<byte> bytes)
    {
        Finish();
        Span<byte> head = MemoryMarshal.CreateSpan(ref Unsafe.Add(ref destination, position), 4 + bytes.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(head, (ushort)bytes.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(head[2..], (ushort)~bytes.Length);
        bytes.CopyTo(head[4..]);
        position += head.Length;
    }

    /// <summary>Fills up the last byte; returns the bytes written.</summary>
    internal int Finish()
    {
        if (count > 0)
        {
            Unsafe.Add(ref destination, position++) = (byte)bits;
        }

        bits = 0;
        count = 0;
        return position;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Flush()
    {
        Unsafe.WriteUnaligned(ref Unsafe.Add(ref destination, position), bits);
        position += count >> 3;
        bits >>= count & ~7;
        count &= 7;
    }
}
