using System.Text;
using IrrigationWatch.Gdal;

namespace IrrigationWatch.Landsat;

/// <summary>
/// Tells how an archive is packed by its first bytes, for names lie: browsers unpack what is called <c>.tar.gz</c> on the
/// way, servers send a login page in an archive's place, and mirrors compress what is called <c>.tar</c>.
/// </summary>
internal static class ArchiveSignature
{
    private const int TarMagicOffset = 257;

    private static readonly (byte[] Start, ArchiveKind Kind)[] Known =
    [
        ([0x1F, 0x8B], ArchiveKind.GzipTar), ("PK\u0003"u8.ToArray(), ArchiveKind.Zip), ("PK\u0005"u8.ToArray(), ArchiveKind.Zip), ("BZh"u8.ToArray(), ArchiveKind.Bzip2Tar),
        ([0xFD, (byte)'7', (byte)'z', (byte)'X', (byte)'Z'], ArchiveKind.XzTar), ([0x28, 0xB5, 0x2F, 0xFD], ArchiveKind.ZstandardTar), ([(byte)'7', (byte)'z', 0xBC, 0xAF], ArchiveKind.SevenZip),
    ];

    private static readonly (byte[] Start, string Name)[] Foreign = [("Rar!"u8.ToArray(), "RAR"), ([0x1F, 0x9D], "compress"), ("LZIP"u8.ToArray(), "lzip")];

    private static readonly (string Ending, ArchiveKind Kind)[] Endings =
    [
        (".tar", ArchiveKind.Tar), (".zip", ArchiveKind.Zip), (".tar.gz", ArchiveKind.GzipTar), (".tgz", ArchiveKind.GzipTar), (".tar.gzip", ArchiveKind.GzipTar),
        (".tar.bz2", ArchiveKind.Bzip2Tar), (".tbz2", ArchiveKind.Bzip2Tar), (".tbz", ArchiveKind.Bzip2Tar), (".tar.xz", ArchiveKind.XzTar), (".txz", ArchiveKind.XzTar),
        (".tar.zst", ArchiveKind.ZstandardTar), (".tzst", ArchiveKind.ZstandardTar), (".7z", ArchiveKind.SevenZip),
    ];

    /// <summary>The kind that a file's name says; null for a name of no archive.</summary>
    internal static ArchiveKind? OfName(string name)
    {
        foreach ((string ending, ArchiveKind kind) in Endings)
        {
            if (name.EndsWith(ending, StringComparison.OrdinalIgnoreCase))
            {
                return kind;
            }
        }

        return null;
    }

    /// <summary>The kind of an archive.</summary>
    /// <param name="path">The path by which GDAL reads it.</param>
    /// <param name="byName">The kind that its name says, taken where the bytes say nothing.</param>
    /// <param name="container">The archive, for errors.</param>
    /// <exception cref="InputException">It is empty, of a kind that is not read, or no archive at all.</exception>
    internal static ArchiveKind Read(string path, ArchiveKind byName, string container)
    {
        Span<byte> head = stackalloc byte[TarMagicOffset + 5];
        using (var stream = new VirtualFileStream(path))
        {
            head = head[..stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)];
        }

        if (head.IsEmpty)
        {
            throw new InputException(container, "is empty (0 bytes); download it again");
        }

        foreach ((byte[] start, string name) in Foreign)
        {
            if (head.StartsWith(start))
            {
                throw new InputException(container, $"is packed with {name}, which is not read; unpack it, or pack it as .tar or .zip");
            }
        }

        foreach ((byte[] start, ArchiveKind kind) in Known)
        {
            if (head.StartsWith(start))
            {
                return kind;
            }
        }

        if (head.Length > TarMagicOffset + 4 && head[TarMagicOffset..].StartsWith("ustar"u8))
        {
            return ArchiveKind.Tar;
        }

        string text = Encoding.ASCII.GetString(head[..Math.Min(head.Length, 60)]).TrimStart();
        return text.StartsWith('<') || text.StartsWith('{')
            ? throw new InputException(container, $"is no archive but an answer of a server saved in its place (it begins '{Printable(text)}'); log in and download it again")
            : byName;
    }

    private static string Printable(string text) => new([.. text.Take(30).Select(c => char.IsControl(c) ? ' ' : c)]);
}
