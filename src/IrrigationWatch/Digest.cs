using System.Security.Cryptography;
using System.Text;
using IrrigationWatch.Rasters;

namespace IrrigationWatch;

/// <summary>SHA-256 digests, as lower-case hexadecimal.</summary>
internal static class Digest
{
    /// <summary>Digest of a file's content.</summary>
    internal static string OfFile(string path)
    {
        if (WrittenFiles.DigestOf(path) is string known)
        {
            return known;
        }

        return OfContent(path);
    }

    /// <summary>Digest of the bytes that a file has now, whatever is known of it: of those on a disk some may have changed and not the time.</summary>
    internal static string OfContent(string path)
    {
        using FileStream stream = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    /// <summary>Digest of a text in UTF-8, as that of a file which holds it.</summary>
    internal static string OfText(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    /// <summary>Digest of several texts, told apart by their lengths.</summary>
    internal static string OfTexts(params IEnumerable<string> parts)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (string part in parts)
        {
            byte[] bytes = Encoding.UTF8.GetBytes(part);
            hash.AppendData(BitConverter.GetBytes(bytes.Length));
            hash.AppendData(bytes);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
