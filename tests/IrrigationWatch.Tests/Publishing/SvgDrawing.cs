using System.Globalization;
using System.Xml.Linq;

namespace IrrigationWatch.Tests.Publishing;

/// <summary>
/// What stands where in a picture that was written as SVG, read by a plain XML reader: texts, lines, bars, circles and areas, in the
/// picture's own pixels.
/// </summary>
internal sealed class SvgDrawing
{
    private SvgDrawing(XElement root)
    {
        (Width, Height) = (Number(root, "width"), Number(root, "height"));
        foreach (XElement element in root.Descendants())
        {
            (double x, double y) = Shift(element);
            string fill = (string?)element.Attribute("fill") ?? string.Empty;
            string stroke = (string?)element.Attribute("stroke") ?? string.Empty;
            double opacity = Number(element, fill is "none" or "" ? "stroke-opacity" : "fill-opacity", 1);
            switch (element.Name.LocalName)
            {
                case "text" when fill != "none":
                    Texts.Add(new Text(element.Value.Trim('\r', '\n', '\t'), x + First(element, "x"), y + First(element, "y"), fill, Number(element.AncestorsAndSelf().First(level => level.Attribute("font-size") is not null), "font-size")));
                    break;
                case "rect" when fill != "none":
                    Bars.Add(new Bar(x + Number(element, "x", 0), y + Number(element, "y", 0), Number(element, "width"), Number(element, "height"), fill, opacity));
                    break;
                case "rect":
                    Frames.Add(new Bar(x + Number(element, "x", 0), y + Number(element, "y", 0), Number(element, "width"), Number(element, "height"), fill, opacity));
                    break;
                case "ellipse" or "circle":
                    Circles.Add(new Circle(x + Number(element, "cx", 0), y + Number(element, "cy", 0), Number(element, element.Name.LocalName == "circle" ? "r" : "rx"), fill));
                    break;
                case "line":
                    Lines.Add(new Line(Number(element, "x1"), Number(element, "y1"), Number(element, "x2"), Number(element, "y2"), stroke, Number(element, "stroke-width", 1)));
                    break;
                case "path":
                    (double X, double Y)[] points = [.. Points((string)element.Attribute("d")!).Select(point => (point.X + x, point.Y + y))];
                    if (fill != "none")
                    {
                        Areas.Add(new Area(points, fill, opacity));
                    }
                    else if (points.Length == 2)
                    {
                        Lines.Add(new Line(points[0].X, points[0].Y, points[1].X, points[1].Y, stroke, Number(element, "stroke-width", 1)));
                    }
                    else
                    {
                        Curves.Add(new Area(points, stroke, opacity));
                    }

                    break;
                default:
                    break;
            }
        }
    }

    internal double Width { get; }

    internal double Height { get; }

    internal List<Text> Texts { get; } = [];

    internal List<Line> Lines { get; } = [];

    internal List<Bar> Bars { get; } = [];

    /// <summary>Rectangles of lines.</summary>
    internal List<Bar> Frames { get; } = [];

    internal List<Circle> Circles { get; } = [];

    /// <summary>Closed and filled.</summary>
    internal List<Area> Areas { get; } = [];

    /// <summary>Lines of more than two points, not filled.</summary>
    internal List<Area> Curves { get; } = [];

    internal IEnumerable<string> Words => Texts.Select(text => text.Words);

    internal static SvgDrawing Read(string path) => new(XDocument.Load(path).Root!);

    internal static SvgDrawing Parse(string text) => new(XDocument.Parse(text).Root!);

    /// <summary>The one text of these words.</summary>
    internal Text TextOf(string words) => Assert.Single(Texts, text => text.Words == words);

    private static (double X, double Y) Shift(XElement element)
    {
        double x = 0;
        double y = 0;
        foreach (XElement level in element.AncestorsAndSelf())
        {
            string transform = (string?)level.Attribute("transform") ?? string.Empty;
            if (transform.StartsWith("translate(", StringComparison.Ordinal))
            {
                double[] parts = Numbers(transform[10..transform.IndexOf(')', StringComparison.Ordinal)]);
                (x, y) = (x + parts[0], y + (parts.Length > 1 ? parts[1] : 0));
            }
        }

        return (x, y);
    }

    private static IEnumerable<(double X, double Y)> Points(string path) =>
        path.Split(['M', 'L', 'Z'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(Numbers).Where(pair => pair.Length == 2).Select(pair => (pair[0], pair[1]));

    private static double[] Numbers(string text) => [.. text.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries).Select(number => double.Parse(number, CultureInfo.InvariantCulture))];

    private static double First(XElement element, string name) => element.Attribute(name) is XAttribute attribute ? Numbers(attribute.Value)[0] : 0;

    private static double Number(XElement element, string name, double? missing = null) =>
        element.Attribute(name) is XAttribute attribute ? double.Parse(attribute.Value, CultureInfo.InvariantCulture) : missing ?? throw new Xunit.Sdk.XunitException($"{element.Name.LocalName} has no {name}");

    /// <summary>Words at the place where they begin.</summary>
    internal sealed record Text(string Words, double X, double Y, string Fill, double Size);

    internal sealed record Line(double X0, double Y0, double X1, double Y1, string Color, double Width);

    internal sealed record Bar(double X, double Y, double Width, double Height, string Fill, double Opacity);

    internal sealed record Circle(double X, double Y, double Radius, string Fill);

    internal sealed record Area(IReadOnlyList<(double X, double Y)> Points, string Color, double Opacity);
}
