using System.CommandLine;
using IrrigationWatch.Cli.Answers;
using IrrigationWatch.Server;

namespace IrrigationWatch.Cli.Commands;

/// <summary><c>serve DIR</c>: results as a web service and a map.</summary>
internal static class ServeCommand
{
    internal const string Name = "serve";

    internal static Command Create()
    {
        var folder = new Argument<string>("DIR") { Description = "The output folder of 'run' or 'report'." };
        var listen = new Option<string>("--listen") { Description = "Address of this machine to listen on; 0.0.0.0 for all.", HelpName = "ADDRESS", DefaultValueFactory = _ => "127.0.0.1" };
        var port = new Option<int>("--port", "-p") { Description = "Port to listen on; 0 for any that is free.", DefaultValueFactory = _ => 8080 };
        var baseUrl = new Option<string?>("--base-url") { Description = "Address under which users reach the server, behind a reverse proxy.", HelpName = "URL" };
        var keys = new Option<string?>("--keys") { Description = "Keys of programs and their requests a minute: NAME SHA256 RATE a line; 'anonymous - RATE' for all others.", HelpName = "FILE" };
        var label = new Option<string?>("--label") { Description = "A file of 'sample' whose points are labelled in the browser.", HelpName = "POINTS" };
        var labellers = new Option<string?>("--labellers") { Description = "Who may label: NAME SHA256 of their token a line.", HelpName = "FILE" };
        var metrics = new Option<int?>("--metrics-port") { Description = "Port of this machine alone for Prometheus (/metrics)." };
        var connections = new Option<int>("--connections-per-address") { Description = "Connections that one client address may have open; 0 for any number, for example where a proxy on another machine speaks for all.", HelpName = "NUMBER", DefaultValueFactory = _ => new ServerLimits().ConnectionsPerAddress };
        Option<bool> json = CommonOptions.Json();
        var command = new Command(Name, "Results as OGC API – Features and a map, for browsers, QGIS and GDAL. Ends with Ctrl-C.\nExample: irrigationwatch serve out/\nExample: ogrinfo OAPIF:http://127.0.0.1:8080")
        {
            folder, listen, port, baseUrl, label, labellers, keys, metrics, connections, json,
        };
        return command.WithAction((parsed, terminal, cancel) =>
        {
            var options = new ServerOptions
            {
                Folder = parsed.GetValue(folder)!,
                Listen = parsed.GetValue(listen)!,
                Port = PortOf(port, parsed.GetValue(port)),
                Label = parsed.GetValue(label),
                Labellers = parsed.GetValue(labellers),
                Keys = parsed.GetValue(keys),
                MetricsPort = parsed.GetValue(metrics) is int number ? PortOf(metrics, number) : null,
                Limits = new ServerLimits { ConnectionsPerAddress = parsed.GetValue(connections) is int most and >= 0 ? most : throw new ConfigurationException(connections.Name, "must be 0 or more") },
                BaseUrl = BaseUrlOf(parsed.GetValue(baseUrl)),
            };
            Serve(terminal, options, parsed.GetValue(json), cancel).GetAwaiter().GetResult();
            return ExitCode.Done;
        });
    }

    private static async Task Serve(Terminal terminal, ServerOptions options, bool asJson, CancellationToken cancel)
    {
        await using ResultServer server = await ResultServer.StartAsync(options, cancel).ConfigureAwait(false);
        foreach (string missing in server.Missing)
        {
            await terminal.Error.WriteLineAsync($"warning: {options.Folder}: {missing}").ConfigureAwait(false);
        }

        string root = (options.BaseUrl ?? server.Address).AbsoluteUri.TrimEnd('/');
        var addresses = new ServeAnswer($"{root}/map/", $"{root}/", options.Label is null ? null : $"{root}/label/", server.MetricsAddress?.ToString());
        if (asJson)
        {
            Answer.Print(terminal, addresses);
        }
        else
        {
            terminal.Output.WriteLine($"map: {addresses.Map}");
            terminal.Output.WriteLine($"api: {addresses.Api}");
            foreach ((string what, string? address) in new[] { ("label", addresses.Label), ("metrics", addresses.Metrics) }.Where(line => line.Item2 is not null))
            {
                terminal.Output.WriteLine($"{what}: {address}");
            }
        }

        await terminal.Output.FlushAsync(CancellationToken.None).ConfigureAwait(false);
        try
        {
            await Task.Delay(Timeout.Infinite, cancel).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Asked to end: requests that are being answered are finished.
        }
    }

    private static int PortOf(Option option, int port) => port is >= 0 and <= 65535 ? port : throw new ConfigurationException(option.Name, "must be from 0 to 65535");

    private static Uri? BaseUrlOf(string? text) => text is null ? null
        : Uri.TryCreate(text, UriKind.Absolute, out Uri? url) && url.Scheme is "http" or "https" && url.Query.Length == 0 ? url
        : throw new ConfigurationException("--base-url", $"is '{text}'; give an address like https://example.org/irrigation");
}
