using System.Net;
using System.Text;
using IrrigationWatch.Server.Operations;

namespace IrrigationWatch.Server.Features;

/// <summary>Pages of the API for people.</summary>
internal static class HtmlPage
{
    /// <summary>How pages are sent.</summary>
    internal const string MediaType = "text/html; charset=utf-8";

    /// <summary>Text as it is written into a page.</summary>
    internal static string Text(string? text) => WebUtility.HtmlEncode(text ?? string.Empty);

    /// <summary>A link in a page.</summary>
    internal static string Anchor(string href, string text) => $"<a href=\"{Text(href)}\">{Text(text)}</a>";

    /// <summary>A table; cells are markup already.</summary>
    internal static string Table(IEnumerable<string> head, IEnumerable<IEnumerable<string>> rows)
    {
        var html = new StringBuilder("<div class=\"wide\"><table><thead><tr>");
        foreach (string cell in head)
        {
            html.Append("<th scope=\"col\">").Append(Text(cell)).Append("</th>");
        }

        html.Append("</tr></thead><tbody>");
        foreach (IEnumerable<string> row in rows)
        {
            html.Append("<tr>");
            foreach (string cell in row)
            {
                html.Append("<td>").Append(cell).Append("</td>");
            }

            html.Append("</tr>\n");
        }

        return html.Append("</tbody></table></div>\n").ToString();
    }

    /// <summary>The other representations of a page, by their links.</summary>
    internal static string Others(IEnumerable<Link> links) =>
        "<p class=\"formats\">" + string.Join(" · ", links.Where(link => link.Relation is "alternate" or "next" or "prev").Select(link => Anchor(link.Href, link.Title))) + "</p>\n";

    /// <summary>A whole page.</summary>
    /// <param name="request">The request.</param>
    /// <param name="title">Its title.</param>
    /// <param name="trail">Pages above it: address below the root, and name.</param>
    /// <param name="body">Its markup.</param>
    internal static string Make(ApiRequest request, string title, IEnumerable<(string Path, string Name)> trail, string body)
    {
        string above = string.Join(" / ", trail.Prepend((string.Empty, request.Folder.Name)).Select(part => Anchor(request.Root + "/" + part.Item1 + (part.Item1.Length > 0 ? "?f=html" : string.Empty), part.Item2)));
        return $"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>{Text(title)} – {Text(request.Folder.Name)}</title>
            <link rel="stylesheet" href="{Text(request.Root)}/assets/site.css">
            </head>
            <body class="page">
            <header><nav aria-label="Where you are">{above}</nav><a class="button" href="{Text(request.Root)}/map/">Map</a></header>
            <main>
            <h1>{Text(title)}</h1>
            {body}
            </main>
            <footer>{Text(request.Folder.Attribution)} <span>IrrigationWatch</span></footer>
            </body>
            </html>

            """;
    }
}
