using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.RegularExpressions;
using IrrigationWatch.Gdal;

namespace IrrigationWatch.Landsat;

/// <summary>Compares the files of a product with the checksums and sizes that came with it: MD5 lists beside an archive or in a folder, <c>file:checksum</c> and <c>file:size</c> of STAC items.</summary>
internal static partial class ProductChecksums
{
    private const long LargestList = 1 << 20;

    /// <summary>Compares all files of this machine that something is said of.</summary>
    /// <param name="scene">The product.</param>
    /// <param name="cancel">Stops between files.</param>
    /// <returns>Files that are not what was said of them. One whose size is another too was written anew by a program, which need not be damage.</returns>
    internal static IEnumerable<FileDamage> Verify(Scene scene, CancellationToken cancel)
    {
        foreach (Claim claim in Claims(scene).DistinctBy(claim => (claim.Path, claim.Source, claim.Algorithm)))
        {
            cancel.ThrowIfCancellationRequested();
            using var stream = new VirtualFileStream(claim.Path);
            if (claim.Size is long size && size != stream.Length)
            {
                yield return new FileDamage(claim.FileName, string.Create(CultureInfo.InvariantCulture, $"has {stream.Length} bytes, not the {size} that {claim.Source} says; it was written anew, or is cut short"), false);
            }
            else if (claim.Algorithm is HashAlgorithmName algorithm && !CryptographicOperations.HashData(algorithm, stream).AsSpan().SequenceEqual(claim.Digest))
            {
                yield return new FileDamage(claim.FileName, $"its {algorithm.Name} is not the one that {claim.Source} says", claim.Size is not null || scene.Bands.Values.Any(band => band.Path == claim.Path) || claim.Path == scene.Container);
            }
        }
    }

    private static IEnumerable<Claim> Claims(Scene scene)
    {
        if (RemotePath.IsAddress(scene.Container))
        {
            yield break;
        }

        foreach (string list in Lists(scene.Container))
        {
            foreach (Match line in Line().Matches(File.ReadAllText(list)))
            {
                string name = Path.GetFileName(line.Groups["name"].Value.Trim());
                byte[] digest = Convert.FromHexString(line.Groups["digest"].Value);
                string source = Path.GetFileName(list);
                if (File.Exists(scene.Container) && (name.Length == 0 || string.Equals(name, Path.GetFileName(scene.Container), StringComparison.OrdinalIgnoreCase)))
                {
                    yield return new Claim(Path.GetFileName(scene.Container), scene.Container, source, null, HashAlgorithmName.MD5, digest);
                }
                else if (scene.Files.FirstOrDefault(file => string.Equals(file.FileName, name, StringComparison.OrdinalIgnoreCase)) is ContainedFile file)
                {
                    yield return new Claim(file.FileName, file.Path, source, null, HashAlgorithmName.MD5, digest);
                }
            }
        }

        foreach ((StacItem item, string source) in Items(scene))
        {
            foreach ((string address, long? size, string? multihash) in item.FileClaims())
            {
                string name = RemotePath.FileName(address);
                if (scene.Files.FirstOrDefault(file => string.Equals(file.FileName, name, StringComparison.OrdinalIgnoreCase)) is ContainedFile file && !VirtualFileSystem.IsRemote(file.Path))
                {
                    (HashAlgorithmName? algorithm, byte[] digest) = Multihash(multihash);
                    yield return new Claim(file.FileName, file.Path, source, size, algorithm, digest);
                }
            }
        }
    }

    /// <summary>MD5 lists: of a folder, those in it; of an archive, those beside it that are named like it.</summary>
    private static IEnumerable<string> Lists(string container)
    {
        string full = Path.GetFullPath(container);
        IEnumerable<string> lists = Directory.Exists(full) ? Directory.EnumerateFiles(full, "*.md5").Order(StringComparer.Ordinal) : [full + ".md5", Path.ChangeExtension(full, ".md5")];
        return lists.Where(list => new FileInfo(list) is { Exists: true, Length: <= LargestList }).Distinct();
    }

    private static IEnumerable<(StacItem Item, string Source)> Items(Scene scene)
    {
        if (StacDocument.IsCandidate(scene.Container))
        {
            yield return (StacDocument.Item(scene.Container), RemotePath.FileName(scene.Container));
            yield break;
        }

        foreach (ContainedFile file in scene.Files.Where(file => file.FileName.EndsWith("stac.json", StringComparison.OrdinalIgnoreCase)))
        {
            StacItem? item = null;
            try
            {
                item = StacItem.TryRead(JsonDocument.Parse(VirtualFileSystem.ReadAllBytes(file.Path)).RootElement, file.FileName);
            }
            catch (JsonException)
            {
                // It is not used for anything else.
            }

            if (item is not null)
            {
                yield return (item, file.FileName);
            }
        }
    }

    /// <summary>Takes a multihash in hexadecimal apart: a code of the algorithm and a length, each a varint, then the digest. Algorithms beyond MD5, SHA-1 and SHA-2 are passed over.</summary>
    private static (HashAlgorithmName? Algorithm, byte[] Digest) Multihash(string? text)
    {
        (string Start, HashAlgorithmName Name, int Length)[] known =
        [
            ("1114", HashAlgorithmName.SHA1, 20), ("1220", HashAlgorithmName.SHA256, 32), ("1340", HashAlgorithmName.SHA512, 64), ("2030", HashAlgorithmName.SHA384, 48), ("d50110", HashAlgorithmName.MD5, 16),
        ];
        foreach ((string start, HashAlgorithmName name, int length) in known)
        {
            if (text is not null && text.StartsWith(start, StringComparison.OrdinalIgnoreCase) && text.Length == start.Length + 2 * length && text.All(char.IsAsciiHexDigit))
            {
                return (name, Convert.FromHexString(text.AsSpan(start.Length)));
            }
        }

        return (null, []);
    }

    [GeneratedRegex(@"^(?<digest>[0-9a-fA-F]{32})(?:[ \t]+\*?(?<name>[^\r\n]*))?\r?$", RegexOptions.CultureInvariant | RegexOptions.Multiline)]
    private static partial Regex Line();

    private sealed record Claim(string FileName, string Path, string Source, long? Size, HashAlgorithmName? Algorithm, byte[] Digest);
}
