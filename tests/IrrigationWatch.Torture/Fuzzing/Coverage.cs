using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SharpFuzz.Common;

namespace IrrigationWatch.Torture.Fuzzing;

/// <summary>
/// Which branches an input takes, where the assemblies under test were instrumented (<c>sharpfuzz</c>, see tools/torture); elsewhere nothing is seen, and
/// inputs are changed blindly.
/// </summary>
internal sealed unsafe class Coverage
{
    private const int Size = 1 << 16;

    private readonly byte[] seen = new byte[Size];

    /// <summary>Branches that were seen.</summary>
    internal int Branches { get; private set; }

    private static Span<byte> Hits => new(Trace.SharedMem, Size);

    /// <summary>Instrumented code counts from its first branch on: there must be room for it.</summary>
    [ModuleInitializer]
    internal static void MakeRoom() => Trace.SharedMem = (byte*)NativeMemory.AllocZeroed(Size);

    /// <summary>Begins to count.</summary>
    internal static void Begin()
    {
        Hits.Clear();
        Trace.PrevLocation = 0;
    }

    /// <summary>True where since the begin something happened that never did before: a branch, or one more often than before.</summary>
    internal bool IsNew()
    {
        bool found = false;
        Span<byte> hits = Hits;
        for (int i = hits.IndexOfAnyExcept((byte)0); i < Size; i++)
        {
            if (i < 0)
            {
                break;
            }

            // How often, by powers of two.
            byte often = hits[i] == 0 ? (byte)0 : (byte)(1 << Math.Min(7, (int)Math.Log2(hits[i])));
            if ((often & ~seen[i]) != 0)
            {
                Branches += seen[i] == 0 ? 1 : 0;
                seen[i] |= often;
                found = true;
            }
        }

        return found;
    }
}
