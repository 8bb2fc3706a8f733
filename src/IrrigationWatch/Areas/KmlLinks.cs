using System.IO.Compression;
using System.Xml;

namespace IrrigationWatch.Areas;

/// <summary>Links of KML to other files, which GDAL follows in some archives alone, and instead of what stands beside them.</summary>
internal static class KmlLinks
{
    private const int MostNamed = 3;

    /// <summary>More text than any KML has that people drew.</summary>
    private const long MostCharacters = 1L << 30;

    /// <summary>Refuses a KML or KMZ that holds links: some of its places would be left out without a word.</summary>
    /// <param name="path">The file, which GDAL reads as KML.</param>
    /// <exception cref="InputException">It holds links.</exception>
    internal static void MustBeNone(string path)
    {
        if (!File.Exists(path))
        {
            return;
        }

        var links = new List<string>();
        try
        {
            using FileStream file = File.OpenRead(path);
            if (file.ReadByte() == 'P' && file.ReadByte() == 'K')
            {
                file.Position = 0;
                using var archive = new ZipArchive(file);
                foreach (ZipArchiveEntry entry in archive.Entries.Where(entry => entry.Name.EndsWith(".kml", StringComparison.OrdinalIgnoreCase)))
                {
                    using Stream member = entry.Open();
                    Collect(member, links);
                }
            }
            else
            {
                file.Position = 0;
                Collect(file, links);
            }
        }
        catch (Exception e) when (e is XmlException or InvalidDataException)
        {
            // GDAL reads what is not quite XML, and has said what it cannot read.
        }

        if (links.Count > 0)
        {
            throw new InputException(path, $"holds {links.Count} {(links.Count == 1 ? "link" : "links")} to other files ({string.Join(", ", links.Take(MostNamed))}{(links.Count > MostNamed ? ", …" : string.Empty)}), which are not followed; save all places in one file without links, or give the file that is linked to itself");
        }
    }

    private static void Collect(Stream stream, List<string> links)
    {
        using var reader = XmlReader.Create(stream, new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore, XmlResolver = null, MaxCharactersInDocument = MostCharacters });
        int depth = -1;
        while (reader.Read())
        {
            if (reader.NodeType == XmlNodeType.Element && reader.LocalName == "NetworkLink" && !reader.IsEmptyElement)
            {
                depth = reader.Depth;
                links.Add("without an address");
            }
            else if (reader.NodeType == XmlNodeType.EndElement && reader.Depth == depth)
            {
                depth = -1;
            }
            else if (depth >= 0 && reader.NodeType == XmlNodeType.Text && reader.Depth > depth + 1)
            {
                links[^1] = reader.Value.Trim();
            }
        }
    }
}
