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
    public static void Run<T>(IEnumerable<T> pieces, Action<T> action, CancellationToken cancel = default)
    {
        try
        {
            Parallel.ForEach(
                pieces,
                new ParallelOptions { CancellationToken = cancel, MaxDegreeOfParallelism = Environment.ProcessorCount },
                action);
        }
        catch (AggregateException e)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(e.Flatten().InnerExceptions[0]);
        }
    }
}
