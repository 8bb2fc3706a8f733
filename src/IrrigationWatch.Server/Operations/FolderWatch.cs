using IrrigationWatch.Server.Collections;
using Microsoft.Extensions.Logging;

namespace IrrigationWatch.Server.Operations;

/// <summary>Looks whether a run has ended in the folder and serves its results; indexes collections before they are asked for.</summary>
/// <remarks>Looks now and then instead of waiting for events, which network file systems do not give.</remarks>
internal sealed class FolderWatch(ResultHolder holder, ServerOptions options, ILogger logger)
{
    private volatile bool isReady;

    /// <summary>Whether all collections of the first state are indexed.</summary>
    internal bool IsReady => isReady;

    internal async Task RunAsync(CancellationToken cancel)
    {
        try
        {
            await Task.Run(() => Warm(cancel), cancel).ConfigureAwait(false);
            isReady = true;
            using var timer = new PeriodicTimer(options.ReloadEvery);
            string seen = string.Empty;
            string refused = string.Empty;
            while (await timer.WaitForNextTickAsync(cancel).ConfigureAwait(false))
            {
                string stamp = ResultFolder.StampOf(options.Folder);
                string served;
                using (ResultHolder.Lease lease = holder.Acquire())
                {
                    served = lease.Folder.Stamp;
                }

                // Twice the same: the record is not being written just now.
                if (stamp != served && stamp != refused && stamp == seen && stamp.Trim('|').Length > 0 && !await Task.Run(() => Reload(cancel), cancel).ConfigureAwait(false))
                {
                    refused = stamp;
                }

                seen = stamp;
            }
        }
        catch (OperationCanceledException)
        {
            // The server stops.
        }
    }

    private bool Reload(CancellationToken cancel)
    {
        try
        {
            var next = ResultFolder.Read(options.Folder);
            holder.Replace(next);
            ServerMetrics.Reloads.Add(1);
            ServerLog.Reloaded(logger, next.Name, next.Tag);
            Warm(cancel);
            return true;
        }
        catch (Exception e) when (e is InputException or IOException or UnauthorizedAccessException)
        {
            ServerMetrics.ReloadsRefused.Add(1);
            ServerLog.NotReloaded(logger, e.Message);
            return false;
        }
    }

    private void Warm(CancellationToken cancel)
    {
        using ResultHolder.Lease lease = holder.Acquire();
        foreach (ServedCollection collection in lease.Folder.Collections)
        {
            cancel.ThrowIfCancellationRequested();
            try
            {
                _ = collection.Features;
            }
            catch (InputException e)
            {
                ServerLog.NotIndexed(logger, collection.Id, e.Message);
            }
        }
    }
}
