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
        Faults = [this];
    }

    private ConfigurationException(IReadOnlyList<ConfigurationException> faults)
        : base(faults[0].File, $"{faults[0].Problem} (and {faults.Count - 1} more: {string.Join("; ", faults.Skip(1).Select(fault => fault.Message))})")
    {
        Faults = faults;
    }

    /// <summary>All that is wrong, each with a message of its own and in the order in which they are to be shown; where it is one thing alone, the exception itself.</summary>
    public IReadOnlyList<ConfigurationException> Faults { get; }

    /// <summary>One exception for all that is wrong.</summary>
    /// <param name="faults">The faults, at least one.</param>
    internal static ConfigurationException Of(IReadOnlyList<ConfigurationException> faults) => faults.Count == 1 ? faults[0] : new ConfigurationException(faults);
}
