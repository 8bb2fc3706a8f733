using IrrigationWatch.Server.Operations;
using Microsoft.AspNetCore.Http;

namespace IrrigationWatch.Server.Labels;

/// <summary>Who may label: a file of <c>NAME SHA256</c> lines, digests of tokens that each labeller keeps.</summary>
internal sealed class Labellers
{
    private const string Scheme = "Bearer ";

    private readonly List<SecretDigest<bool>> all = [];

    private readonly WrongSecrets wrong;

    private Labellers(string file, WrongSecrets wrong)
    {
        this.wrong = wrong;
        foreach ((string place, string[] words) in SecretDigests.Lines(file))
        {
            if (words.Length != 2)
            {
                throw new ConfigurationException(place, "is not NAME SHA256; make a digest with: printf %s TOKEN | sha256sum");
            }

            all.Add(place, words[0], words[1], true);
        }

        if (all.Count == 0)
        {
            throw new ConfigurationException(file, "names nobody who may label; write NAME SHA256 lines");
        }
    }

    /// <summary>Reads the file.</summary>
    /// <exception cref="InputException">It is missing, or a line of it is wrong.</exception>
    internal static Labellers Read(string file, WrongSecrets wrong) => File.Exists(file) ? new Labellers(file, wrong) : throw new InputException(file, "no such file of labellers; check the path");

    /// <summary>The labeller whose token a request holds.</summary>
    /// <exception cref="ProblemException">It holds none that is known; after some such from one address it is told to wait.</exception>
    internal string Of(HttpContext context)
    {
        string header = context.Request.Headers.Authorization.ToString();
        string token = header.StartsWith(Scheme, StringComparison.Ordinal) ? header[Scheme.Length..] : string.Empty;
        string? name = all.Find(token)?.Name;
        if (name is null)
        {
            context.Response.Headers.WWWAuthenticate = "Bearer";
            var refusal = new ProblemException(StatusCodes.Status401Unauthorized, "Unknown token", "send the token of a labeller as Authorization: Bearer TOKEN");
            // Who sends none does not guess: the page asks so whether it needs one.
            throw token.Length == 0 ? refusal : wrong.Refuse(context, refusal);
        }

        return name;
    }
}
