using System.Globalization;
using System.Text.RegularExpressions;

namespace IrrigationWatch.Rasters;

/// <summary>What a server's refusal means, and what can be done about it.</summary>
internal static partial class RemoteAnswer
{
    /// <summary>How the hosts of the Planetary Computer end, whose links to Landsat are signed as they are read.</summary>
    internal const string PlanetaryComputerHost = ".blob.core.windows.net";

    private static readonly string[] Signatures = ["sig", "signature", "x-amz-signature", "x-goog-signature", "token", "hdnts"];

    /// <summary>A remedy for a file on another machine that cannot be read.</summary>
    /// <param name="path">The path by which GDAL was to read it.</param>
    /// <param name="reason">GDAL's message.</param>
    internal static string Remedy(string path, string reason)
    {
        Dictionary<string, string> query = QueryOf(path);
        bool isSigned = Array.Exists(Signatures, query.ContainsKey);
        bool isLink = path.StartsWith("/vsicurl", StringComparison.Ordinal);
        return (StatusOf(reason), isLink, isSigned) switch
        {
            // 403 and 409 are what Azure says of links whose signature has run out, and of those that have none; 400 what S3 says of a token that has.
            (400 or 403 or 409, true, true) => $"the server does not accept the signature of its link{ValidUntil(query)}, which has expired or is wrong: sign it again, {HowToSign(path)}",
            (401 or 403 or 409, true, false) => $"the server gives it to signed links, or with a login: sign the link, {HowToSign(path)}",
            (401 or 403, false, _) => "the store does not accept the credentials, or has none: set them again as its environment variables (for example AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN and AWS_REQUEST_PAYER=requester for the bucket of USGS)",
            (404 or 410, _, _) => "there is no such file any more: ask the catalogue for the item again, or check the address",
            (429, _, _) => "the server was asked too often: try again later, with fewer processes at once",
            ( >= 500, _, _) => "the server failed: try again later",
            _ => "check the address and the connection, then try again",
        };
    }

    private static string HowToSign(string path) => path.Contains(PlanetaryComputerHost, StringComparison.OrdinalIgnoreCase)
        ? "or leave off all from '?' on, by which links of the Planetary Computer to Landsat are signed as they are read"
        : "for example by asking the catalogue for the item again with its own client (planetary_computer.sign, pystac-client with a modifier), or download the file and give its folder";

    /// <summary>When a signature runs out, as the link itself says: Azure's <c>se</c>, Amazon's and Google's date and seconds.</summary>
    private static string ValidUntil(Dictionary<string, string> query)
    {
        if (query.TryGetValue("se", out string? end) && DateTimeOffset.TryParse(end, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset until))
        {
            return $" (valid until {Moment(until)})";
        }

        foreach (string prefix in new[] { "x-amz-", "x-goog-" })
        {
            if (query.TryGetValue(prefix + "date", out string? begin) && query.TryGetValue(prefix + "expires", out string? length)
                && DateTimeOffset.TryParseExact(begin, "yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset from)
                && int.TryParse(length, NumberStyles.None, CultureInfo.InvariantCulture, out int seconds))
            {
                return $" (valid until {Moment(from.AddSeconds(seconds))})";
            }
        }

        return query.TryGetValue("expires", out string? epoch) && long.TryParse(epoch, NumberStyles.None, CultureInfo.InvariantCulture, out long second) && second < 100_000_000_000
            ? $" (valid until {Moment(DateTimeOffset.FromUnixTimeSeconds(second))})"
            : string.Empty;

        static string Moment(DateTimeOffset moment) => moment.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) + " UTC";
    }

    private static int StatusOf(string reason) =>
        Status().Match(reason) is { Success: true } match ? int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)
        : reason.Contains("InvalidAccessKeyId", StringComparison.Ordinal) || reason.Contains("AccessDenied", StringComparison.Ordinal) || reason.Contains("ExpiredToken", StringComparison.Ordinal) ? 403 : 0;

    private static Dictionary<string, string> QueryOf(string path)
    {
        var values = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        int question = path.IndexOf('?', StringComparison.Ordinal);
        foreach (string pair in question < 0 ? [] : path[(question + 1)..].Split('&'))
        {
            int equals = pair.IndexOf('=', StringComparison.Ordinal);
            values[equals < 0 ? pair : pair[..equals]] = equals < 0 ? string.Empty : Uri.UnescapeDataString(pair[(equals + 1)..]);
        }

        return values;
    }

    [GeneratedRegex(@"(?:HTTP|response code|error)[^0-9]{0,24}([1-5][0-9]{2})(?![0-9])", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Status();
}
