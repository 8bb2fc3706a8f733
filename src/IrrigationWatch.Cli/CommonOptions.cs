using System.CommandLine;
using IrrigationWatch.Areas;
using IrrigationWatch.Landsat;

namespace IrrigationWatch.Cli;

/// <summary>Options that several commands share, and how a command's action is run.</summary>
internal static class CommonOptions
{
    internal static Option<bool> Verbose { get; } = new("--verbose") { Description = "Show the details of an error.", Recursive = true };

    internal static Option<bool> Json() => new("--json") { Description = "Print the answer as JSON." };

    internal static Option<string> Output(string description) => new("--output", "-o") { Description = description, Required = true, HelpName = "OUT" };

    internal static Option<string> Language() => new("--language") { Description = $"Language of charts and maps: {string.Join(", ", Publishing.Texts.Codes)}.", DefaultValueFactory = _ => "en" };

    /// <summary>The texts of a language.</summary>
    internal static Publishing.Texts TextsOf(string code) =>
        Publishing.Texts.Find(code) ?? throw new ConfigurationException("--language", $"is '{code}'; use {string.Join(", ", Publishing.Texts.Codes)}");

    /// <summary>A whole number that must not be too small.</summary>
    internal static int AtLeast(ParseResult parsed, Option<int> option, int least) =>
        parsed.GetValue(option) is int number && number >= least ? number : throw new ConfigurationException(option.Name, $"is {parsed.GetValue(option)}; use {least} or more");

    /// <summary>Names of pixel values.</summary>
    internal static Option<string[]> Classes(string description, bool required = false) =>
        new("--class") { Description = description, HelpName = "NAME=VALUE", Required = required, DefaultValueFactory = required ? null : _ => [] };

    /// <summary>The classes that were named, or those that a map names itself.</summary>
    internal static IReadOnlyList<ClassValues> ClassesOf(ParseResult parsed, Option<string[]> option, MapSource? map = null)
    {
        if (parsed.GetValue(option) is not { Length: > 0 } given)
        {
            return map is null ? [] : ClassValues.AllOf(map.Path);
        }

        ClassValues[] classes = [.. given.Select(ClassValues.Parse)];
        // One of the two would be lost, or the land be called by the wrong name.
        if (classes.SelectMany(one => one.Values.Distinct()).GroupBy(value => value).FirstOrDefault(same => same.Count() > 1) is { } twice)
        {
            throw new ConfigurationException(option.Name, FormattableString.Invariant($"gives the pixel value {twice.Key} to two classes; give it to one"));
        }

        if (classes.GroupBy(one => one.Name, StringComparer.OrdinalIgnoreCase).FirstOrDefault(same => same.Count() > 1) is { } named)
        {
            throw new ConfigurationException(option.Name, FormattableString.Invariant($"names '{named.Key}' twice; write its values together, {option.Name} {named.Key}={string.Join(',', named.SelectMany(one => one.Values))}"));
        }

        return classes;
    }

    /// <summary>Says which of the classes that were named no pixel has: a value that is wrong looks like land that is not there.</summary>
    /// <param name="parsed">The command's words.</param>
    /// <param name="option">The option of the classes.</param>
    /// <param name="found">Names of the classes of which land was found.</param>
    /// <param name="terminal">Where it is said.</param>
    internal static void WarnOfAbsent(ParseResult parsed, Option<string[]> option, IEnumerable<string> found, Terminal terminal)
    {
        HashSet<string> present = [.. found];
        foreach (ClassValues absent in ClassesOf(parsed, option).Where(c => !present.Contains(c.Name)))
        {
            terminal.Error.WriteLine(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"warning: no pixel in the zones is '{absent.Name}' ({string.Join(", ", absent.Values)}), in no map; check the values of the class"));
        }
    }

    /// <summary>The observed share of a zone below which a year says little.</summary>
    internal static Option<double> LeastObserved(string description) => new("--least-observed") { Description = description, HelpName = "SHARE", DefaultValueFactory = _ => ZoneChange.DefaultLeastObserved };

    /// <summary>A share from 0 to 1.</summary>
    internal static double ShareOf(ParseResult parsed, Option<double> option) =>
        parsed.GetValue(option) is double share and >= 0 and <= 1 ? share : throw new ConfigurationException(option.Name, "must be from 0 to 1");

    /// <summary>A number that is 0 or more.</summary>
    internal static double NotNegative(ParseResult parsed, Option<double> option) =>
        parsed.GetValue(option) is double number and >= 0 && double.IsFinite(number) ? number : throw new ConfigurationException(option.Name, "must be 0 or more");

    /// <summary>The description by which stacks that are no products of USGS are read.</summary>
    internal static Option<string?> Stack() => new("--stack")
    {
        Description = $"Read stacks of another maker by this description: a YAML file, or one of {string.Join(", ", StackDescriptionReader.ReadyMade)}.",
        HelpName = "DESCRIPTION",
    };

    internal static StackDescription? ReadStack(ParseResult parsed, Option<string?> stack) =>
        parsed.GetValue(stack) is string name ? StackDescriptionReader.Read(name) : null;

    /// <summary>One or more paths; an option that is not known is an error and not a path.</summary>
    internal static Argument<string[]> Paths(string name, string description)
    {
        var paths = new Argument<string[]>(name) { Description = description, Arity = ArgumentArity.OneOrMore };
        paths.Validators.Add(result =>
        {
            foreach (string unknown in result.Tokens.Select(token => token.Value).Where(value => value.StartsWith("--", StringComparison.Ordinal)))
            {
                result.AddError($"Unknown option '{unknown}'");
            }
        });
        return paths;
    }

    /// <summary>Gives a command an action whose failures become one line on stderr and an exit code.</summary>
    internal static Command WithAction(this Command command, Func<ParseResult, Terminal, CancellationToken, int> action)
    {
        command.SetAction((parsed, cancel) => Task.Run(() => Guard(parsed, action, cancel), CancellationToken.None));
        return command;
    }

    private static int Guard(ParseResult parsed, Func<ParseResult, Terminal, CancellationToken, int> action, CancellationToken cancel)
    {
        var terminal = (Terminal)parsed.InvocationConfiguration;
        try
        {
            return action(parsed, terminal, cancel);
        }
        catch (OperationCanceledException)
        {
            return terminal.Stopped();
        }
        catch (ConfigurationException e)
        {
            return Report(parsed, terminal, e, ExitCode.Usage);
        }
        catch (Exception e) when (Gdal.MachineLimits.Behind(parsed.CommandResult.Command.Name, e) is { } limit)
        {
            return Report(parsed, terminal, limit, ExitCode.Failed);
        }
        catch (Exception e) when (e is InputException or Gdal.GdalException or Gdal.GdalNotFoundException)
        {
            return Report(parsed, terminal, e, ExitCode.Failed);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Report(parsed, terminal, SystemFailure.Of(parsed.CommandResult.Command.Name, e), ExitCode.Failed);
        }
        catch (Exception e)
        {
            // A fault of ours; said as one line too, with the way to report it.
            terminal.Error.WriteLine($"error: {parsed.CommandResult.Command.Name}: {e.GetType().Name}: {e.Message.ReplaceLineEndings(" ")}; this is a fault of irrigationwatch, run again with --verbose and report what it prints");
            return Details(parsed, terminal, e, ExitCode.Failed);
        }
    }

    private static int Report(ParseResult parsed, Terminal terminal, Exception e, int code)
    {
        IEnumerable<Exception> faults = e is ConfigurationException wrong ? wrong.Faults : [e];
        foreach (Exception fault in faults)
        {
            terminal.Error.WriteLine($"error: {fault.Message.ReplaceLineEndings(" ")}");
        }

        return Details(parsed, terminal, e, code);
    }

    private static int Details(ParseResult parsed, Terminal terminal, Exception e, int code)
    {
        if (parsed.GetValue(Verbose))
        {
            // Each line of it stands in by two, so that none of them can be taken for an error of its own.
            foreach (string line in e.ToString().Split('\n'))
            {
                terminal.Error.WriteLine("  " + line.TrimEnd('\r'));
            }
        }

        return code;
    }
}
