using System.Globalization;
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

    /// <summary>Colours of a map of years, for a file of the map's name with the ending <c>.qml</c>: a 16-bit colour table alone would list all 65 536 values.</summary>
    internal static string OfYears(IReadOnlyList<int> years)
    {
        var text = new StringBuilder(Head).Append("<qgis version=\"3.22\" styleCategories=\"Symbology\">\n  <pipe>\n    <rasterrenderer type=\"paletted\" band=\"1\" opacity=\"1\" alphaBand=\"-1\" nodataColor=\"\">\n      <colorPalette>\n");
        text.Append("        <paletteEntry value=\"0\" color=\"#efebe2\" alpha=\"255\" label=\"never irrigated\"/>\n");
        SortedDictionary<ushort, uint> colors = ChangeColors.Years(years[0], years[^1]);
        foreach (int year in years)
        {
            text.Append(CultureInfo.InvariantCulture, $"        <paletteEntry value=\"{year}\" color=\"#{colors[(ushort)year] & 0xFFFFFF:x6}\" alpha=\"255\" label=\"{year}\"/>\n");
        }

        return text.Append("      </colorPalette>\n    </rasterrenderer>\n  </pipe>\n</qgis>\n").ToString();
    }
}
