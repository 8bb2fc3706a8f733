using Microsoft.Extensions.Logging;

namespace IrrigationWatch.Server.Operations;

/// <summary>
/// What the server logs: addresses without their parameters, which may hold what is nobody's business. Names and messages, which quote files, stay on
/// their line.
/// </summary>
internal static partial class ServerLog
{
    internal static void Failed(ILogger logger, string path, string problem) => WriteFailed(logger, OneLine.Of(path), OneLine.Of(problem));

    internal static void Fault(ILogger logger, string path, Exception fault) => WriteFault(logger, OneLine.Of(path), fault);

    internal static void Reloaded(ILogger logger, string name, string tag) => WriteReloaded(logger, OneLine.Of(name), tag);

    internal static void NotReloaded(ILogger logger, string problem) => WriteNotReloaded(logger, OneLine.Of(problem));

    internal static void NotIndexed(ILogger logger, string collection, string problem) => WriteNotIndexed(logger, OneLine.Of(collection), OneLine.Of(problem));

    [LoggerMessage(1, LogLevel.Error, "{Path}: {Problem}")]
    private static partial void WriteFailed(ILogger logger, string path, string problem);

    [LoggerMessage(2, LogLevel.Error, "{Path}: fault of the server")]
    private static partial void WriteFault(ILogger logger, string path, Exception fault);

    [LoggerMessage(3, LogLevel.Information, "a new run is served: {Name}, {Tag}")]
    private static partial void WriteReloaded(ILogger logger, string name, string tag);

    [LoggerMessage(4, LogLevel.Warning, "the folder changed and cannot be read; the state before is served on: {Problem}")]
    private static partial void WriteNotReloaded(ILogger logger, string problem);

    [LoggerMessage(5, LogLevel.Warning, "{Collection} cannot be read: {Problem}")]
    private static partial void WriteNotIndexed(ILogger logger, string collection, string problem);
}
