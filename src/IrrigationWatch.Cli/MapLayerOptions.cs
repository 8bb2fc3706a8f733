using System.CommandLine;
using System.Text.RegularExpressions;
using IrrigationWatch.Areas;
using IrrigationWatch.Rasters;

namespace IrrigationWatch.Cli;

/// <summary>Options of the commands that read class maps: which band, what is missing, of which year.</summary>
internal sealed class MapLayerOptions
{
    /// <summary>Said where the bands' descriptions name the years.</summary>
    private const string ByDescription = "auto";

    private static readonly TimeSpan PatternTime = TimeSpan.FromSeconds(1);

    private readonly Option<int?> band = new("--band") { Description = "The band of the maps, from 1; needed where they have several.", HelpName = "NUMBER" };
    private readonly Option<string?> noData = new("--nodata") { Description = "Stored values that mean not observed, beside the one that the file declares, as 255 or 0,255; 'none' where the declared one is a class.", HelpName = "VALUE" };
    private readonly Option<string?> pattern = new("--year-pattern") { Description = "Regular expression that finds the year in a file's name: its group 'year', else its first group. Without it metadata, then names of known series; FILE=YEAR says it for one file.", HelpName = "REGEX" };
    private readonly Option<string?> bandYears = new("--bands-are-years") { Description = $"Each band is the map of a year: 1992-2015 or 2001,2006,2011 in the order of the bands; without a value, or {ByDescription}, by the bands' descriptions.", HelpName = "YEARS", Arity = System.CommandLine.ArgumentArity.ZeroOrOne };

    /// <summary>Adds the options.</summary>
    /// <param name="command">The command.</param>
    /// <param name="takesSeveral">Whether it takes maps of several years.</param>
    internal void AddTo(Command command, bool takesSeveral = true)
    {
        command.Options.Add(band);
        command.Options.Add(noData);
        command.Options.Add(pattern);
        if (takesSeveral)
        {
            command.Options.Add(bandYears);
        }
    }

    /// <summary>The maps, each with its year; by what a year was found is said where it is not plain.</summary>
    internal IReadOnlyList<MapSource> Read(ParseResult parsed, IEnumerable<string> words, Terminal terminal) =>
        ClassMapNames.Find(words, Of(parsed), remark => terminal.Error.WriteLine($"note: {remark}"));

    /// <summary>One map, whose year may be unknown.</summary>
    internal MapSource ReadOne(ParseResult parsed, string word, Terminal terminal) =>
        ClassMapNames.FindOne(word, Of(parsed), remark => terminal.Error.WriteLine($"note: {remark}"));

    private ClassMapOptions Of(ParseResult parsed) => new()
    {
        Band = parsed.GetValue(band) is not int number || number >= 1 ? parsed.GetValue(band) : throw new ConfigurationException(band.Name, "counts from 1"),
        Missing = parsed.GetValue(noData) is string values ? MissingValues.Parse(values, noData.Name) : MissingValues.OfFile,
        YearPattern = parsed.GetValue(pattern) is string text ? PatternOf(text) : null,
        BandYears = parsed.GetResult(bandYears) is null ? null : parsed.GetValue(bandYears) is string years && years != ByDescription ? YearsOf(years) : [],
    };

    /// <summary>The option's value may be left out; a map that stands behind it would be taken for that.</summary>
    private IReadOnlyList<int> YearsOf(string text) => System.IO.Path.Exists(text)
        ? throw new ConfigurationException(bandYears.Name, $"takes {text} for its years; put the maps before it, or write {bandYears.Name}={ByDescription}")
        : ClassMapNames.ParseYears(text, bandYears.Name);

    private Regex PatternOf(string text)
    {
        try
        {
            return new Regex(text, RegexOptions.CultureInvariant, PatternTime);
        }
        catch (ArgumentException e)
        {
            throw new ConfigurationException(pattern.Name, $"is no regular expression ({e.Message.ReplaceLineEndings(" ").TrimEnd('.')}); write for example 'CLC([0-9]{{4}})'");
        }
    }
}
