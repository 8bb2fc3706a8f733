using System.Globalization;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace IrrigationWatch.Mutation;

/// <summary>A block of code, and how the text is changed so that it tells when it is run ({0}: its number).</summary>
internal sealed record Block(TextSpan Span, IReadOnlyList<(TextSpan Span, string Text)> Edits);

/// <summary>Finds blocks of code.</summary>
internal static class Blocks
{
    private const string Hit = "global::IrrigationWatch.BlocksRun.Hit({0});";

    internal static IReadOnlyList<Block> Of(string text) => [.. CSharpSyntaxTree.ParseText(text).GetRoot().DescendantNodes().Select(Of).OfType<Block>()];

    /// <summary>A file's text with calls in all of its blocks, numbered from <paramref name="first"/> on.</summary>
    internal static string Instrument(string text, IReadOnlyList<Block> blocks, int first)
    {
        var result = new StringBuilder(text);
        var edits = blocks.SelectMany((block, index) => block.Edits.Select(edit => (edit.Span, Text: edit.Text.Replace("{0}", (first + index).ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal))));
        foreach ((TextSpan span, string replacement) in edits.OrderByDescending(edit => edit.Span.Start))
        {
            result.Remove(span.Start, span.Length).Insert(span.Start, replacement);
        }

        return result.ToString();
    }

    private static Block? Of(SyntaxNode node) => node switch
    {
        BlockSyntax block => new Block(block.Span, [(new TextSpan(block.OpenBraceToken.Span.End, 0), Hit)]),
        MethodDeclarationSyntax { ExpressionBody: { } body } method => Opened(method, body, method.SemicolonToken, NoValue(method.ReturnType, method.Modifiers)),
        OperatorDeclarationSyntax { ExpressionBody: { } body } method => Opened(method, body, method.SemicolonToken, noValue: false),
        ConversionOperatorDeclarationSyntax { ExpressionBody: { } body } method => Opened(method, body, method.SemicolonToken, noValue: false),
        LocalFunctionStatementSyntax { ExpressionBody: { } body } method => Opened(method, body, method.SemicolonToken, NoValue(method.ReturnType, method.Modifiers)),
        ConstructorDeclarationSyntax { ExpressionBody: { } body } method => Opened(method, body, method.SemicolonToken, noValue: true),
        AccessorDeclarationSyntax { ExpressionBody: { } body } accessor => Opened(accessor, body, accessor.SemicolonToken, noValue: !accessor.IsKind(SyntaxKind.GetAccessorDeclaration)),
        PropertyDeclarationSyntax { ExpressionBody: { } body } property => Opened(property, body, property.SemicolonToken, noValue: false, "get { ", " }"),
        IndexerDeclarationSyntax { ExpressionBody: { } body } indexer => Opened(indexer, body, indexer.SemicolonToken, noValue: false, "get { ", " }"),
        _ => null,
    };

    private static bool NoValue(TypeSyntax type, SyntaxTokenList modifiers) => type.ToString() == "void" || (modifiers.Any(SyntaxKind.AsyncKeyword) && type.ToString() is "Task" or "ValueTask");

    private static Block Opened(SyntaxNode whole, ArrowExpressionClauseSyntax body, SyntaxToken end, bool noValue, string before = "", string after = "") =>
        new(whole.Span, [(body.ArrowToken.Span, $"{{ {before}{Hit} {(noValue || body.Expression is ThrowExpressionSyntax ? "" : "return ")}"), (end.Span, $"; }}{after}")]);
}
