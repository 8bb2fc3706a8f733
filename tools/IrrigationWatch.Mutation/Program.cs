// Mutation testing: small faults are put into Kernels, Areas and Classification, one at a time and at random places, and the tests must find them.
// usage: IrrigationWatch.Mutation REPOSITORY WORK MINUTES SEED   (WORK: a folder for copies; prints a table, and the mutants that no test found)
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

string root = args[0];
string work = args[1];
var time = TimeSpan.FromMinutes(double.Parse(args[2], CultureInfo.InvariantCulture));
int seed = int.Parse(args[3], CultureInfo.InvariantCulture);
string[] folders = ["Areas", "Classification", "Kernels"];
const string Source = "src/IrrigationWatch";
const string Tests = "tests/IrrigationWatch.Tests";

// All places where a fault can be put, drawn in an order that the seed tells, until the time is over.
Mutant[] all = [.. folders.SelectMany(folder => Directory.GetFiles(Path.Combine(root, Source, folder), "*.cs").Order(StringComparer.Ordinal).SelectMany(file => Mutants.Of(folder, file)))];
var random = new Random(seed);
random.Shuffle(all);
var watch = Stopwatch.StartNew();

int workers = Math.Max(1, Environment.ProcessorCount);
var queue = new ConcurrentQueue<Mutant>(all);
var results = new ConcurrentBag<(Mutant Mutant, string State)>();
await Task.WhenAll(Enumerable.Range(0, workers).Select(worker => Task.Run(() => Work(Path.Combine(work, $"worker{worker}")))));

Console.WriteLine($"{results.Count} of {all.Length} mutants");
Console.WriteLine();
Console.WriteLine("| code | killed | timed out | survived | score |");
Console.WriteLine("| --- | --- | --- | --- | --- |");
foreach (var group in results.Where(result => result.State != "not compiled").GroupBy(result => result.Mutant.Folder).OrderBy(group => group.Key, StringComparer.Ordinal).Append(null))
{
    var counted = (group ?? results.Where(result => result.State != "not compiled")).ToList();
    int Of(string state) => counted.Count(result => result.State == state);
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {group?.Key ?? "together"} | {Of("killed")} | {Of("timed out")} | {Of("survived")} | {100.0 * (counted.Count - Of("survived")) / Math.Max(1, counted.Count):0.0} % |"));
}

Console.WriteLine();
foreach ((Mutant mutant, _) in results.Where(result => result.State == "survived").OrderBy(result => result.Mutant.File, StringComparer.Ordinal).ThenBy(result => result.Mutant.Line))
{
    Console.WriteLine($"{mutant.Folder}/{Path.GetFileName(mutant.File)}:{mutant.Line} {mutant.What} | {mutant.Text}");
}

return 0;

void Work(string copy)
{
    Directory.CreateDirectory(copy);
    Run("bash", ["-c", $"git -C '{root}' ls-files -z --cached --others --exclude-standard | (cd '{root}' && tar --null -T - -c --ignore-failed-read 2>/dev/null) | tar -x -C '{copy}'"], copy, 600);
    string[] quick = ["-c", "Release", "-v", "quiet", "-nologo", "-p:RunAnalyzers=false", "-p:EnforceCodeStyleInBuild=false", "-p:GenerateDocumentationFile=false", "-p:TreatWarningsAsErrors=false", "-nodeReuse:false"];
    string tests = Path.Combine(copy, Tests);
    if (Run("dotnet", ["build", tests, .. quick], copy, 900) is not 0)
    {
        throw new InvalidOperationException("the tests do not build");
    }

    string bin = Path.Combine(tests, "bin", "Release", "net10.0");
    // Without a fault all tests must pass, or every fault would seem to be found.
    if (RunTests() is not 0)
    {
        throw new InvalidOperationException($"tests fail without any fault; see {tests}");
    }

    while (watch.Elapsed < time && queue.TryDequeue(out Mutant? mutant))
    {
        string file = Path.Combine(copy, Path.GetRelativePath(root, mutant.File));
        string whole = File.ReadAllText(file);
        File.WriteAllText(file, mutant.Apply(whole));
        string state;
        if (Run("dotnet", ["build", Path.Combine(copy, Source), "--no-restore", .. quick], copy, 300) is not 0)
        {
            state = "not compiled";
        }
        else
        {
            File.Copy(Path.Combine(copy, Source, "bin", "Release", "net10.0", "IrrigationWatch.dll"), Path.Combine(bin, "IrrigationWatch.dll"), overwrite: true);
            // The tests that bear the name of the file first, then those of the folder, then all others.
            string name = Path.GetFileNameWithoutExtension(file);
            state = Try("--filter-class", $"*.{name}Tests") ?? Try("--filter-namespace", $"IrrigationWatch.Tests.{mutant.Folder}") ?? Try("--filter-not-namespace", $"IrrigationWatch.Tests.{mutant.Folder}") ?? "survived";
        }

        File.WriteAllText(file, whole);
        results.Add((mutant, state));
        Console.Error.WriteLine($"{results.Count}: {state}: {mutant.Folder}/{Path.GetFileName(file)}:{mutant.Line} {mutant.What}");

        string? Try(string filter, string value) => RunTests(filter, value) switch
        {
            0 => null,
            null => "timed out",
            _ => "killed",
        };
    }

    // Exit code 8 says that no test was chosen.
    int? RunTests(params string[] filter) => Run("dotnet", [Path.Combine(bin, "IrrigationWatch.Tests.dll"), .. filter, "--stop-on-fail", "on", "--ignore-exit-code", "8"], tests, 600);
}

static int? Run(string program, IEnumerable<string> arguments, string folder, int seconds)
{
    using var process = Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true })!;
    process.OutputDataReceived += (_, _) => { };
    process.ErrorDataReceived += (_, _) => { };
    process.BeginOutputReadLine();
    process.BeginErrorReadLine();
    if (process.WaitForExit(seconds * 1000))
    {
        process.WaitForExit();
        return process.ExitCode;
    }

    process.Kill(entireProcessTree: true);
    process.WaitForExit();
    return null;
}

/// <summary>A fault: a piece of a file, and what is put in its place.</summary>
internal sealed record Mutant(string Folder, string File, TextSpan Span, string Replacement, int Line, string What, string Text)
{
    internal string Apply(string whole) => string.Concat(whole.AsSpan(0, Span.Start), Replacement, whole.AsSpan(Span.End));
}

internal static class Mutants
{
    /// <summary>Each operator with those that may stand in its place.</summary>
    private static readonly Dictionary<string, string[]> Operators = """
        + -, - +, * /, / *, % *, < <= >=, <= < >, > >= <=, >= > <, == !=, != ==, && ||, || &&, & |, | &, ^ |, << >>, >> <<, += -=, -= +=, *= /=, /= *=, |= &=, &= |=
        """.Split(", ").Select(entry => entry.Trim().Split(' ')).ToDictionary(entry => entry[0], entry => entry[1..]);

    internal static IEnumerable<Mutant> Of(string folder, string file)
    {
        SyntaxTree tree = CSharpSyntaxTree.ParseText(System.IO.File.ReadAllText(file));
        SourceText text = tree.GetText();
        foreach (SyntaxNode node in tree.GetRoot().DescendantNodes())
        {
            foreach ((TextSpan span, string replacement) in Faults(node))
            {
                int line = text.Lines.GetLinePosition(span.Start).Line;
                yield return new Mutant(folder, file, span, replacement, line + 1, $"'{Short(text.ToString(span))}' -> '{Short(replacement)}'", text.Lines[line].ToString().Trim());
            }
        }
    }

    private static IEnumerable<(TextSpan Span, string Replacement)> Faults(SyntaxNode node)
    {
        // Texts of errors are not under test here.
        if (node.AncestorsAndSelf().Any(above => above is ThrowExpressionSyntax or ThrowStatementSyntax or AttributeSyntax or InterpolationSyntax))
        {
            yield break;
        }

        switch (node)
        {
            case BinaryExpressionSyntax binary when Operators.TryGetValue(binary.OperatorToken.Text, out string[]? others):
                foreach (string other in others)
                {
                    yield return (binary.OperatorToken.Span, other);
                }

                break;
            case AssignmentExpressionSyntax assignment when Operators.TryGetValue(assignment.OperatorToken.Text, out string[]? others):
                yield return (assignment.OperatorToken.Span, others[0]);
                break;
            case LiteralExpressionSyntax { Token.Value: int value } literal when !literal.Ancestors().Any(above => above is EnumMemberDeclarationSyntax):
                yield return (literal.Span, (value + 1).ToString(CultureInfo.InvariantCulture));
                break;
            case LiteralExpressionSyntax literal when literal.IsKind(SyntaxKind.TrueLiteralExpression):
                yield return (literal.Span, "false");
                break;
            case LiteralExpressionSyntax literal when literal.IsKind(SyntaxKind.FalseLiteralExpression):
                yield return (literal.Span, "true");
                break;
            case IfStatementSyntax statement:
                yield return (statement.Condition.Span, $"!({statement.Condition})");
                break;
            case ConditionalExpressionSyntax conditional:
                yield return (conditional.Condition.Span, $"!({conditional.Condition})");
                break;
            case PrefixUnaryExpressionSyntax unary when unary.IsKind(SyntaxKind.LogicalNotExpression) || unary.IsKind(SyntaxKind.UnaryMinusExpression):
                yield return (unary.Span, unary.Operand.ToString());
                break;
            case PostfixUnaryExpressionSyntax unary when unary.IsKind(SyntaxKind.PostIncrementExpression) && unary.Parent is ExpressionStatementSyntax:
                yield return (unary.OperatorToken.Span, "--");
                break;
            case InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier: { Text: "Min" or "Max" } name } }:
                yield return (name.Span, name.Text == "Min" ? "Max" : "Min");
                break;
            case ExpressionStatementSyntax { Expression: InvocationExpressionSyntax } call when !call.ToString().Contains("ThrowIf", StringComparison.Ordinal):
                yield return (call.Span, ";");
                break;
        }
    }

    private static string Short(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)) is string one && one.Length > 60 ? one[..57] + "…" : string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
