using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Metrics;

namespace IrrigationWatch.Server.Operations;

/// <summary>
/// Metrics: what ASP.NET Core, Kestrel and the runtime count themselves, and tiles, features and runs served. Prometheus reads them
/// from a port of their own; they are also sent by OTLP where the environment names a receiver (<c>OTEL_EXPORTER_OTLP_ENDPOINT</c>).
/// </summary>
internal static class ServerMetrics
{
    /// <summary>Where they are read.</summary>
    internal const string Path = "/metrics";

    internal const string Name = "IrrigationWatch.Server";

    private static readonly Meter Meter = new(Name);

    /// <summary>Features that were sent.</summary>
    internal static Counter<long> Features { get; } = Meter.CreateCounter<long>("irrigationwatch.features", "{feature}", "Features that were sent.");

    /// <summary>Tiles that were drawn.</summary>
    internal static Counter<long> TilesDrawn { get; } = Meter.CreateCounter<long>("irrigationwatch.tiles.drawn", "{tile}", "Tiles that were drawn.");

    /// <summary>Tiles that were sent as they had been drawn before.</summary>
    internal static Counter<long> TilesKept { get; } = Meter.CreateCounter<long>("irrigationwatch.tiles.kept", "{tile}", "Tiles that were sent as they had been drawn before.");

    /// <summary>Requests that were refused, by status.</summary>
    internal static Counter<long> Refused { get; } = Meter.CreateCounter<long>("irrigationwatch.refused", "{request}", "Requests that were refused.");

    /// <summary>New runs that took the place of others.</summary>
    internal static Counter<long> Reloads { get; } = Meter.CreateCounter<long>("irrigationwatch.reloads", "{run}", "New runs that took the place of others.");

    /// <summary>New states of the folder that could not be read.</summary>
    internal static Counter<long> ReloadsRefused { get; } = Meter.CreateCounter<long>("irrigationwatch.reloads.refused", "{run}", "New states of the folder that could not be read.");

    internal static void Add(IServiceCollection services, ServerOptions options)
    {
        bool isSent = Environment.GetEnvironmentVariable("OTEL_EXPORTER_OTLP_ENDPOINT") is { Length: > 0 };
        if (options.MetricsPort is null && !isSent)
        {
            return;
        }

        services.AddOpenTelemetry().WithMetrics(metrics =>
        {
            metrics.AddMeter("Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime", Name);
            if (options.MetricsPort is not null)
            {
                metrics.AddPrometheusExporter();
            }

            if (isSent)
            {
                metrics.AddOtlpExporter();
            }
        });
    }

    /// <summary>Gives metrics; the gate lets in only who comes by their own port.</summary>
    internal static void Map(WebApplication application, ServerOptions options)
    {
        if (options.MetricsPort is not null)
        {
            application.MapPrometheusScrapingEndpoint(Path);
        }
    }
}
