namespace IrrigationWatch.Features;

/// <summary>Scenes could not be read while features were computed; without them they can be computed again.</summary>
public sealed class SceneFailedException : InputException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="failures">Paths of the scenes, at least one, and what is wrong with each.</param>
    public SceneFailedException(IReadOnlyList<KeyValuePair<string, InputException>> failures)
        : base(First(failures).File, First(failures).Problem, First(failures)) => Failures = failures;

    /// <summary>Paths of all scenes that failed, sorted, each with its first cause.</summary>
    public IReadOnlyList<KeyValuePair<string, InputException>> Failures { get; }

    private static InputException First(IReadOnlyList<KeyValuePair<string, InputException>> failures) =>
        failures?.Count > 0 ? failures[0].Value : throw new ArgumentException("names no scene", nameof(failures));
}
