using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using IrrigationWatch.Areas;
using IrrigationWatch.Rasters;
using Markdig;

namespace IrrigationWatch.Publishing;

/// <summary>A report as one HTML file that needs no network: figures in words, charts, maps, time-lapse, tables, methods, sources.</summary>
public static class HtmlReport
{
    private static readonly MarkdownPipeline Markdown = new MarkdownPipelineBuilder().UsePipeTables().DisableHtml().Build();

    /// <summary>Writes a report.</summary>
    /// <param name="path">The HTML file.</param>
    /// <param name="content">What it tells.</param>
    /// <exception cref="InputException">A picture cannot be read or the place not be written.</exception>
    public static void Write(string path, ReportContent content)
    {
        ArgumentNullException.ThrowIfNull(content);
        if (content.Rows.Count == 0)
        {
            throw new InputException(path, "there is no area to report; make an area table first");
        }

        AtomicFile.WriteText(path, new Page(content).ToText());
    }

    private sealed class Page
    {
        /// <summary>Zones that are told of in words, and those that stand in tables and charts: the largest. The files hold all.</summary>
        private const int MostWords = 8;
        private const int MostZones = 40;

        private readonly StringBuilder html = new();
        private readonly ReportContent content;
        private readonly Texts texts;
        private readonly ZoneChange[] changes;
        private readonly HashSet<(string Zone, string Country)> shown;
        private readonly int zoneCount;

        internal Page(ReportContent content)
        {
            this.content = content;
            texts = content.Texts;
            IReadOnlyList<ZoneChange> all = ZoneChange.Of(content.Rows, content.LeastObserved);
            zoneCount = all.Count;
            changes = Largest(all, MostZones);
            shown = [.. changes.Select(change => (change.Zone, change.Country))];
        }

        internal string ToText()
        {
            int first = content.Rows.Min(row => row.Year);
            int last = content.Rows.Max(row => row.Year);
            html.Append(CultureInfo.InvariantCulture, $"<!DOCTYPE html>\n<html lang=\"{texts.Code}\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{Escape(content.Name)} {first}–{last}</title>\n<style>\n{Resource("report.css")}</style>\n</head>\n<body>\n");
            html.Append(CultureInfo.InvariantCulture, $"<header><div><h1>{Escape(content.Name)}</h1><p>{Escape(texts["report"])}, {first}–{last}</p></div></header>\n<nav><div>");
            string[] sections = [.. Sections().Select(section => section.Key)];
            foreach (string key in sections)
            {
                html.Append(CultureInfo.InvariantCulture, $"<a href=\"#{key.Replace(' ', '-')}\">{Escape(texts[key])}</a>");
            }

            html.Append("</div></nav>\n<main>\n");
            foreach ((string key, Action write) in Sections())
            {
                html.Append(CultureInfo.InvariantCulture, $"<section id=\"{key.Replace(' ', '-')}\">\n<h2>{Escape(texts[key])}</h2>\n");
                write();
                html.Append("</section>\n");
            }

            html.Append(CultureInfo.InvariantCulture, $"</main>\n<footer>{Escape(content.Source)}{(content.Source.Length > 0 ? " " : string.Empty)}IrrigationWatch {typeof(HtmlReport).Assembly.GetName().Version?.ToString(3)}.</footer>\n");
            html.Append(CultureInfo.InvariantCulture, $"<script type=\"application/json\" id=\"data\">{Data()}</script>\n<script>\n{Resource("report.js")}</script>\n</body>\n</html>\n");
            return html.ToString();
        }

        private IEnumerable<(string Key, Action Write)> Sections()
        {
            yield return ("key figures", KeyFigures);
            yield return ("heading", Chart);
            yield return ("change", Change);
            if (Has("maps"))
            {
                yield return ("maps", () => Pictures("maps", paired: false));
            }

            if (Has("time-lapse"))
            {
                yield return ("time-lapse", () => Pictures("time-lapse", paired: false));
            }

            if (content.Waters.Count > 0)
            {
                yield return ("water heading", Waters);
            }

            yield return ("table", AreaTable);
            if (content.ScenesByYear.Count > 0 || content.Skipped.Count > 0)
            {
                yield return ("scenes", Scenes);
            }

            yield return ("methods", Methods);
            if (content.Assessment.Length > 0)
            {
                yield return ("accuracy", () => Card(content.Assessment));
            }

            if (content.ModelCard.Length > 0)
            {
                yield return ("model", () => Card(content.ModelCard));
            }

            if (content.Versions.Count > 0)
            {
                yield return ("versions", Versions);
            }
        }

        private bool Has(string section) => content.Pictures.Any(picture => picture.Section == section && File.Exists(picture.Path));

        private void KeyFigures()
        {
            html.Append("<div class=\"figures\">\n");
            foreach (ZoneChange change in changes.Where(change => change.Years.Count > 0).OrderByDescending(change => change.LastHectares).Take(4))
            {
                html.Append(CultureInfo.InvariantCulture, $"<div class=\"figure\"><b>{Ha(change.LastHectares)}</b><span>{Escape(texts["ha"])}, {Escape(change.Zone)}, {change.Years[^1]}</span></div>\n");
            }

            html.Append("</div>\n<ul class=\"words\">\n");
            ZoneChange[] told = Largest(changes, MostWords);
            foreach (ZoneChange change in told)
            {
                html.Append(CultureInfo.InvariantCulture, $"<li>{Escape(InWords(change))}{(change.LeftOut.Count > 0 ? " " + Escape(texts["left out", string.Join(", ", change.LeftOut)]) : string.Empty)}</li>\n");
            }

            foreach (Transition ends in Ends().Where(ends => Array.Exists(told, change => (change.Zone, change.Country) == (ends.Zone, ends.Country))))
            {
                html.Append(CultureInfo.InvariantCulture, $"<li>{Escape(texts["changed", ends.Zone, ends.From, ends.To, Ha(ends.GainHectares), Ha(ends.LossHectares), Ha(ends.KeptHectares)])}</li>\n");
            }

            html.Append("</ul>\n");
            More(told.Length, "change.csv");
            if (content.YearNote.Length > 0)
            {
                html.Append(CultureInfo.InvariantCulture, $"<p class=\"note\">{Escape(content.YearNote)}</p>\n");
            }

            foreach (string warning in content.Warnings)
            {
                html.Append(CultureInfo.InvariantCulture, $"<p class=\"warning\">{Escape(warning)}</p>\n");
            }
        }

        private string InWords(ZoneChange change)
        {
            if (change.Years.Count < 3 || !double.IsFinite(change.Trend.Slope))
            {
                return texts["too few", change.Zone];
            }

            string p = change.Trend.P.ToString(change.Trend.P < 0.001 ? "0.0e0" : "0.###", CultureInfo.InvariantCulture);
            double percent = 100 * (change.LastHectares - change.FirstHectares) / change.FirstHectares;
            string relative = double.IsFinite(percent) ? percent.ToString("+0.#;−0.#;0", CultureInfo.InvariantCulture) + "%" : "–";
            return texts["rose", change.Zone, Ha(change.FirstHectares), change.Years[0], Ha(change.LastHectares), change.Years[^1], relative, Ha(change.Trend.Slope), Ha(change.Trend.SlopeLow), Ha(change.Trend.SlopeHigh), texts[change.Trend.P < 0.05 ? "significant" : "chance", p]];
        }

        /// <summary>From the first to the last period; the widest span where there is more than one.</summary>
        private IEnumerable<Transition> Ends() => content.Transitions.Count == 0 ? [] : content.Transitions
            .GroupBy(row => (row.Zone, row.Country))
            .Select(zone => zone.OrderByDescending(row => row.To.Last - row.From.First).ThenByDescending(row => row.From.Last - row.From.First).First());

        private void Chart()
        {
            html.Append("<div id=\"keys\"></div>\n<div id=\"chart\"><div id=\"tip\"></div></div>\n");
            if (content.Rows.Any(row => row.ObservedFraction < content.LeastObserved))
            {
                html.Append(CultureInfo.InvariantCulture, $"<p class=\"note\">{Escape(new ChartOptions { LeastObserved = content.LeastObserved, Texts = texts }.HollowNote)}</p>\n");
            }

            if (content.Rows.Any(row => row.LowHectares is not null))
            {
                html.Append(CultureInfo.InvariantCulture, $"<p class=\"note\">{Escape(texts["band"])}</p>\n");
            }
        }

        private void Change()
        {
            html.Append(CultureInfo.InvariantCulture, $"<h3>{Escape(texts["trends"])}</h3>\n<div class=\"scroll\"><table><thead><tr><th class=\"text\">{Escape(texts["zone"])}</th><th class=\"text\">{Escape(texts["country"])}</th><th>{Escape(texts["from to"])}</th><th>{Escape(texts["slope"])}</th><th>{Escape(texts["interval"])}</th><th>P</th><th>{Escape(texts["break"])}</th></tr></thead><tbody>\n");
            foreach (ZoneChange change in changes)
            {
                string years = change.Years.Count > 0 ? string.Create(CultureInfo.InvariantCulture, $"{change.Years[0]}–{change.Years[^1]}") : string.Empty;
                html.Append(CultureInfo.InvariantCulture, $"<tr><td class=\"text\">{Escape(change.Zone)}</td><td class=\"text\">{Escape(change.Country)}</td><td>{years}</td><td>{Ha(change.Trend.Slope)}</td><td>{Ha(change.Trend.SlopeLow)} – {Ha(change.Trend.SlopeHigh)}</td><td>{(double.IsFinite(change.Trend.P) ? change.Trend.P.ToString("0.####", CultureInfo.InvariantCulture) : string.Empty)}</td><td>{string.Join(", ", change.Line?.Breaks ?? [])}</td></tr>\n");
            }

            html.Append("</tbody></table></div>\n");
            More(shown.Count, "change.csv");
            if (content.Transitions.Count > 0)
            {
                Transition[] rows = [.. content.Transitions.Where(row => shown.Contains((row.Zone, row.Country)))];
                Transition[] periods = [.. rows.Where(row => row.From.First != row.From.Last)];
                html.Append(CultureInfo.InvariantCulture, $"<h3>{Escape(texts["gain loss"])}</h3>\n<div class=\"scroll\"><table><thead><tr><th class=\"text\">{Escape(texts["from to"])}</th><th class=\"text\">{Escape(texts["zone"])}</th><th>{Escape(texts["kept"])}</th><th>{Escape(texts["gained ha"])}</th><th>{Escape(texts["lost ha"])}</th><th>{Escape(texts["unseen ha"])}</th></tr></thead><tbody>\n");
                foreach (Transition row in periods.Length > 0 ? periods : rows)
                {
                    html.Append(CultureInfo.InvariantCulture, $"<tr><td class=\"text\">{row.From} → {row.To}</td><td class=\"text\">{Escape(row.Zone)}</td><td>{Ha(row.KeptHectares)}</td><td>{Ha(row.GainHectares)}</td><td>{Ha(row.LossHectares)}</td><td>{Ha(row.UnobservedHectares)}</td></tr>\n");
                }

                html.Append("</tbody></table></div>\n");
                More(shown.Count, "transitions.csv");
            }

            Matrices();
            Pictures("change", paired: true);
        }

        /// <summary>A square table of classes for each of the zones with the most land.</summary>
        private void Matrices()
        {
            const int MostZones = 6;
            foreach (IGrouping<(string Zone, string Country), ClassTransition> zone in content.Matrix.GroupBy(cell => (cell.Zone, cell.Country)).OrderByDescending(zone => zone.Sum(cell => cell.Hectares)).Take(MostZones))
            {
                ClassTransition[] cells = [.. zone];
                string[] rows = [.. cells.Select(cell => cell.FromClass).Distinct()];
                string[] columns = [.. cells.Select(cell => cell.ToClass).Distinct()];
                html.Append(CultureInfo.InvariantCulture, $"<h3>{Escape(texts["matrix", Picture.PlaceName(zone.Key.Zone, zone.Key.Country), cells[0].From, cells[0].To])}</h3>\n<div class=\"scroll\"><table><thead><tr><th class=\"text\">{cells[0].From} ↓ {cells[0].To} →</th>");
                html.Append(string.Concat(columns.Select(column => $"<th>{Escape(texts[column])}</th>"))).Append(CultureInfo.InvariantCulture, $"<th>{Escape(texts["sum"])}</th></tr></thead><tbody>\n");
                foreach (string row in rows)
                {
                    html.Append(CultureInfo.InvariantCulture, $"<tr><td class=\"text\">{Escape(texts[row])}</td>");
                    html.Append(string.Concat(columns.Select(column => $"<td{(row == column ? " class=\"kept\"" : string.Empty)}>{Ha(cells.Where(cell => cell.FromClass == row && cell.ToClass == column).Sum(cell => cell.Hectares))}</td>")));
                    html.Append(CultureInfo.InvariantCulture, $"<td>{Ha(cells.Where(cell => cell.FromClass == row).Sum(cell => cell.Hectares))}</td></tr>\n");
                }

                html.Append(CultureInfo.InvariantCulture, $"<tr class=\"sum\"><td class=\"text\">{Escape(texts["sum"])}</td>{string.Concat(columns.Select(column => $"<td>{Ha(cells.Where(cell => cell.ToClass == column).Sum(cell => cell.Hectares))}</td>"))}<td>{Ha(cells.Sum(cell => cell.Hectares))}</td></tr>\n</tbody></table></div>\n");
            }
        }

        private void Pictures(string section, bool paired)
        {
            html.Append(paired ? "<div class=\"pair\">\n" : "<div>\n");
            foreach (ReportPicture picture in content.Pictures.Where(picture => picture.Section == section && File.Exists(picture.Path)))
            {
                html.Append(CultureInfo.InvariantCulture, $"<figure><img alt=\"{Escape(picture.Caption)}\" src=\"{DataUri(picture.Path)}\" loading=\"lazy\"><figcaption>{Escape(picture.Caption)}</figcaption></figure>\n");
            }

            html.Append("</div>\n");
        }

        private void Waters()
        {
            html.Append(CultureInfo.InvariantCulture, $"<div class=\"scroll\"><table><thead><tr><th>{Escape(texts["year"])}</th><th class=\"text\">{Escape(texts["lake"])}</th><th>{Escape(texts["ha"])}</th><th>{Escape(texts["observed share"])}</th></tr></thead><tbody>\n");
            foreach (AreaRow row in content.Waters)
            {
                html.Append(CultureInfo.InvariantCulture, $"<tr{(row.ObservedFraction < content.LeastObserved ? " class=\"pale\"" : string.Empty)}><td>{row.Year}</td><td class=\"text\">{Escape(row.Zone)}</td><td>{Ha(row.IrrigatedHectares)}</td><td>{row.ObservedFraction:0.0%}</td></tr>\n");
            }

            html.Append("</tbody></table></div>\n");
            Pictures("water", paired: false);
        }

        private void AreaTable()
        {
            html.Append(CultureInfo.InvariantCulture, $"<div class=\"scroll\"><table><thead><tr><th>{Escape(texts["year"])}</th><th class=\"text\">{Escape(texts["zone"])}</th><th class=\"text\">{Escape(texts["country"])}</th><th>{Escape(texts["area"])}</th><th>{Escape(texts["interval"])}</th><th>{Escape(texts["observed share"])}</th></tr></thead><tbody>\n");
            foreach (AreaRow row in Shown)
            {
                string interval = row is { LowHectares: double low, HighHectares: double high } ? $"{Ha(low)} – {Ha(high)}" : string.Empty;
                html.Append(CultureInfo.InvariantCulture, $"<tr{(row.ObservedFraction < content.LeastObserved ? " class=\"pale\"" : string.Empty)}><td>{row.Year}</td><td class=\"text\">{Escape(row.Zone)}</td><td class=\"text\">{Escape(row.Country)}</td><td>{Ha(row.IrrigatedHectares)}</td><td>{interval}</td><td>{row.ObservedFraction:0.0%}</td></tr>\n");
            }

            html.Append(CultureInfo.InvariantCulture, $"</tbody></table></div>\n<p class=\"note\">{Escape(texts["area file"])}</p>\n");
            More(shown.Count, "area.csv");
        }

        private void Scenes()
        {
            html.Append(CultureInfo.InvariantCulture, $"<h3>{Escape(texts["scenes used"])}</h3>\n<p>{string.Join(" · ", content.ScenesByYear.Select(pair => string.Create(CultureInfo.InvariantCulture, $"{pair.Key}: <b>{pair.Value}</b>")))}</p>\n");
            if (content.Skipped.Count > 0)
            {
                html.Append(CultureInfo.InvariantCulture, $"<h3>{Escape(texts["skipped"])}</h3>\n<div class=\"scroll\"><table><tbody>\n");
                foreach ((string file, string cause) in content.Skipped)
                {
                    html.Append(CultureInfo.InvariantCulture, $"<tr><td class=\"wide\">{Escape(file)}</td><td class=\"wide\">{Escape(cause)}</td></tr>\n");
                }

                html.Append("</tbody></table></div>\n");
            }
        }

        private void Methods() => html.Append(CultureInfo.InvariantCulture, $"<p>{Escape(texts["methods text", content.LeastObserved.ToString("0.#%", CultureInfo.InvariantCulture)])}</p>\n");

        private void Card(string markdown) => html.Append(CultureInfo.InvariantCulture, $"<div class=\"model\">{Markdig.Markdown.ToHtml(markdown, Markdown)}</div>\n");

        private void Versions()
        {
            html.Append("<div class=\"scroll\"><table><tbody>\n");
            foreach ((string what, string value) in content.Versions)
            {
                html.Append(CultureInfo.InvariantCulture, $"<tr><td class=\"wide\">{Escape(what)}</td><td class=\"wide\"><code>{Escape(value)}</code></td></tr>\n");
            }

            html.Append("</tbody></table></div>\n");
        }

        /// <summary>What the chart is drawn from.</summary>
        private string Data()
        {
            int[] years = [.. content.Rows.Select(row => row.Year).Distinct().Order()];
            IGrouping<(string Zone, string Country), AreaRow>[] zones = [.. Shown.GroupBy(row => (row.Zone, row.Country)).OrderByDescending(zone => zone.Max(row => row.IrrigatedHectares))];
            var data = new JsonObject
            {
                ["heading"] = texts["heading"],
                ["hectares"] = texts["hectares"],
                ["ha"] = texts["ha"],
                ["leastObserved"] = content.LeastObserved,
                ["unobserved"] = ChartOptions.Unobserved,
                ["never"] = texts["not observed"],
                ["observedLabel"] = texts["observed"],
                ["years"] = new JsonArray([.. years.Select(year => (JsonNode)year)]),
                ["observed"] = new JsonArray([.. years.Select(year => (JsonNode)Share([.. content.Rows.Where(row => row.Year == year)]))]),
                ["series"] = new JsonArray([.. zones.Select((zone, i) => new JsonObject
                {
                    ["name"] = Picture.PlaceName(zone.Key.Zone, zone.Key.Country),
                    ["color"] = Hex(i),
                    ["rows"] = new JsonArray([.. zone.OrderBy(row => row.Year).Select(row => new JsonObject
                    {
                        ["year"] = row.Year,
                        ["ha"] = Math.Round(row.IrrigatedHectares, 3),
                        ["observed"] = Math.Round(row.ObservedFraction, 4),
                        ["low"] = row.LowHectares is double low ? Math.Round(low, 3) : null,
                        ["high"] = row.HighHectares is double high ? Math.Round(high, 3) : null,
                    })]),
                })]),
            };
            // The default encoder keeps "<" out of the script element.
            return data.ToJsonString(new JsonSerializerOptions { Encoder = JavaScriptEncoder.Default });
        }

        private static double Share(AreaRow[] rows)
        {
            double zone = rows.Sum(row => row.ZoneHectares);
            return zone > 0 ? Math.Round(Math.Clamp(rows.Sum(row => row.ObservedHectares) / zone, 0, 1), 4) : 0;
        }

        private IEnumerable<AreaRow> Shown => content.Rows.Where(row => shown.Contains((row.Zone, row.Country)));

        /// <summary>Says where the zones are that are left out for being many.</summary>
        private void More(int told, string file)
        {
            if (told < zoneCount)
            {
                html.Append(CultureInfo.InvariantCulture, $"<p class=\"note\">{Escape(texts["more zones", zoneCount - told, file])}</p>\n");
            }
        }

        private static ZoneChange[] Largest(IReadOnlyList<ZoneChange> changes, int most)
        {
            HashSet<ZoneChange> largest = [.. changes.OrderByDescending(change => double.IsFinite(change.LastHectares) ? change.LastHectares : -1).Take(most)];
            return [.. changes.Where(largest.Contains)];
        }

        private static string Hex(int series)
        {
            SkiaSharp.SKColor color = Picture.Series[series % Picture.Series.Length];
            return string.Create(CultureInfo.InvariantCulture, $"#{color.Red:x2}{color.Green:x2}{color.Blue:x2}");
        }

        private static string Ha(double value) => double.IsFinite(value) ? Picture.Hectares(value).Replace(' ', '\u00A0').Replace('-', '−') : "–";

        private static string Escape(string text) => WebUtility.HtmlEncode(text);

        private static string DataUri(string path)
        {
            string type = Path.GetExtension(path).ToLowerInvariant() switch { ".svg" => "image/svg+xml", ".webp" => "image/webp", ".gif" => "image/gif", _ => "image/png" };
            try
            {
                return $"data:{type};base64,{Convert.ToBase64String(File.ReadAllBytes(path))}";
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new InputException(path, $"cannot be read ({e.Message.TrimEnd('.')}); draw it again", e);
            }
        }

        private static string Resource(string name)
        {
            using Stream stream = typeof(HtmlReport).Assembly.GetManifestResourceStream(name) ?? throw new InvalidOperationException($"{name} is not in the program");
            using var reader = new StreamReader(stream);
            return reader.ReadToEnd();
        }
    }
}
