using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;

namespace IrrigationWatch.Server.Operations;

/// <summary>Tells those who try keys or tokens that are nobody's to wait, longer from time to time. Who gives a right one is never asked to wait.</summary>
/// <remarks>
/// Memory is the same however many addresses there are: they share places by a hash that differs from start to start. Two that share
/// one share the waiting of wrong secrets, which costs nobody who gives a right one anything. Thread-safe.
/// </remarks>
/// <param name="free">Wrong secrets that are taken before the first waiting.</param>
/// <param name="clock">Tells the time.</param>
internal sealed class WrongSecrets(int free, TimeProvider clock)
{
    private const int Places = 4096;
    private const int LongestDoubling = 8;

    private static readonly TimeSpan ForgottenAfter = TimeSpan.FromMinutes(15);

    private readonly Lock gate = new();
    private readonly (int Count, DateTimeOffset Until)[] tries = new (int, DateTimeOffset)[Places];

    /// <summary>Counts a wrong secret.</summary>
    /// <param name="context">The request that held it.</param>
    /// <param name="refusal">What it is told while it need not wait.</param>
    /// <returns>The refusal: that, or that it has to wait, as long as Retry-After says: one second, then two, four, up to some four minutes.</returns>
    internal ProblemException Refuse(HttpContext context, ProblemException refusal)
    {
        int wait = Count(context.Connection.RemoteIpAddress ?? IPAddress.None);
        if (wait == 0)
        {
            return refusal;
        }

        context.Response.Headers.RetryAfter = wait.ToString(CultureInfo.InvariantCulture);
        return new ProblemException(StatusCodes.Status429TooManyRequests, "Too many wrong keys or tokens", "more wrong keys or tokens came from this address than are taken; wait as long as Retry-After says, and check what you send");
    }

    /// <summary>Counts a wrong secret of an address.</summary>
    /// <returns>Seconds to wait; 0 where there are still some free.</returns>
    private int Count(IPAddress address)
    {
        int place = (int)((uint)Network(address) % Places);
        lock (gate)
        {
            DateTimeOffset now = clock.GetUtcNow();
            int count = tries[place].Until + ForgottenAfter < now ? 1 : Math.Min(tries[place].Count + 1, free + LongestDoubling + 1);
            int wait = count <= free ? 0 : 1 << (count - free - 1);
            tries[place] = (count, now.AddSeconds(wait));
            return wait;
        }
    }

    /// <summary>The address; of IPv6 its network, as whole networks belong to one client.</summary>
    private static int Network(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        IPAddress plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        _ = plain.TryWriteBytes(bytes, out int length);
        var hash = default(HashCode);
        hash.AddBytes(bytes[..(plain.AddressFamily == AddressFamily.InterNetworkV6 ? 8 : length)]);
        return hash.ToHashCode();
    }
}
