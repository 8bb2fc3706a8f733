using Microsoft.AspNetCore.Http;

namespace IrrigationWatch.Server.Operations;

/// <summary>
/// The places of requests that take seconds of a core: few, so that all others find one free. Their work has threads of its own,
/// as threads of the pool that are all busy answer nobody, not even <c>/health</c>.
/// </summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class WorkGate : IDisposable
{
    private readonly SemaphoreSlim places;
    private readonly int queue;
    private readonly TimeSpan patience;
    private readonly TimeProvider clock;
    private int waiting;

    /// <summary>Prepares the places.</summary>
    /// <param name="limits">How many there are, how many may wait, and how long.</param>
    /// <param name="clock">Measures how long one waits.</param>
    internal WorkGate(ServerLimits limits, TimeProvider clock)
    {
        places = new SemaphoreSlim(limits.HeavyConcurrency);
        queue = limits.HeavyQueue;
        patience = limits.HeavyPatience;
        this.clock = clock;
    }

    /// <summary>Requests that wait for a place.</summary>
    internal int Waiting => Volatile.Read(ref waiting);

    /// <summary>Does work in one of the places.</summary>
    /// <typeparam name="T">What it gives.</typeparam>
    /// <param name="context">The request; is told when to come again where it is refused.</param>
    /// <param name="work">The work, on a thread of its own.</param>
    /// <param name="cancel">Ends the waiting; the work looks after it itself.</param>
    /// <returns>What the work gives.</returns>
    /// <exception cref="ProblemException">No place becomes free in time.</exception>
    internal async Task<T> RunAsync<T>(HttpContext context, Func<T> work, CancellationToken cancel)
    {
        if (!await EnterAsync(cancel).ConfigureAwait(false))
        {
            context.Response.Headers.RetryAfter = "2";
            throw new ProblemException(StatusCodes.Status503ServiceUnavailable, "Too busy", "all places for requests that take long are taken; try again as Retry-After says, or ask for less");
        }

        try
        {
            return await Task.Factory.StartNew(work, cancel, TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach, TaskScheduler.Default).ConfigureAwait(false);
        }
        finally
        {
            places.Release();
        }
    }

    public void Dispose() => places.Dispose();

    private async Task<bool> EnterAsync(CancellationToken cancel)
    {
        if (places.Wait(0, CancellationToken.None))
        {
            return true;
        }

        if (Interlocked.Increment(ref waiting) > queue)
        {
            Interlocked.Decrement(ref waiting);
            return false;
        }

        using var over = new CancellationTokenSource(patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(over.Token, cancel);
        try
        {
            await places.WaitAsync(either.Token).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return false;
        }
        finally
        {
            Interlocked.Decrement(ref waiting);
        }
    }
}
