using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace IrrigationWatch.Mutation;

/// <summary>A fault: a piece of a file (its path from the repository's root), and what is put in its place.</summary>
internal sealed record Mutant(string File, TextSpan Span, string Replacement, int Line, string What, string Text)
{
    internal string Folder => Path.GetFileName(Path.GetDirectoryName(File)!);

    internal string Place => $"{Folder}/{Path.GetFileName(File)}:{Line}";

    public override string ToString() => $"{Place} {What} | {Text}";

    internal string Apply(string whole) => string.Concat(whole.AsSpan(0, Span.Start), Replacement, whole.AsSpan(Span.End));
}

/// <summary>Finds places for faults.</summary>
internal static class Mutants
{
    /// <summary>Each operator with those that may stand in its place.</summary>
    private static readonly Dictionary<string, string[]> Operators = """
        + -, - +, * /, / *, % *, < <= >=, <= < >, > >= <=, >= > <, == !=, != ==, && ||, || &&, & |, | &, ^ |, << >>, >> <<, += -=, -= +=, *= /=, /= *=, |= &=, &= |=
        """.Split(", ").Select(entry => entry.Trim().Split(' ')).ToDictionary(entry => entry[0], entry => entry[1..]);

    internal static IEnumerable<Mutant> Of(string file, string code)
    {
        SyntaxTree tree = CSharpSyntaxTree.ParseText(code);
        SourceText text = tree.GetText();
        foreach (SyntaxNode node in tree.GetRoot().DescendantNodes())
        {
            foreach ((TextSpan span, string replacement) in Faults(node))
            {
                int line = text.Lines.GetLinePosition(span.Start).Line;
                yield return new Mutant(file, span, replacement, line + 1, $"'{Short(text.ToString(span))}' -> '{Short(replacement)}'", text.Lines[line].ToString().Trim());
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
