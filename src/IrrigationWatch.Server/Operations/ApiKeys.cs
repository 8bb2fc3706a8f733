using System.Globalization;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;

namespace IrrigationWatch.Server.Operations;

/// <summary>
/// Keys of programs and how many requests a minute each may make. The file holds digests of keys only:
/// <c>NAME SHA256 REQUESTS_PER_MINUTE</c> a line; the name <c>anonymous</c> with <c>-</c> is for requests without a key, by address, 0 to refuse them.
/// </summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class ApiKeys : IDisposable
{
    /// <summary>The header that holds a key.</summary>
    internal const string Header = "X-API-Key";

    private const string Anonymous = "anonymous";

    private readonly List<SecretDigest<RateLimiter>> keys = [];
    private readonly int? anonymousRate;
    private readonly PartitionedRateLimiter<string>? anonymous;

    private readonly WrongSecrets wrong;

    private ApiKeys(string file, WrongSecrets wrong)
    {
        this.wrong = wrong;
        foreach ((string place, string[] words) in SecretDigests.Lines(file))
        {
            if (words.Length != 3 || !int.TryParse(words[2], NumberStyles.None, CultureInfo.InvariantCulture, out int rate) || (rate == 0 && words[0] != Anonymous))
            {
                throw new ConfigurationException(place, "is not NAME SHA256 REQUESTS_PER_MINUTE; make a digest with: printf %s KEY | sha256sum");
            }

            if (words[0] == Anonymous)
            {
                anonymousRate = rate;
            }
            else
            {
                keys.Add(place, words[0], words[1], new TokenBucketRateLimiter(Bucket(rate)));
            }
        }

        if (anonymousRate is int most and > 0)
        {
            anonymous = PartitionedRateLimiter.Create<string, string>(address => RateLimitPartition.GetTokenBucketLimiter(address, _ => Bucket(most)));
        }
    }

    /// <summary>Reads keys.</summary>
    /// <exception cref="InputException">The file is missing or a line of it is wrong.</exception>
    internal static ApiKeys Read(string file, WrongSecrets wrong) => File.Exists(file) ? new ApiKeys(file, wrong) : throw new InputException(file, "no such file of keys; check the path");

    /// <summary>Lets a request pass.</summary>
    /// <exception cref="ProblemException">Its key is unknown, it has none where one is needed, or it comes too often.</exception>
    internal void Check(HttpContext context)
    {
        string given = context.Request.Headers[Header].ToString();
        RateLimitLease lease;
        if (given.Length > 0)
        {
            lease = (keys.Find(given)?.Value ?? throw wrong.Refuse(context, new ProblemException(StatusCodes.Status401Unauthorized, "Unknown key", $"the key in {Header} is not known"))).AttemptAcquire();
        }
        else if (anonymousRate is null)
        {
            return;
        }
        else
        {
            lease = (anonymous ?? throw new ProblemException(StatusCodes.Status401Unauthorized, "A key is needed", $"send a key in the header {Header}")).AttemptAcquire(context.Connection.RemoteIpAddress?.ToString() ?? string.Empty);
        }

        using (lease)
        {
            if (!lease.IsAcquired)
            {
                context.Response.Headers.RetryAfter = lease.TryGetMetadata(MetadataName.RetryAfter, out TimeSpan after) ? Math.Max(1, (int)Math.Ceiling(after.TotalSeconds)).ToString(CultureInfo.InvariantCulture) : "1";
                throw new ProblemException(StatusCodes.Status429TooManyRequests, "Too many requests", "more requests came than the key may make a minute; wait as long as Retry-After says");
            }
        }
    }

    public void Dispose()
    {
        keys.ForEach(key => key.Value.Dispose());

        anonymous?.Dispose();
    }

    /// <summary>A tenth of a minute's requests may come at once; the rest flows evenly.</summary>
    private static TokenBucketRateLimiterOptions Bucket(int perMinute)
    {
        // Tokens come each second, or one by one where they are fewer.
        int each = Math.Max(1, perMinute / 60);
        return new TokenBucketRateLimiterOptions
        {
            TokenLimit = Math.Max(each, perMinute / 10),
            TokensPerPeriod = each,
            ReplenishmentPeriod = TimeSpan.FromMinutes((double)each / perMinute),
            AutoReplenishment = true,
            QueueLimit = 0,
        };
    }
}
