using System.Security.Cryptography;
using System.Text;

namespace IrrigationWatch.Server.Operations;

/// <summary>A secret that is known by its digest alone.</summary>
/// <param name="Name">Whose it is.</param>
/// <param name="Digest">SHA-256 of the secret.</param>
/// <param name="Value">What goes with it.</param>
internal readonly record struct SecretDigest<T>(string Name, byte[] Digest, T Value);

/// <summary>Files of names and digests, and secrets compared with them.</summary>
internal static class SecretDigests
{
    private const int DigestDigits = 64;

    /// <summary>Reads the lines of a file, without comments and empty ones: their words, and where they stand for messages.</summary>
    internal static IEnumerable<(string Place, string[] Words)> Lines(string file)
    {
        int number = 0;
        foreach (string line in File.ReadLines(file))
        {
            number++;
            string[] words = line.Split('#')[0].Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
            if (words.Length > 0)
            {
                yield return (FormattableString.Invariant($"{file}, line {number}"), words);
            }
        }
    }

    /// <summary>Adds a secret.</summary>
    /// <exception cref="ConfigurationException">The name is taken, or the digest is none.</exception>
    internal static void Add<T>(this List<SecretDigest<T>> known, string place, string name, string digest, T value)
    {
        if (digest.Length != DigestDigits || !digest.All(char.IsAsciiHexDigit) || known.Exists(one => one.Name == name))
        {
            throw new ConfigurationException(place, "needs a name of its own and a digest of 64 digits; make one with: printf %s SECRET | sha256sum");
        }

        known.Add(new SecretDigest<T>(name, Convert.FromHexString(digest), value));
    }

    /// <summary>Finds whose secret was given; null where it is nobody's. All are compared, each in the same time whatever it holds.</summary>
    internal static SecretDigest<T>? Find<T>(this List<SecretDigest<T>> known, string given)
    {
        byte[] digest = SHA256.HashData(Encoding.UTF8.GetBytes(given));
        SecretDigest<T>? found = null;
        foreach (SecretDigest<T> one in known)
        {
            found = CryptographicOperations.FixedTimeEquals(one.Digest, digest) ? one : found;
        }

        return found;
    }
}
