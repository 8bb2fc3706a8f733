using System.Globalization;
using System.Net;
using System.Text;
using IrrigationWatch.Areas;

namespace IrrigationWatch.Publishing;

/// <summary>Styles in the form of QGIS (QML), for layers of a GeoPackage and for maps.</summary>
internal static class QgisStyle
{
    private const string Head = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n";

    /// <summary>Outlines of zones, their names written into them.</summary>
    internal static string Outline() =>
        $"""
        {Head}<qgis version="3.22" styleCategories="Symbology|Labeling" labelsEnabled="1">
          <renderer-v2 type="singleSymbol" symbollevels="0" forceraster="0">
            <symbols>
              <symbol name="0" type="fill" alpha="1" clip_to_extent="1" force_rhr="0">
                <layer class="SimpleLine" enabled="1" locked="0" pass="0"><prop k="line_color" v="34,43,51,255"/><prop k="line_width" v="0.5"/><prop k="line_style" v="solid"/></layer>
              </symbol>
            </symbols>
          </renderer-v2>
          <labeling type="simple"><settings><text-style fieldName="zone" fontSize="10" textColor="34,43,51,255"/></settings></labeling>
        </qgis>

        """;

    /// <summary>A fill for each kind of land.</summary>
    internal static string ByKind()
    {
        (string Kind, string Color)[] kinds = [("irrigated", "0,158,115,255"), ("opened", "0,114,178,255"), ("abandoned", "213,94,0,255")];
        var text = new StringBuilder(Head).Append("<qgis version=\"3.22\" styleCategories=\"Symbology\">\n  <renderer-v2 type=\"categorizedSymbol\" attr=\"kind\" symbollevels=\"0\" forceraster=\"0\">\n    <categories>\n");
        for (int i = 0; i < kinds.Length; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"      <category symbol=\"{i}\" value=\"{kinds[i].Kind}\" label=\"{kinds[i].Kind}\" render=\"true\"/>\n");
        }

        text.Append("    </categories>\n    <symbols>\n");
        for (int i = 0; i < kinds.Length; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"      <symbol name=\"{i}\" type=\"fill\" alpha=\"1\" clip_to_extent=\"1\" force_rhr=\"0\"><layer class=\"SimpleFill\" enabled=\"1\" locked=\"0\" pass=\"0\"><prop k=\"color\" v=\"{kinds[i].Color}\"/><prop k=\"outline_style\" v=\"no\"/><prop k=\"style\" v=\"solid\"/></layer></symbol>\n");
        }

        return text.Append("    </symbols>\n  </renderer-v2>\n</qgis>\n").ToString();
    }

    /// <summary>
    /// Colours and names of a map of years, classes or counts, for a file of the map's name with the ending <c>.qml</c>: a colour table alone
    /// would list all 256 or 65 536 values, by number.
    /// </summary>
    /// <param name="values">Pixel values, their colours as 0xAARRGGBB, and what they are called.</param>
    internal static string Paletted(IEnumerable<(double Value, uint Color, string Label)> values)
    {
        StringBuilder text = Begin("paletted").Append(">\n      <colorPalette>\n");
        foreach ((double value, uint color, string label) in values)
        {
            text.Append(CultureInfo.InvariantCulture, $"        <paletteEntry value=\"{value}\" color=\"#{color & 0xFFFFFF:x6}\" alpha=\"255\" label=\"{WebUtility.HtmlEncode(label)}\"/>\n");
        }

        return End(text.Append("      </colorPalette>\n"));
    }

    /// <summary>A ramp of colours over the values of the first band, for a file of the map's name with the ending <c>.qml</c>.</summary>
    /// <param name="stops">Values after scaling, in rising order, and their colours as 0xAARRGGBB.</param>
    internal static string Ramp(IReadOnlyList<(double Value, uint Color)> stops)
    {
        string range = string.Create(CultureInfo.InvariantCulture, $"minimumValue=\"{stops[0].Value}\" maximumValue=\"{stops[^1].Value}\"");
        StringBuilder text = Begin("singlebandpseudocolor").Append(CultureInfo.InvariantCulture, $" classificationMin=\"{stops[0].Value}\" classificationMax=\"{stops[^1].Value}\">\n      <rastershader>\n        <colorrampshader colorRampType=\"INTERPOLATED\" classificationMode=\"1\" clip=\"0\" {range}>\n");
        foreach ((double value, uint color) in stops)
        {
            text.Append(CultureInfo.InvariantCulture, $"          <item value=\"{value}\" color=\"#{color & 0xFFFFFF:x6}\" alpha=\"255\" label=\"{value}\"/>\n");
        }

        return End(text.Append("        </colorrampshader>\n      </rastershader>\n"));
    }

    /// <summary>Years of a map of first or last years.</summary>
    internal static string OfYears(IReadOnlyList<int> years)
    {
        SortedDictionary<ushort, uint> colors = ChangeColors.Years(years[0], years[^1]);
        return Paletted([(ChangeMaps.Never, colors[ChangeMaps.Never], "never irrigated"), .. years.Select(year => ((double)year, colors[(ushort)year], year.ToString(CultureInfo.InvariantCulture)))]);
    }

    /// <summary>Counts of a map of numbers of years.</summary>
    internal static string OfCounts(int years)
    {
        SortedDictionary<ushort, uint> colors = ChangeColors.Counts(years);
        return Paletted(Enumerable.Range(0, years + 1).Select(count => ((double)count, colors[(ushort)count], count.ToString(CultureInfo.InvariantCulture))));
    }

    /// <summary>Classes of a map of change.</summary>
    internal static string OfChange() => Paletted(ChangeMaps.Classes.Select(pair => (pair.Key, ChangeMaps.Colors[(ushort)pair.Key], pair.Value)));

    private static StringBuilder Begin(string renderer) =>
        new StringBuilder(Head).Append(CultureInfo.InvariantCulture, $"<qgis version=\"3.22\" styleCategories=\"Symbology\">\n  <pipe>\n    <rasterrenderer type=\"{renderer}\" band=\"1\" opacity=\"1\" alphaBand=\"-1\" nodataColor=\"\"");

    private static string End(StringBuilder text) => text.Append("    </rasterrenderer>\n  </pipe>\n</qgis>\n").ToString();
}
