using System.Globalization;

namespace IrrigationWatch.Landsat;

/// <summary>
/// What an archive may ask for, however it is nested: a product of Landsat has some thirty files, the largest below 1 GB,
/// so that all beyond is a mistake or meant to fill a disk or memory.
/// </summary>
/// <param name="container">The archive that the user gave, for errors.</param>
/// <param name="packed">Its size in bytes.</param>
internal sealed class ArchiveLimits(string container, long packed)
{
    /// <summary>Most bytes of headers: of one member of a tar, with its long names and attributes.</summary>
    internal const long HeaderBytes = 1 << 20;

    /// <summary>Most bytes of the directory of a zip.</summary>
    internal const long DirectoryBytes = 16 << 20;

    /// <summary>Most members, in all.</summary>
    internal const int MostMembers = 20_000;

    private const long MostOfMember = 4L << 30;
    private const long MostInAll = 32L << 30;

    // Deflate gives at most 1032 : 1, which only nothing at all comes near to. Pixels give less than 10 : 1.
    private const long MostRatio = 100;
    private const long AlwaysAllowed = 1L << 30;

    private readonly HashSet<string> names = new(StringComparer.Ordinal);
    private int members;
    private long unpacked;

    /// <summary>The limits of an archive.</summary>
    /// <param name="path">The path by which GDAL reads it.</param>
    /// <param name="container">The archive as the user gave it.</param>
    /// <exception cref="Gdal.GdalException">It cannot be read.</exception>
    internal static ArchiveLimits Of(string path, string container)
    {
        using var stream = new Gdal.VirtualFileStream(path);
        return new ArchiveLimits(container, stream.Length);
    }

    /// <summary>Counts a member.</summary>
    /// <param name="archive">The archive it is in.</param>
    /// <param name="name">Its name.</param>
    /// <param name="isFile">False for folders, links and headers, which may come again, as where archives were joined.</param>
    /// <exception cref="InputException">There are too many, or two files of that name.</exception>
    internal void Count(string archive, string name, bool isFile)
    {
        members++;
        if (isFile && !names.Add($"{archive}|{name}"))
        {
            throw new InputException(container, $"holds '{name}' twice, and nothing tells which is meant; unpack it and keep one");
        }

        if (members > MostMembers)
        {
            throw new InputException(container, string.Create(CultureInfo.InvariantCulture, $"has more than {MostMembers} members, which no Landsat product has; do not trust it, or unpack it yourself"));
        }
    }

    /// <summary>Counts the bytes of a member that must be unpacked, before they are.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="bytes">Its size as the archive says.</param>
    /// <exception cref="InputException">There are too many.</exception>
    internal void Unpack(string name, long bytes)
    {
        unpacked += bytes;
        string? cause = bytes > MostOfMember ? Gigabytes(bytes) + " long"
            : unpacked > MostInAll ? "not the first, and all to here are " + Gigabytes(unpacked) + " long"
            : unpacked > AlwaysAllowed && unpacked / MostRatio > packed ? string.Create(CultureInfo.InvariantCulture, $"packed {unpacked / Math.Max(1, packed)} : 1 with those before it")
            : null;
        if (cause is not null)
        {
            throw new InputException(container, $"has a member '{name}' that is {cause}, which no file of a Landsat product is; do not trust it, or unpack it yourself");
        }
    }

    /// <summary>The error for an archive whose headers ask for more than headers may.</summary>
    internal InputException TooLong() => new(container, "has headers longer than any that files need; do not trust it, or unpack it yourself");

    private static string Gigabytes(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e9:0.0} GB");
}
