using System.Globalization;
using System.Net.Sockets;

namespace IrrigationWatch.Gdal;

/// <summary>
/// The limits that a system sets to a process (<c>ulimit</c>): what they are, how much of them a pool of files may take, and whether one of
/// them is behind a failure. Libraries say it in many ways, some of which blame the file that happened to be the next.
/// </summary>
public static unsafe class MachineLimits
{
    /// <summary>Bytes of address space without which nothing is begun: half of it is set aside by .NET, and libraries and threads take a gigabyte.</summary>
    public const long LeastAddressSpace = 6_000_000_000;

    /// <summary>Bytes of memory without which nothing is begun, of a control group or a limit of .NET's own: with less the system ends it without a word.</summary>
    public const long LeastMemory = 80_000_000;

    private static readonly int[] Spare = [-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1];

    /// <summary>Numbers of errors, the same on all systems but Windows.</summary>
    private const int EnFile = 23;
    private const int EmFile = 24;

    /// <summary>A limit from which on nobody needs to count.</summary>
    private const int ManyFiles = 1024;

    private const int InDoubt = 4;

    private const long Million = 1_000_000;

    /// <summary>As GDAL and the system put it.</summary>
    private const string FilesText = "Too many open files";

    private static readonly string[] OutOfMemory = ["Out of memory", "Cannot allocate memory", "not enough memory", "memory allocation failed", "Failed to allocate"];

    /// <summary>Files that this process may have open, or null where that is not limited or not known.</summary>
    public static long? OpenFiles => OperatingSystem.IsWindows() ? null : Get(OperatingSystem.IsLinux() ? 7 : 8);

    /// <summary>Bytes of address space that this process may have, or null where that is not limited or not known.</summary>
    public static long? AddressSpace => OperatingSystem.IsLinux() ? Get(9) : null;

    /// <summary>Bytes of memory that this process may have: of the machine, of its control group, or of .NET's own limit (<c>DOTNET_GCHeapHardLimit</c>).</summary>
    public static long Memory => GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;

    /// <summary>Says what is too low for a command to be begun; null where nothing is.</summary>
    /// <param name="isServer">True for one that serves.</param>
    /// <returns>What to write after <c>error: </c>.</returns>
    /// <remarks>Uses what is loaded in any case: with a low limit no further assembly can be.</remarks>
    public static string? TooLow(bool isServer)
    {
        int least = LeastOpenFiles(isServer);
        int before = OpenFiles < ManyFiles ? OpenBefore() : 0;
        if (OpenFiles is long limit && limit - before < least)
        {
            return "open files: the limit of " + Text(limit) + " is too low, " + Text(least) + " are needed" + (before > 0 ? " beside those that the program was begun with" : string.Empty) + "; raise it with 'ulimit -n 1024'";
        }

        if (Memory < LeastMemory)
        {
            return "memory: the limit of " + Text(Memory / Million) + " MB is too low, " + Text(LeastMemory / Million) + " MB are needed; raise it (MemoryMax of systemd, --mem of Slurm, memory of a container" + Heap + ")";
        }

        return AddressSpace < LeastAddressSpace
            ? "address space: the limit of " + Text(AddressSpace.Value / Million) + " MB is too low, " + Text(LeastAddressSpace / Million) + " MB are needed, most of which stays unused; raise it with 'ulimit -v unlimited', and limit memory by 'memory' of the configuration or a control group"
            : null;
    }

    /// <summary>How many files a pool may hold open.</summary>
    /// <param name="wanted">How many it would at best.</param>
    /// <param name="share">Its part of what the program leaves: 2 for half of it, 4 for a fourth.</param>
    /// <returns>From 0 to <paramref name="wanted"/>.</returns>
    public static int FilesFor(int wanted, int share)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(share, 1);
        // Each thread reads and writes some at a time, whatever pools hold.
        long inWork = LeastOpenFiles() + 8L * Environment.ProcessorCount;
        return OpenFiles is long limit ? (int)Math.Clamp((limit - inWork) / share, 0, wanted) : wanted;
    }

    /// <summary>The failure as one of a limit of the machine; null where it is none.</summary>
    /// <param name="what">What was being done, as a rule a file.</param>
    /// <param name="cause">What went wrong.</param>
    /// <returns>The exception to throw instead.</returns>
    public static MachineLimitException? Behind(string what, Exception? cause)
    {
        // First of all, as the rest may have to be loaded.
        bool isUsedUp = cause is not null && FilesAreUsedUp();
        for (Exception? e = cause; e is not null; e = e.InnerException)
        {
            if (e is MachineLimitException known)
            {
                return known;
            }

            if (IsOfFiles(e, isUsedUp))
            {
                return TooManyFiles(what, cause);
            }

            if (e is OutOfMemoryException)
            {
                // .NET says the same where it cannot open what a new thread or a new part of it needs.
                return isUsedUp ? TooManyFiles(what, cause) : NoMemory(what, cause);
            }
        }

        return null;
    }

    /// <summary>What a native library said, as a failure of a limit of the machine; null where it is none.</summary>
    /// <param name="what">What was being done, as a rule a file.</param>
    /// <param name="message">What it said.</param>
    /// <returns>The exception to throw instead.</returns>
    /// <remarks>That memory is short says a damaged file too, whose header asks for terabytes: it is believed only where address space is limited.</remarks>
    public static MachineLimitException? Behind(string what, string message)
    {
        ArgumentNullException.ThrowIfNull(message);
        return message.Contains(FilesText, StringComparison.OrdinalIgnoreCase) || FilesAreUsedUp() ? new MachineLimitException(what, FilesReached)
            : AddressSpace is not null && Array.Exists(OutOfMemory, text => message.Contains(text, StringComparison.OrdinalIgnoreCase)) ? new MachineLimitException(what, MemoryReached)
            : null;
    }

    /// <summary>Open files without which a command is not begun: the program itself holds some 110, each of its assemblies one, and each thread its own.</summary>
    /// <param name="isServer">True for one that serves: it holds some 180, and its clients need theirs.</param>
    /// <returns>How many on this machine.</returns>
    public static int LeastOpenFiles(bool isServer = false) => (isServer ? 328 : 176) + 4 * Environment.ProcessorCount;

    /// <summary>
    /// Keeps some files open that nobody needs, until the limit is reached: then they are given up, so that the parts of the runtime can be loaded that it
    /// takes to say so.
    /// </summary>
    public static void KeepSpare()
    {
        if (OpenFiles is null)
        {
            return;
        }

        for (int i = 0; i < Spare.Length; i++)
        {
            Spare[i] = Open();
        }
    }

    /// <summary>True where hardly one more file can be opened: for libraries that keep to themselves why they could not.</summary>
    /// <returns>Whether it is so now.</returns>
    public static bool FilesAreUsedUp()
    {
        if (OpenFiles is null)
        {
            return false;
        }

        // Asked of the system itself: .NET would have to load something for it.
        Span<int> held = stackalloc int[4];
        int count = 0;
        while (count < held.Length && Open() is int file and >= 0)
        {
            held[count++] = file;
        }

        foreach (int file in held[..count])
        {
            _ = SystemCalls.close(file);
        }

        if (count == held.Length)
        {
            return false;
        }

        for (int i = 0; i < Spare.Length; i++)
        {
            if (Interlocked.Exchange(ref Spare[i], -1) is int file and >= 0)
            {
                _ = SystemCalls.close(file);
            }
        }

        return true;
    }

    /// <summary>Files that whoever began the program left open for it; what it opens itself is closed in what is begun from here, and says so.</summary>
    private static int OpenBefore()
    {
        int count = 0;
        for (int file = 3; OperatingSystem.IsLinux() && file < ManyFiles; file++)
        {
            count += SystemCalls.fcntl(file, SystemCalls.GetDescriptorFlags) is int flags and >= 0 && (flags & SystemCalls.CloseOnExec) == 0 ? 1 : 0;
        }

        // Two of the runtime's own do not say so; no more than a few are left to doubt.
        return Math.Max(0, count - InDoubt);
    }

    private static int Open()
    {
        fixed (byte* path = "/dev/null\0"u8)
        {
            return SystemCalls.open(path, OperatingSystem.IsLinux() ? SystemCalls.CloseOnExecFlag : 0);
        }
    }

    /// <summary>The failure of a file that could not be opened because so many are.</summary>
    /// <param name="what">The file.</param>
    /// <param name="cause">What the system said.</param>
    /// <returns>The exception to throw.</returns>
    public static MachineLimitException TooManyFiles(string what, Exception? cause = null) => new(what, FilesReached, cause);

    /// <summary>The failure of work for which there was no memory.</summary>
    /// <param name="what">What was being done, as a rule a file.</param>
    /// <param name="cause">What was said.</param>
    /// <returns>The exception to throw.</returns>
    public static MachineLimitException NoMemory(string what, Exception? cause = null) => new(what, MemoryReached, cause);

    private static string FilesReached => (OpenFiles is long limit ? "the limit of " + Text(limit) : "the limit of the system") + " open files is reached; raise it with 'ulimit -n 1024' or more, or use fewer threads (DOTNET_PROCESSOR_COUNT)";

    private static string MemoryReached => "the memory of " + Text(Memory / Million) + " MB" + (AddressSpace is long space ? " (address space of " + Text(space / Million) + " MB)" : string.Empty)
        + " is used up; raise its limit" + Heap + ", or lower 'memory' of the configuration or the number of threads (DOTNET_PROCESSOR_COUNT)";

    /// <summary>A limit of .NET's own, where it was set; whoever set it knows it by this name.</summary>
    private static string Heap => Environment.GetEnvironmentVariable("DOTNET_GCHeapHardLimit") is { Length: > 0 } ? ", or DOTNET_GCHeapHardLimit" : string.Empty;

    private static bool IsOfFiles(Exception e, bool isUsedUp) => e switch
    {
        GdalException gdal => gdal.Reason.Contains(FilesText, StringComparison.OrdinalIgnoreCase),
        // One of the program's own assemblies: .NET says it was not found, whatever the reason.
        FileNotFoundException or FileLoadException => e.Message.Contains(", Version=", StringComparison.Ordinal) && isUsedUp,
        BadImageFormatException or TypeInitializationException or TypeLoadException => isUsedUp,
        SocketException socket => socket.SocketErrorCode == SocketError.TooManyOpenSockets,
        IOException => IsNumber(e, EmFile) || IsNumber(e, EnFile),
        System.ComponentModel.Win32Exception native => native.NativeErrorCode is EmFile or EnFile,
        _ => false,
    };

    private static bool IsNumber(Exception e, int number) => !OperatingSystem.IsWindows() && e.HResult == number;

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static long? Get(int resource)
    {
        SystemCalls.Limit limit;
        // Endless is the largest number on Linux, half of it elsewhere.
        return SystemCalls.getrlimit(resource, &limit) == 0 && limit.Soft < long.MaxValue ? (long)limit.Soft : null;
    }
}
