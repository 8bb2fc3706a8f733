namespace IrrigationWatch;

/// <summary>Runs work on all cores; memory is the pieces in flight, one a core.</summary>
public static class ParallelWork
{
    /// <summary>Runs an action for every piece, for example every tile of a grid.</summary>
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
    /// <remarks>The first failure stops the rest and is thrown as it is, not wrapped.</remarks>
    public static void Run<T>(IEnumerable<T> pieces, Action<T> action, int threads, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(pieces);
        ArgumentNullException.ThrowIfNull(action);
        if (threads == 1)
        {
            foreach (T piece in pieces)
            {
                cancel.ThrowIfCancellationRequested();
                action(piece);
            }

            return;
        }

        try
        {
            Parallel.ForEach(
                pieces,
                new ParallelOptions { CancellationToken = cancel, MaxDegreeOfParallelism = threads },
                action);
        }
        catch (AggregateException e)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(e.Flatten().InnerExceptions[0]);
        }
    }
}
