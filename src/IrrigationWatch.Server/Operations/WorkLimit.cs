using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace IrrigationWatch.Server.Operations;

/// <summary>How much work a request may make. It is counted by what is done, not by the clock, so that the same request always gets the same answer.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class WorkLimit : IWorkLimit
{
    private readonly long most;
    private readonly string advice;
    private readonly CancellationToken cancel;
    private long spent;

    /// <summary>Begins to count.</summary>
    /// <param name="most">Steps that are taken at most.</param>
    /// <param name="advice">What to ask for instead, for the refusal.</param>
    /// <param name="cancel">Ends the work.</param>
    internal WorkLimit(long most, string advice, CancellationToken cancel)
    {
        this.most = most;
        this.advice = advice;
        this.cancel = cancel;
    }

    /// <summary>Steps so far.</summary>
    internal long Spent => Interlocked.Read(ref spent);

    /// <inheritdoc/>
    /// <exception cref="ProblemException">It is more than a request may make.</exception>
    public void Spend(long steps)
    {
        cancel.ThrowIfCancellationRequested();
        if (Interlocked.Add(ref spent, steps) > most)
        {
            throw new ProblemException(StatusCodes.Status422UnprocessableEntity, "Too much work", string.Create(CultureInfo.InvariantCulture, $"the request makes more work than the {most} steps that one may make; {advice}"));
        }
    }
}
