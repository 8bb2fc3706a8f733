namespace IrrigationWatch.Publishing;

/// <summary>Names that users choose, inside Markdown.</summary>
internal static class MarkdownText
{
    /// <summary>A text as one cell of a table: a bar of its own would begin the next cell, a line break would end the table.</summary>
    internal static string Cell(string text) => text.ReplaceLineEndings(" ").Replace("|", "\\|", StringComparison.Ordinal);

    /// <summary>Texts as cells in a row.</summary>
    internal static string Cells(IEnumerable<string> texts) => string.Join(" | ", texts.Select(Cell));
}
