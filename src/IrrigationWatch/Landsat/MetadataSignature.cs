using System.Text;
using System.Text.RegularExpressions;
using IrrigationWatch.Gdal;

namespace IrrigationWatch.Landsat;

/// <summary>Metadata files of products told by what they hold, whatever they are called: portals and people rename them.</summary>
internal static partial class MetadataSignature
{
    private const int LargestMetadata = 16 << 20;
    private const int Head = 4096;

    /// <summary>True for a name that a renamed metadata file may have.</summary>
    internal static bool IsCandidate(string name) => Path.GetExtension(name).ToUpperInvariant() is "" or ".TXT" or ".JSON" or ".XML" or ".MET" or ".MTL";

    /// <summary>Whether a file of this machine begins as an MTL of any collection does, or as other metadata of products.</summary>
    /// <param name="path">A plain path or one of GDAL.</param>
    internal static bool Is(string path)
    {
        try
        {
            if (!File.Exists(path))
            {
                byte[] whole = Content(path);
                return Is(whole.AsSpan(0, Math.Min(Head, whole.Length)));
            }

            // A pipe or a device has no length, and would be waited for.
            if (new FileInfo(path).Length == 0)
            {
                return false;
            }

            using FileStream stream = File.OpenRead(path);
            byte[] head = new byte[Head];
            return Is(head.AsSpan(0, stream.ReadAtLeast(head, Head, throwOnEndOfStream: false)));
        }
        catch (Exception e) when (e is GdalException or IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Whether a file begins so.</summary>
    /// <param name="head">Its first bytes.</param>
    internal static bool Is(ReadOnlySpan<byte> head) => Begin().IsMatch(Encoding.UTF8.GetString(head).TrimStart('\uFEFF', '\0'));

    /// <summary>The product that a metadata file is of, as it says; null where it does not.</summary>
    /// <param name="path">The file.</param>
    internal static string? ProductOf(string path)
    {
        try
        {
            Mtl mtl = Mtl.Parse(Content(path), path);
            return mtl.Find("PRODUCT_CONTENTS", "LANDSAT_PRODUCT_ID") ?? mtl.Find("METADATA_FILE_INFO", "LANDSAT_PRODUCT_ID") ?? mtl.Find("METADATA_FILE_INFO", "LANDSAT_SCENE_ID");
        }
        catch (Exception e) when (e is InputException or GdalException or IOException or UnauthorizedAccessException)
        {
            // What is wrong with it is said when it is read.
            return null;
        }
    }

    private static byte[] Content(string path) => VirtualFileSystem.IsRemote(path) ? [] : VirtualFileSystem.ReadAllBytes(path, LargestMetadata);

    [GeneratedRegex(@"\A\s*(GROUP\s*=\s*""?\w*METADATA_FILE|\{\s*""\w*METADATA_FILE""|(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)*<(\w*METADATA_FILE|espa_metadata|ard_metadata)[\s>])", RegexOptions.CultureInvariant | RegexOptions.Singleline)]
    private static partial Regex Begin();
}
