namespace IrrigationWatch.Server.Cql2;

/// <summary>Takes any work: for filters that nobody sent.</summary>
internal sealed class Unlimited : IWorkLimit
{
    /// <summary>The only one.</summary>
    internal static readonly Unlimited Work = new();

    private Unlimited()
    {
    }

    /// <inheritdoc/>
    public void Spend(long steps)
    {
        // Whatever it is.
    }
}
