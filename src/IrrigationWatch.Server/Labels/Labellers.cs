using System.Security.Cryptography;
using System.Text;
using IrrigationWatch.Server.Operations;
using Microsoft.AspNetCore.Http;

namespace IrrigationWatch.Server.Labels;

/// <summary>Who may label: a file of <c>NAME SHA256</c> lines, digests of tokens that each labeller keeps.</summary>
internal sealed class Labellers
{
    private const string Scheme = "Bearer ";

    private readonly List<(string Name, byte[] Digest)> all = [];

    private Labellers(string file)
    {
        int number = 0;
        foreach (string line in File.ReadLines(file))
        {
            number++;
            string[] parts = line.Split('#')[0].Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
            if (parts.Length == 0)
            {
                continue;
            }

            if (parts.Length != 2 || parts[1].Length != 64 || !parts[1].All(char.IsAsciiHexDigit) || all.Exists(one => one.Name == parts[0]))
            {
                throw new ConfigurationException(FormattableString.Invariant($"{file}, line {number}"), "is not NAME SHA256 with a name of its own; make a digest with: printf %s TOKEN | sha256sum");
            }

            all.Add((parts[0], Convert.FromHexString(parts[1])));
        }

        if (all.Count == 0)
        {
            throw new ConfigurationException(file, "names nobody who may label; write NAME SHA256 lines");
        }
    }

    /// <summary>Reads the file.</summary>
    /// <exception cref="InputException">It is missing, or a line of it is wrong.</exception>
    internal static Labellers Read(string file) => File.Exists(file) ? new Labellers(file) : throw new InputException(file, "no such file of labellers; check the path");

    /// <summary>The labeller whose token a request holds.</summary>
    /// <exception cref="ProblemException">It holds none that is known.</exception>
    internal string Of(HttpContext context)
    {
        string header = context.Request.Headers.Authorization.ToString();
        byte[] digest = SHA256.HashData(Encoding.UTF8.GetBytes(header.StartsWith(Scheme, StringComparison.Ordinal) ? header[Scheme.Length..] : string.Empty));
        string? name = null;
        // All are compared, each in the same time whatever it holds.
        foreach ((string one, byte[] known) in all)
        {
            name = CryptographicOperations.FixedTimeEquals(known, digest) ? one : name;
        }

        if (name is null)
        {
            context.Response.Headers.WWWAuthenticate = "Bearer";
            throw new ProblemException(StatusCodes.Status401Unauthorized, "Unknown token", "send the token of a labeller as Authorization: Bearer TOKEN");
        }

        return name;
    }
}
