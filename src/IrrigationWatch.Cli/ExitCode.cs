namespace IrrigationWatch.Cli;

/// <summary>Exit codes that users and scripts rely on.</summary>
internal static class ExitCode
{
    /// <summary>Done.</summary>
    internal const int Done = 0;

    /// <summary>Failed.</summary>
    internal const int Failed = 1;

    /// <summary>Wrong command or configuration.</summary>
    internal const int Usage = 2;

    /// <summary>Stopped by the user.</summary>
    internal const int Interrupted = 130;
}
