namespace IrrigationWatch.Landsat;

/// <summary>There is no room to unpack an archive. The archive may be whole; a run stops, for it must not be taken as damaged.</summary>
public sealed class ScratchSpaceException : InputException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="file">The archive, or the folder that cannot be written.</param>
    /// <param name="problem">What is missing and what to do about it.</param>
    /// <param name="cause">The exception behind it, if any.</param>
    public ScratchSpaceException(string file, string problem, Exception? cause = null)
        : base(file, problem, cause)
    {
    }
}
