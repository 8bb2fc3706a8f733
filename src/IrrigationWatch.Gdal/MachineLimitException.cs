namespace IrrigationWatch.Gdal;

/// <summary>A limit of this machine was reached: of open files, or of memory. No file is at fault, and each further one would fail in the same way.</summary>
public sealed class MachineLimitException : IOException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="what">What was being done, as a rule a file.</param>
    /// <param name="limit">The limit and how to raise it.</param>
    /// <param name="cause">What the system said.</param>
    public MachineLimitException(string what, string limit, Exception? cause = null)
        : base($"{what}: {limit}", cause)
    {
    }
}
