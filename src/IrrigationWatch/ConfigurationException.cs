namespace IrrigationWatch;

/// <summary>A wrong command or configuration: the user must change what was asked for, not the data (exit code 2).</summary>
public sealed class ConfigurationException : InputException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="place">File and line, or the option's name.</param>
    /// <param name="problem">What is wrong and what to do about it.</param>
    public ConfigurationException(string place, string problem)
        : base(place, problem)
    {
    }
}
