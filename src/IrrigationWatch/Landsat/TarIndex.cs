using System.Formats.Tar;
using System.Globalization;

namespace IrrigationWatch.Landsat;

/// <summary>
/// The members of a tar by their place in it, so that each is read in place. By offset rather than through
/// <c>/vsitar/</c>, which knows fewer dialects of tar and lists the archive again for each file.
/// </summary>
internal static class TarIndex
{
    /// <summary>Lists the files of a tar.</summary>
    /// <param name="stream">The tar, seekable; its length is compared with what the members say.</param>
    /// <param name="path">The path by which GDAL reads the tar.</param>
    /// <param name="start">Where the tar begins in that path, in bytes.</param>
    /// <param name="container">The archive, for errors.</param>
    /// <param name="limits">What it may ask for.</param>
    /// <returns>Names within the tar and the paths by which GDAL reads them, and their sizes.</returns>
    /// <exception cref="InputException">The tar is cut short or damaged.</exception>
    internal static IReadOnlyList<ContainedFile> Read(Stream stream, string path, long start, string container, ArchiveLimits limits)
    {
        var files = new List<ContainedFile>();
        string? last = null;
        try
        {
            using var whole = new TarStream(stream, container);
            using var bounded = new BoundedStream(whole, limits.TooLong);
            using var tar = new TarReader(bounded, leaveOpen: true);
            while (Next(tar, bounded) is TarEntry entry)
            {
                limits.Count(path, entry.Name, IsFile(entry));
                if (entry.DataOffset + entry.Length > stream.Length)
                {
                    throw CutShort(container, entry.Name);
                }

                if (IsFile(entry))
                {
                    last = entry.Name;
                    files.Add(new ContainedFile(entry.Name, string.Create(CultureInfo.InvariantCulture, $"/vsisubfile/{start + entry.DataOffset}_{entry.Length},{path}"))
                    {
                        Outer = path,
                        Offset = start + entry.DataOffset,
                    });
                }
            }

            whole.ReadToEnd();
        }
        catch (Exception e) when (IsOfDecoder(e))
        {
            throw CutShort(container, last, e);
        }

        return files.Count > 0 ? files : throw new InputException(container, "is an empty archive; download it again");
    }

    /// <summary>The next member of a tar whose data before it were read or can be left out; its headers may only be so long.</summary>
    internal static TarEntry? Next(TarReader tar, BoundedStream stream)
    {
        stream.Left = ArchiveLimits.HeaderBytes;
        TarEntry? entry = tar.GetNextEntry();
        stream.Left = long.MaxValue;
        return entry;
    }

    internal static bool IsFile(TarEntry entry) => entry.EntryType is TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile;

    /// <summary>True for what a decoder throws over damaged bytes, which is whatever it stumbles over; also sizes that no memory holds.</summary>
    internal static bool IsOfDecoder(Exception e) => e is not (InputException or Gdal.GdalException);

    internal static InputException CutShort(string path, string? member, Exception? cause = null) =>
        new(path, $"the archive is cut short or damaged{(member is null ? string.Empty : $" at {Path.GetFileName(member)}")}; download it again", cause);
}
