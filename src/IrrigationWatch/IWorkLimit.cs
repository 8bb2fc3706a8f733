namespace IrrigationWatch;

/// <summary>Is told of work before it is done, and ends it where it is cancelled or becomes too much.</summary>
/// <remarks>Thread-safe.</remarks>
internal interface IWorkLimit
{
    /// <summary>Says that work is about to be done.</summary>
    /// <param name="steps">How much: a step is some ten nanoseconds of one core, such as a comparison of two edges.</param>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    void Spend(long steps);
}
