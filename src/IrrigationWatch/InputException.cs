namespace IrrigationWatch;

/// <summary>
/// An input that cannot be used. The message is one line, <c>FILE: what is wrong; what to do</c>, fit to be shown to a user.
/// </summary>
public class InputException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="file">The file, and where it helps the place in it, for example <c>irrigation.yaml:7</c>.</param>
    /// <param name="problem">What is wrong and what to do about it.</param>
    /// <param name="cause">The exception behind it, if any.</param>
    public InputException(string file, string problem, Exception? cause = null)
        : base($"{file}: {problem}", cause)
    {
        File = file;
        Problem = problem;
    }

    /// <summary>The file the error is about.</summary>
    public string File { get; }

    /// <summary>What is wrong, without the file.</summary>
    public string Problem { get; }
}
