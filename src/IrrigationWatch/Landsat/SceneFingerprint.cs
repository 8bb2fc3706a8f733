using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using IrrigationWatch.Gdal;

namespace IrrigationWatch.Landsat;

/// <summary>
/// What tells one state of a scene's files from another without reading their pixels: names, sizes, times of last change,
/// metadata, and the first bytes of every band, which in a GeoTIFF hold the size of every compressed block.
/// </summary>
internal static class SceneFingerprint
{
    private const int Head = 16 << 10;

    /// <summary>Computes the fingerprint of an open scene.</summary>
    /// <returns>SHA-256 in lower-case hexadecimal.</returns>
    internal static string Of(Scene scene)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append(hash, scene.Id.Text);
        Append(hash, scene.Stack?.Text ?? string.Empty);
        if (scene.MetadataFile is ContainedFile metadata)
        {
            hash.AppendData(VirtualFileSystem.ReadAllBytes(metadata.Path));
        }

        foreach (SceneBand band in scene.Bands.Values)
        {
            Append(hash, string.Create(CultureInfo.InvariantCulture, $"{band.Role} {band.FileName} {band.Number} {ChangedAt(scene, band.Path)}"));
            if (VirtualFileSystem.IsRemote(band.Path))
            {
                continue;
            }

            using var stream = new VirtualFileStream(band.Path);
            byte[] head = new byte[(int)Math.Min(Head, stream.Length)];
            stream.ReadExactly(head);
            Append(hash, stream.Length.ToString(CultureInfo.InvariantCulture));
            hash.AppendData(head);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Time of last change of the file, or of the archive that it is in; for unpacked files the time that the archive gives.</summary>
    private static string ChangedAt(Scene scene, string path)
    {
        if (VirtualFileSystem.IsRemote(path))
        {
            return path;
        }

        string file = File.Exists(path) ? path : MemberPath.Split(scene.Container).File;
        return File.GetLastWriteTimeUtc(file).Ticks.ToString(CultureInfo.InvariantCulture);
    }

    private static void Append(IncrementalHash hash, string text) => hash.AppendData(Encoding.UTF8.GetBytes(text + "\n"));
}
