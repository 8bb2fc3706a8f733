using System.CommandLine;
using IrrigationWatch.Areas;

namespace IrrigationWatch.Cli;

/// <summary>Options of the commands that add up to zones.</summary>
internal sealed class ZoneOptions(string description = "Polygons in any vector format of GDAL.")
{
    private readonly Option<string?> zones = new("--zones") { Description = description };
    private readonly Option<string?> within = new("--within") { Description = "Area of interest to which the zones are cut." };
    private readonly Option<string> name = new("--zone-name") { Description = "Field of the zones' names.", DefaultValueFactory = _ => "name" };
    private readonly Option<string?> country = new("--country") { Description = "Field of the zones' countries (default: country, else iso)." };

    private readonly VectorInput vectors = new("zones");

    internal void AddTo(Command command)
    {
        command.Options.Add(zones);
        command.Options.Add(within);
        command.Options.Add(name);
        command.Options.Add(country);
        vectors.AddTo(command);
    }

    /// <summary>The file of the zones, which must be named.</summary>
    internal string File(ParseResult parsed) => parsed.GetValue(zones) ?? throw new ConfigurationException("--zones", "is missing; name a file of polygons to which areas are added up");

    internal bool HasArea(ParseResult parsed) => parsed.GetValue(within) is not null;

    /// <summary>The zones, cut to the area of interest; none where no file was named.</summary>
    internal IReadOnlyList<Zone> ReadIfGiven(ParseResult parsed, Terminal terminal) => parsed.GetValue(zones) is null ? [] : Read(parsed, terminal);

    /// <summary>The zones, cut to the area of interest.</summary>
    internal IReadOnlyList<Zone> Read(ParseResult parsed, Terminal terminal) =>
        ZoneReader.Read(File(parsed), parsed.GetValue(name)!, parsed.GetValue(country), parsed.GetValue(within), vectors.Of(parsed, terminal));

    /// <summary>How other vector files of the command are read.</summary>
    internal VectorOptions OfOthers(ParseResult parsed, Terminal terminal) => vectors.OfOthers(parsed, terminal);
}
