using Microsoft.Extensions.Logging;

namespace IrrigationWatch.Server.Operations;

/// <summary>What the server logs: addresses without their parameters, which may hold what is nobody's business.</summary>
internal static partial class ServerLog
{
    [LoggerMessage(1, LogLevel.Error, "{Path}: {Problem}")]
    internal static partial void Failed(ILogger logger, string path, string problem);

    [LoggerMessage(2, LogLevel.Error, "{Path}: fault of the server")]
    internal static partial void Fault(ILogger logger, string path, Exception fault);

    [LoggerMessage(3, LogLevel.Information, "a new run is served: {Name}, {Tag}")]
    internal static partial void Reloaded(ILogger logger, string name, string tag);

    [LoggerMessage(4, LogLevel.Warning, "the folder changed and cannot be read; the state before is served on: {Problem}")]
    internal static partial void NotReloaded(ILogger logger, string problem);

    [LoggerMessage(5, LogLevel.Warning, "{Collection} cannot be read: {Problem}")]
    internal static partial void NotIndexed(ILogger logger, string collection, string problem);
}
