using System.Collections.Concurrent;
using System.IO.Compression;
using System.IO.Hashing;

namespace IrrigationWatch.Gdal;

/// <summary>Members of zips that are read in place: GDAL does not compare the checksum that the zip has of each.</summary>
internal static class ZipMember
{
    private const string Prefix = "/vsizip/";

    /// <summary>Members that were found whole, as long as their zip does not change.</summary>
    private static readonly ConcurrentDictionary<string, string> Whole = new(StringComparer.Ordinal);

    /// <summary>Reads a member to its end, once, and compares its checksum; does nothing for other files, and for zips on other machines, which would be fetched whole for it.</summary>
    /// <param name="path">A file or <c>/vsi*</c> path.</param>
    /// <exception cref="GdalException">The member is damaged.</exception>
    internal static void Check(string path)
    {
        if (!path.StartsWith(Prefix, StringComparison.Ordinal) || VirtualFileSystem.IsRemote(path) || Split(path) is not (string archive, string name))
        {
            return;
        }

        string state = StateOf(archive);
        if (Whole.TryGetValue(path, out string? known) && known == state)
        {
            return;
        }

        if (ChecksumOf(archive, name) is uint expected && ComputedOf(path) != expected)
        {
            throw new GdalException(path, "is damaged: it does not fit the checksum that the zip has of it");
        }

        Whole[path] = state;
    }

    private static uint? ChecksumOf(string archive, string name)
    {
        try
        {
            using var stream = new VirtualFileStream(archive);
            using var zip = new ZipArchive(stream, ZipArchiveMode.Read);
            return zip.GetEntry(name)?.Crc32;
        }
        catch (InvalidDataException)
        {
            throw new GdalException(archive, "is no zip, or its directory is damaged");
        }
    }

    private static uint ComputedOf(string path)
    {
        using var member = new VirtualFileStream(path);
        var checksum = new Crc32();
        checksum.Append(member);
        return checksum.GetCurrentHashAsUInt32();
    }

    private static (string Archive, string Name)? Split(string path)
    {
        string rest = path[Prefix.Length..];
        int end = rest.StartsWith('{') ? rest.LastIndexOf("}/", StringComparison.Ordinal) : rest.IndexOf(".zip/", StringComparison.OrdinalIgnoreCase);
        return end < 0 ? null : rest.StartsWith('{') ? (rest[1..end], rest[(end + 2)..]) : (rest[..(end + 4)], rest[(end + 5)..]);
    }

    /// <summary>What changes with the zip, or with the file that it lies in.</summary>
    private static string StateOf(string archive)
    {
        int comma = archive.StartsWith("/vsisubfile/", StringComparison.Ordinal) ? archive.IndexOf(',', StringComparison.Ordinal) : -1;
        var file = new FileInfo(archive[(comma + 1)..]);
        return file.Exists ? FormattableString.Invariant($"{file.Length} {file.LastWriteTimeUtc.Ticks}") : string.Empty;
    }
}
