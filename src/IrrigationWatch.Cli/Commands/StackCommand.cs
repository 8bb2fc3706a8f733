using System.CommandLine;
using IrrigationWatch.Cli.Answers;
using IrrigationWatch.Landsat;

namespace IrrigationWatch.Cli.Commands;

/// <summary><c>stack [NAME]</c>: the ready-made descriptions of stacks.</summary>
internal static class StackCommand
{
    internal static Command Create()
    {
        var name = new Argument<string?>("NAME") { Description = "The description to print; without it all are listed.", Arity = ArgumentArity.ZeroOrOne };
        Option<bool> json = CommonOptions.Json();
        return new Command("stack", "The ready-made descriptions by which stacks of other makers are read; print one to start your own from.\nExample: irrigationwatch stack hls-l30 > my-stack.yaml") { name, json }
            .WithAction((parsed, terminal, _) =>
            {
                if (parsed.GetValue(json))
                {
                    IEnumerable<string> asked = parsed.GetValue(name) is string one ? [one] : StackDescriptionReader.ReadyMade;
                    Answer.Print(terminal, asked.Select(known => new StackAnswer(known, StackDescriptionReader.Read(known).Name, StackDescriptionReader.ReadText(known))).ToArray());
                    return ExitCode.Done;
                }

                if (parsed.GetValue(name) is string wanted)
                {
                    terminal.Output.Write(StackDescriptionReader.ReadText(wanted));
                    return ExitCode.Done;
                }

                foreach (string known in StackDescriptionReader.ReadyMade)
                {
                    terminal.Output.WriteLine($"{known,-14} {StackDescriptionReader.Read(known).Name}");
                }

                return ExitCode.Done;
            });
    }
}
