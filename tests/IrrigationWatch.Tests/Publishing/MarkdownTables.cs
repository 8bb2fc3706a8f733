using Markdig;
using Markdig.Extensions.Tables;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace IrrigationWatch.Tests.Publishing;

/// <summary>The tables of a Markdown text, as Markdig reads them: rows of the text of their cells, the header first.</summary>
internal static class MarkdownTables
{
    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder().UsePipeTables().Build();

    internal static IReadOnlyList<string[][]> Of(string markdown) =>
        [.. Markdown.Parse(markdown, Pipeline).Descendants<Table>().Select(table => table.Cast<TableRow>().Select(row => row.Cast<TableCell>().Select(Text).ToArray()).ToArray())];

    /// <summary>The table whose first cell this is.</summary>
    internal static string[][] Find(string markdown, string first) => Assert.Single(Of(markdown), table => table[0][0] == first);

    private static string Text(TableCell cell) => string.Concat(cell.Descendants<LeafInline>().Select(inline => inline switch
    {
        LiteralInline literal => literal.Content.ToString(),
        CodeInline code => code.Content,
        _ => inline.ToString(),
    }));
}
