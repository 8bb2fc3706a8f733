using System.Globalization;
using System.Security.Cryptography;
using System.Text;
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
    private const int DigestBytes = 32;

    private readonly List<(string Name, byte[] Digest, RateLimiter Limiter)> keys = [];
    private readonly int? anonymousRate;
    private readonly PartitionedRateLimiter<string>? anonymous;

    private ApiKeys(string file)
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

            string place = $"{file}, line {number.ToString(CultureInfo.InvariantCulture)}";
            if (parts.Length != 3 || !int.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out int rate))
            {
                throw new ConfigurationException(place, "is not NAME SHA256 REQUESTS_PER_MINUTE; make a digest with: printf %s KEY | sha256sum");
            }

            if (parts[0] == Anonymous)
            {
                anonymousRate = rate;
                continue;
            }

            byte[] digest;
            try
            {
                digest = Convert.FromHexString(parts[1]);
            }
            catch (FormatException e)
            {
                throw new ConfigurationException(place, $"'{parts[1]}' is no digest of SHA-256 ({e.Message.TrimEnd('.')}); make one with: printf %s KEY | sha256sum");
            }

            if (digest.Length != DigestBytes || rate == 0 || keys.Exists(key => key.Name == parts[0]))
            {
                throw new ConfigurationException(place, "needs a name of its own, a digest of 64 digits, and 1 request a minute or more");
            }

            keys.Add((parts[0], digest, new TokenBucketRateLimiter(Bucket(rate))));
        }

        if (anonymousRate is int most and > 0)
        {
            anonymous = PartitionedRateLimiter.Create<string, string>(address => RateLimitPartition.GetTokenBucketLimiter(address, _ => Bucket(most)));
        }
    }

    /// <summary>Reads keys.</summary>
    /// <exception cref="InputException">The file is missing or a line of it is wrong.</exception>
    internal static ApiKeys Read(string file) => File.Exists(file) ? new ApiKeys(file) : throw new InputException(file, "no such file of keys; check the path");

    /// <summary>Lets a request pass.</summary>
    /// <exception cref="ProblemException">Its key is unknown, it has none where one is needed, or it comes too often.</exception>
    internal void Check(HttpContext context)
    {
        string given = context.Request.Headers[Header].ToString();
        RateLimitLease lease;
        if (given.Length > 0)
        {
            byte[] digest = SHA256.HashData(Encoding.UTF8.GetBytes(given));
            RateLimiter? limiter = null;
            // All are compared, each in the same time whatever it holds.
            foreach ((_, byte[] known, RateLimiter own) in keys)
            {
                limiter = CryptographicOperations.FixedTimeEquals(known, digest) ? own : limiter;
            }

            lease = (limiter ?? throw new ProblemException(StatusCodes.Status401Unauthorized, "Unknown key", $"the key in {Header} is not known")).AttemptAcquire();
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
        foreach ((_, _, RateLimiter limiter) in keys)
        {
            limiter.Dispose();
        }

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
