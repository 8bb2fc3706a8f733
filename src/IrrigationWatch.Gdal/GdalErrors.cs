using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace IrrigationWatch.Gdal;

/// <summary>
/// Collects what GDAL reports through its error handler, a thread at a time, so that a failed call can be turned into
/// an exception with the first failure's message, which names the cause better than the last.
/// </summary>
internal static unsafe class GdalErrors
{
    private const int Failure = 3;

    [ThreadStatic]
    private static string? firstFailure;

    internal static void Install() => NativeMethods.CPLSetErrorHandler(&OnError);

    /// <summary>Forgets what was collected on this thread; called before a native call that may fail.</summary>
    internal static void Clear() => firstFailure = null;

    /// <summary>True when a failure was reported on this thread since <see cref="Clear"/>.</summary>
    internal static bool HasFailure => firstFailure is not null;

    /// <summary>The exception for the failure collected on this thread.</summary>
    /// <exception cref="MachineLimitException">No file is at fault.</exception>
    internal static GdalException Take(string file, string fallback)
    {
        string message = firstFailure ?? fallback;
        firstFailure = null;
        if (MachineLimits.Behind(file, message) is MachineLimitException limit)
        {
            throw limit;
        }

        // GDAL repeats the path in many messages; ours begins with it already.
        string prefix = file + ": ";
        return new GdalException(file, message.StartsWith(prefix, StringComparison.Ordinal) ? message[prefix.Length..] : message);
    }

    internal static void ThrowIfFailed(string file)
    {
        if (firstFailure is not null)
        {
            throw Take(file, string.Empty);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnError(int level, int number, byte* message)
    {
        if (level >= Failure && firstFailure is null)
        {
            firstFailure = (Utf8.Read((nint)message) ?? "unknown error").ReplaceLineEndings(" ").Trim();
        }
    }
}
