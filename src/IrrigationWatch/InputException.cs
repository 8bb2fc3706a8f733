using IrrigationWatch.Gdal;

namespace IrrigationWatch;

/// <summary>
/// An input that cannot be used. The message is one line, <c>FILE: what is wrong; what to do</c>, fit to be shown to a user.
/// </summary>
public class InputException : Exception
{
    private const int MostCharacters = 800;

    /// <summary>Creates the exception.</summary>
    /// <param name="file">The file, and where it helps the place in it, for example <c>irrigation.yaml:7</c>.</param>
    /// <param name="problem">What is wrong and what to do about it; of a very long text the middle is left out.</param>
    /// <param name="cause">The exception behind it, if any.</param>
    /// <exception cref="MachineLimitException">The cause is a limit of the machine; the input has nothing to do with it.</exception>
    public InputException(string file, string problem, Exception? cause = null)
        : base($"{Shorten(file)}: {Shorten(problem)}", cause)
    {
        // Whoever takes a limit of the machine for a fault of a file, and would leave out a scene for it, is stopped here.
        if (MachineLimits.Behind(file, cause) is MachineLimitException limit)
        {
            throw limit;
        }

        File = file;
        Problem = Shorten(problem);
    }

    /// <summary>A text in which what is too long to be read is left out of the middle: errors quote inputs, and end with what to do.</summary>
    internal static string Shorten(string text) => text.Length <= MostCharacters ? text : $"{text[..(MostCharacters / 2)]} … {text[^(MostCharacters / 2 - 3)..]}";

    /// <summary>The file the error is about.</summary>
    public string File { get; }

    /// <summary>What is wrong, without the file.</summary>
    public string Problem { get; }
}
