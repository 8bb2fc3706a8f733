using System.Collections.Concurrent;

namespace IrrigationWatch.Rasters;

/// <summary>Digests of files that this process wrote, made while they were written: gigabytes need not be read again for them.</summary>
internal static class WrittenFiles
{
    private static readonly ConcurrentDictionary<string, (long Length, long Ticks, string Digest)> Known = new(StringComparer.Ordinal);

    /// <summary>Remembers a file that has just got its name.</summary>
    /// <param name="path">The file.</param>
    /// <param name="digest">SHA-256 of its bytes, as lower-case hexadecimal.</param>
    internal static void Remember(string path, string digest)
    {
        var info = new FileInfo(path);
        Known[info.FullName] = (info.Length, info.LastWriteTimeUtc.Ticks, digest);
    }

    /// <summary>The digest of a file, or null where it was not written here or has changed since.</summary>
    /// <param name="path">The file.</param>
    internal static string? DigestOf(string path)
    {
        var info = new FileInfo(path);
        return Known.TryGetValue(info.FullName, out (long Length, long Ticks, string Digest) known)
            && info.Exists && info.Length == known.Length && info.LastWriteTimeUtc.Ticks == known.Ticks
            ? known.Digest
            : null;
    }
}
