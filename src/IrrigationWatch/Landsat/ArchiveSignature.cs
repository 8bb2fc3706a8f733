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

    private static readonly (byte[] Start, string Name)[] Foreign =
    [
        ("BZh"u8.ToArray(), "bzip2"), ([0xFD, (byte)'7', (byte)'z', (byte)'X', (byte)'Z'], "xz"), ([0x28, 0xB5, 0x2F, 0xFD], "Zstandard"),
        ([(byte)'7', (byte)'z', 0xBC, 0xAF], "7-Zip"), ("Rar!"u8.ToArray(), "RAR"), ([0x1F, 0x9D], "compress"),
    ];

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
                throw new InputException(container, $"is packed with {name}, which is not read; unpack it, or pack it as .tar, .tar.gz or .zip");
            }
        }

        if (head.StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B]))
        {
            return ArchiveKind.CompressedTar;
        }

        if (head.StartsWith("PK"u8) && head.Length > 3 && head[2] is 3 or 5 or 7)
        {
            return ArchiveKind.Zip;
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
