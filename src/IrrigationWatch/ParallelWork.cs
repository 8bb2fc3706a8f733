using System.Runtime.ExceptionServices;

namespace IrrigationWatch;

/// <summary>Runs work on all cores; memory is the pieces in flight, one a core.</summary>
public static class ParallelWork
{
    /// <summary>Runs an action for every piece, for example every tile of a grid, on all cores.</summary>
    /// <typeparam name="T">What a piece is.</typeparam>
    /// <param name="pieces">The pieces.</param>
    /// <param name="action">The work; called from several threads.</param>
    /// <param name="cancel">Stops before the next piece.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    /// <remarks>The first failure stops the rest and is thrown as it is, not wrapped.</remarks>
    public static void Run<T>(IEnumerable<T> pieces, Action<T> action, CancellationToken cancel = default) =>
        Run(pieces, action, Environment.ProcessorCount, cancel);

    /// <summary>Runs an action for every piece, on some cores.</summary>
    /// <typeparam name="T">What a piece is.</typeparam>
    /// <param name="pieces">The pieces.</param>
    /// <param name="action">The work; called from several threads.</param>
    /// <param name="threads">How many pieces are in work at once, at most.</param>
    /// <param name="cancel">Stops before the next piece.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    /// <remarks>
    /// Pieces are begun strictly in their order, so that neighbours are in work at the same time and find in the caches what
    /// they share. The first failure stops the rest and is thrown as it is, not wrapped.
    /// </remarks>
    public static void Run<T>(IEnumerable<T> pieces, Action<T> action, int threads, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(pieces);
        ArgumentNullException.ThrowIfNull(action);
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        using IEnumerator<T> source = pieces.GetEnumerator();
        var gate = new Lock();
        ExceptionDispatchInfo? failure = null;
        var helpers = new Task[threads - 1];
        for (int i = 0; i < helpers.Length; i++)
        {
            helpers[i] = Task.Run(Work, CancellationToken.None);
        }

        // The calling thread works too: work within work never waits for a thread that is not there.
        Work();
        Task.WaitAll(helpers, CancellationToken.None);
        failure?.Throw();

        void Work()
        {
            try
            {
                while (true)
                {
                    T piece;
                    lock (gate)
                    {
                        if (failure is not null || !source.MoveNext())
                        {
                            return;
                        }

                        cancel.ThrowIfCancellationRequested();
                        piece = source.Current;
                    }

                    action(piece);
                }
            }
            catch (Exception e)
            {
                lock (gate)
                {
                    failure ??= ExceptionDispatchInfo.Capture(e);
                }
            }
        }
    }
}
