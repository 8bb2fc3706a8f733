using System.Globalization;
using System.Net;
using System.Text;
using IrrigationWatch.Areas;
using IrrigationWatch.Classification;

namespace IrrigationWatch.Publishing;

/// <summary>The picture of a model card: confusion, importance of features, reliability of probabilities.</summary>
internal static class ModelCharts
{
    private const int Panel = 380;
    private const int Gap = 40;
    private const int Top = 70;
    private const int MostFeatures = 12;
    private const string Ink = "#222222";
    private const string Pale = "#777777";
    private const string Bar = "#0072B2";

    /// <summary>Draws it as SVG.</summary>
    internal static string ToSvg(ModelTraining training)
    {
        int width = 3 * Panel + 4 * Gap;
        const int Height = Top + Panel + 90;
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {Height}\" width=\"{width}\" height=\"{Height}\" font-family=\"Noto Sans, DejaVu Sans, Liberation Sans, Arial, sans-serif\" font-size=\"13\">\n");
        svg.Append(CultureInfo.InvariantCulture, $"<title>Validation of the model by spatial blocks</title>\n<rect width=\"{width}\" height=\"{Height}\" fill=\"#ffffff\"/>\n");
        if (training.ByBlocks is not CrossValidated validation)
        {
            Text(svg, Gap, Top, "All labels lie in one block: nothing can be validated.", Ink, "start", 16);
            return svg.Append("</svg>\n").ToString();
        }

        Confusion(svg, Gap, validation.Overall);
        Importance(svg, 2 * Gap + Panel, [.. ModelCard.Importance(training).Take(MostFeatures)]);
        Reliability(svg, 3 * Gap + 2 * Panel, validation);
        return svg.Append("</svg>\n").ToString();
    }

    private static void Confusion(StringBuilder svg, int left, Confusion confusion)
    {
        Text(svg, left, Top - 40, "Confusion, samples left out by blocks", Ink, "start", 16);
        int count = confusion.Classes.Count;
        const int Names = 100;
        double cell = (Panel - Names) / (double)count;
        for (int i = 0; i < count; i++)
        {
            int all = confusion.Counts[i].Sum();
            Text(svg, left + Names - 8, Top + (i + 0.5) * cell + 4, Short(confusion.Classes[i]), Ink, "end", 12);
            svg.Append(CultureInfo.InvariantCulture, $"<text transform=\"translate({left + Names + (i + 0.5) * cell + 4:0.#},{Top + Panel - Names + 10}) rotate(40)\" font-size=\"12\" fill=\"{Ink}\">{Escape(Short(confusion.Classes[i]))}</text>\n");
            for (int j = 0; j < count; j++)
            {
                double share = all == 0 ? 0 : (double)confusion.Counts[i][j] / all;
                // From white to blue on the diagonal, to vermilion off it: the same in grey, darker is more.
                string fill = i == j ? Mix(share, 0, 114, 178) : Mix(Math.Min(1, 2 * share), 213, 94, 0);
                svg.Append(CultureInfo.InvariantCulture, $"<rect x=\"{left + Names + j * cell:0.#}\" y=\"{Top + i * cell:0.#}\" width=\"{cell:0.#}\" height=\"{cell:0.#}\" fill=\"{fill}\" stroke=\"#dddddd\"/>\n");
                Text(svg, left + Names + (j + 0.5) * cell, Top + (i + 0.5) * cell + 5, confusion.Counts[i][j].ToString(CultureInfo.InvariantCulture), share > 0.55 && i == j ? "#ffffff" : Ink, "middle", 12);
            }
        }

        Text(svg, left, Top - 12, "rows are true, columns predicted classes", Pale, "start", 12);
    }

    private static void Importance(StringBuilder svg, int left, (string Name, double Lost)[] features)
    {
        Text(svg, left, Top - 40, "Accuracy lost without a feature", Ink, "start", 16);
        Text(svg, left, Top - 12, "its values shuffled among the samples left out", Pale, "start", 12);
        const int Names = 185;
        double most = Math.Max(1e-6, features.Max(feature => feature.Lost));
        double step = (double)Panel / MostFeatures;
        for (int i = 0; i < features.Length; i++)
        {
            double length = Math.Max(0, features[i].Lost) / most * (Panel - Names - 60);
            double y = Top + i * step;
            Text(svg, left + Names - 8, y + step / 2 + 4, features[i].Name, Ink, "end", 12);
            svg.Append(CultureInfo.InvariantCulture, $"<rect x=\"{left + Names}\" y=\"{y + 5:0.#}\" width=\"{length:0.#}\" height=\"{step - 10:0.#}\" fill=\"{Bar}\"/>\n");
            Text(svg, left + Names + length + 6, y + step / 2 + 4, features[i].Lost.ToString("0.0000", CultureInfo.InvariantCulture), Pale, "start", 12);
        }
    }

    private static void Reliability(StringBuilder svg, int left, CrossValidated validation)
    {
        Text(svg, left, Top - 40, "Reliability of the probability", Ink, "start", 16);
        Text(svg, left, Top - 12, string.Create(CultureInfo.InvariantCulture, $"Brier score {validation.Brier:0.0000}; circles grow with samples, bars are 95%"), Pale, "start", 12);
        const int Axis = 36;
        const int Side = Panel - Axis;
        int x0 = left + Axis;
        svg.Append(CultureInfo.InvariantCulture, $"<rect x=\"{x0}\" y=\"{Top}\" width=\"{Side}\" height=\"{Side}\" fill=\"none\" stroke=\"#bbbbbb\"/>\n<line x1=\"{x0}\" y1=\"{Top + Side}\" x2=\"{x0 + Side}\" y2=\"{Top}\" stroke=\"#bbbbbb\" stroke-dasharray=\"5 4\"/>\n");
        for (int tick = 0; tick <= 4; tick++)
        {
            string label = (tick / 4.0).ToString("0.00", CultureInfo.InvariantCulture);
            Text(svg, x0 + tick * Side / 4.0, Top + Side + 18, label, Pale, "middle", 12);
            Text(svg, x0 - 6, Top + Side - tick * Side / 4.0 + 4, label, Pale, "end", 12);
        }

        IReadOnlyList<ReliabilityBin> bins = validation.Reliability();
        foreach (ReliabilityBin bin in bins)
        {
            (double low, double high) = Estimate.Wilson(bin.Irrigated, bin.Samples);
            double x = x0 + bin.Probability * Side;
            svg.Append(CultureInfo.InvariantCulture, $"<line x1=\"{x:0.#}\" y1=\"{Top + Side - low * Side:0.#}\" x2=\"{x:0.#}\" y2=\"{Top + Side - high * Side:0.#}\" stroke=\"{Bar}\" stroke-width=\"2\"/>\n");
            double radius = 3 + 9 * Math.Sqrt((double)bin.Samples / validation.Samples.Count);
            svg.Append(CultureInfo.InvariantCulture, $"<circle cx=\"{x0 + bin.Probability * Side:0.#}\" cy=\"{Top + Side - bin.Irrigated * Side:0.#}\" r=\"{radius:0.#}\" fill=\"{Bar}\" fill-opacity=\"0.8\" stroke=\"#ffffff\"/>\n");
        }

        Text(svg, x0 + Side / 2.0, Top + Side + 40, "predicted probability of irrigation", Ink, "middle", 13);
        svg.Append(CultureInfo.InvariantCulture, $"<text transform=\"translate({left - 12},{Top + Side / 2}) rotate(-90)\" text-anchor=\"middle\" fill=\"{Ink}\">irrigated in truth</text>\n");
    }

    private static void Text(StringBuilder svg, double x, double y, string text, string fill, string anchor, int size) =>
        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{x:0.#}\" y=\"{y:0.#}\" fill=\"{fill}\" text-anchor=\"{anchor}\" font-size=\"{size}\">{Escape(text)}</text>\n");

    private static string Mix(double share, int red, int green, int blue)
    {
        int Part(int color) => (int)Math.Round(255 + share * (color - 255));
        return string.Create(CultureInfo.InvariantCulture, $"#{Part(red):x2}{Part(green):x2}{Part(blue):x2}");
    }

    private static string Short(string name) => name.Length <= 14 ? name : name[..13] + "…";

    private static string Escape(string text) => WebUtility.HtmlEncode(text);
}
