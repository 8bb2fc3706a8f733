using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Connections;

namespace IrrigationWatch.Server.Operations;

/// <summary>How many connections of one client address are open: who opens many and sends nothing, or half of a request, keeps none from others.</summary>
/// <remarks>Thread-safe. Memory is that of open connections.</remarks>
/// <param name="most">Connections of an address; 0 for no limit.</param>
/// <param name="spares">Whether this machine's own addresses have no limit: a proxy on it speaks for many.</param>
internal sealed class ConnectionGate(int most, bool spares)
{
    private readonly ConcurrentDictionary<IPAddress, int> open = new();

    /// <summary>Addresses that have connections open.</summary>
    internal int Addresses => open.Count;

    /// <summary>Serves a connection, unless its address has too many: then it is told so and closed.</summary>
    internal async Task HandleAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        IPAddress address = (connection.RemoteEndPoint as IPEndPoint)?.Address ?? IPAddress.None;
        if (most == 0 || (spares && IPAddress.IsLoopback(address)))
        {
            await next(connection).ConfigureAwait(false);
            return;
        }

        if (open.AddOrUpdate(address, 1, static (_, count) => count + 1) > most)
        {
            Leave(address);
            ServerMetrics.Refused.Add(1, new KeyValuePair<string, object?>("status", 503));
            await connection.Transport.Output.WriteAsync("HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nContent-Type: text/plain\r\nContent-Length: 87\r\nConnection: close\r\n\r\ntoo many connections of this address are open; close some, or use them again for more\r\n"u8.ToArray(), connection.ConnectionClosed).ConfigureAwait(false);
            return;
        }

        try
        {
            await next(connection).ConfigureAwait(false);
        }
        finally
        {
            Leave(address);
        }
    }

    private void Leave(IPAddress address)
    {
        while (open.TryGetValue(address, out int count))
        {
            if (count == 1 ? open.TryRemove(KeyValuePair.Create(address, 1)) : open.TryUpdate(address, count - 1, count))
            {
                return;
            }
        }
    }
}
