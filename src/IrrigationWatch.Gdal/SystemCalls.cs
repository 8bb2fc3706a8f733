using System.Runtime.InteropServices;

namespace IrrigationWatch.Gdal;

/// <summary>What is asked of the system itself, where .NET has no words for it.</summary>
internal static unsafe partial class SystemCalls
{
    internal const int ReadWrite = 2;
    internal const int GetDescriptorFlags = 1;
    internal const int CloseOnExec = 1;

    /// <summary>Of Linux: closed in what is begun from here.</summary>
    internal const int CloseOnExecFlag = 0x80000;

    private const string C = "libc";

    [LibraryImport(C)] internal static partial int getrlimit(int resource, Limit* limit);
    [LibraryImport(C)] internal static partial int fcntl(int file, int command);
    [LibraryImport(C)] internal static partial int open(byte* path, int flags);
    [LibraryImport(C)] internal static partial int dup2(int from, int to);
    [LibraryImport(C)] internal static partial int close(int file);
    [LibraryImport(C)] internal static partial void _exit(int code);
    [LibraryImport(C)] internal static partial int execve(byte* path, byte** arguments, byte** environment);
    [LibraryImport(C)] internal static partial nint write(int file, byte* bytes, nint count);

    /// <summary><c>struct rlimit</c>: what holds, and how far a process may raise it.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct Limit
    {
        internal ulong Soft;
        internal ulong Hard;
    }
}
