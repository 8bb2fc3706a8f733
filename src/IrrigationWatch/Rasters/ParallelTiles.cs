using IrrigationWatch.Gdal;

namespace IrrigationWatch.Rasters;

/// <summary>Runs work over tiles on all cores; memory is the tiles in flight, one a core.</summary>
public static class ParallelTiles
{
    /// <summary>Runs an action for every tile.</summary>
    /// <param name="tiles">The tiles.</param>
    /// <param name="action">The work; called from several threads.</param>
    /// <param name="cancel">Stops before the next tile.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    /// <remarks>The first failure stops the rest and is thrown as it is, not wrapped.</remarks>
    public static void Run(IEnumerable<PixelWindow> tiles, Action<PixelWindow> action, CancellationToken cancel = default)
    {
        try
        {
            Parallel.ForEach(
                tiles,
                new ParallelOptions { CancellationToken = cancel, MaxDegreeOfParallelism = Environment.ProcessorCount },
                action);
        }
        catch (AggregateException e)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(e.Flatten().InnerExceptions[0]);
        }
    }
}
