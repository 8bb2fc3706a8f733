using System.Globalization;
using System.Xml.Linq;
using IrrigationWatch.Areas;
using IrrigationWatch.Publishing;

namespace IrrigationWatch.Tests.Publishing;

/// <summary>Styles of QGIS, read by a plain XML reader.</summary>
public class QgisStyleTests
{
    [Fact]
    public void Values_have_their_colours_and_names_and_markup_is_escaped()
    {
        XElement raster = Renderer(QgisStyle.Paletted([(1, 0xFF009E73, "irrigated <\"drip\"> & Іле"), (65535, 0x00000001, "伊犁")]));
        Assert.Equal(("paletted", "1"), ((string?)raster.Attribute("type"), (string?)raster.Attribute("band")));
        Assert.Equal(
            [("1", "#009e73", "255", "irrigated <\"drip\"> & Іле"), ("65535", "#000001", "255", "伊犁")],
            raster.Element("colorPalette")!.Elements("paletteEntry").Select(entry => ((string)entry.Attribute("value")!, (string)entry.Attribute("color")!, (string)entry.Attribute("alpha")!, (string)entry.Attribute("label")!)));
    }

    [Fact]
    public void A_ramp_goes_from_its_first_to_its_last_stop_whatever_the_culture()
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        var comma = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        comma.NumberFormat.NumberDecimalSeparator = ",";
        try
        {
            CultureInfo.CurrentCulture = comma;
            XElement raster = Renderer(QgisStyle.Ramp([(-0.25, 0xFFEFEBE2), (0.5, 0xFF8CC9A5), (1, 0xFF00693E)]));
            Assert.Equal(("singlebandpseudocolor", "-0.25", "1"), ((string?)raster.Attribute("type"), (string?)raster.Attribute("classificationMin"), (string?)raster.Attribute("classificationMax")));
            XElement shader = raster.Element("rastershader")!.Element("colorrampshader")!;
            Assert.Equal(("INTERPOLATED", "-0.25", "1"), ((string?)shader.Attribute("colorRampType"), (string?)shader.Attribute("minimumValue"), (string?)shader.Attribute("maximumValue")));
            Assert.Equal([("-0.25", "#efebe2", "-0.25"), ("0.5", "#8cc9a5", "0.5"), ("1", "#00693e", "1")], shader.Elements("item").Select(item => ((string)item.Attribute("value")!, (string)item.Attribute("color")!, (string)item.Attribute("label")!)));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void Maps_of_change_name_their_four_classes() => Assert.Equal(
        [("0", "#efebe2", "not irrigated"), ("1", "#009e73", "irrigated in both"), ("2", "#0072b2", "opened"), ("3", "#d55e00", "abandoned")],
        Entries(QgisStyle.OfChange()));

    [Fact]
    public void Maps_of_years_and_counts_name_each_value_and_no_other()
    {
        Assert.Equal([("0", "#efebe2", "never irrigated"), ("1990", "#440154", "1990"), ("1992", "#fde725", "1992")], Entries(QgisStyle.OfYears([1990, 1992])));
        Assert.Equal([("0", "#efebe2", "0"), ("1", "#21918c", "1"), ("2", "#440154", "2")], Entries(QgisStyle.OfCounts(2)));
    }

    [Fact]
    public void Zones_are_outlines_with_their_names()
    {
        XElement style = XDocument.Parse(QgisStyle.Outline()).Root!;
        Assert.Equal(("qgis", "1", "singleSymbol"), (style.Name.LocalName, (string?)style.Attribute("labelsEnabled"), (string?)style.Element("renderer-v2")!.Attribute("type")));
        Assert.Equal("SimpleLine", (string?)style.Descendants("layer").Single().Attribute("class"));
        Assert.Equal("zone", (string?)style.Descendants("text-style").Single().Attribute("fieldName"));
    }

    [Fact]
    public void Each_kind_of_land_has_a_fill_of_its_colour()
    {
        XElement renderer = XDocument.Parse(QgisStyle.ByKind()).Root!.Element("renderer-v2")!;
        Assert.Equal("kind", (string?)renderer.Attribute("attr"));
        Dictionary<string, string> fills = renderer.Element("symbols")!.Elements("symbol").ToDictionary(symbol => (string)symbol.Attribute("name")!, symbol => (string)symbol.Descendants("prop").Single(prop => (string?)prop.Attribute("k") == "color").Attribute("v")!);
        Assert.Equal(
            [("irrigated", "0,158,115,255"), ("opened", "0,114,178,255"), ("abandoned", "213,94,0,255")],
            renderer.Element("categories")!.Elements("category").Select(category => ((string)category.Attribute("value")!, fills[(string)category.Attribute("symbol")!])));
        // The same colours as in maps and charts of change.
        Assert.Equal([0xFF0072B2u, 0xFFD55E00u], [ChangeMaps.Colors[ChangeMaps.Opened], ChangeMaps.Colors[ChangeMaps.Abandoned]]);
    }

    private static XElement Renderer(string style) => XDocument.Parse(style).Root!.Element("pipe")!.Element("rasterrenderer")!;

    private static IEnumerable<(string Value, string Color, string Label)> Entries(string style) =>
        Renderer(style).Element("colorPalette")!.Elements("paletteEntry").Select(entry => ((string)entry.Attribute("value")!, (string)entry.Attribute("color")!, (string)entry.Attribute("label")!));
}
