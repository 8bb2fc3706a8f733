using System.Globalization;
using System.Text.RegularExpressions;

namespace IrrigationWatch.Areas;

/// <summary>How published series of maps write the year of a map into its name, beside years of editions, versions and processing.</summary>
internal static partial class MapSeries
{
    private const RegexOptions Options = RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture;

    /// <summary>Name of the series, and the place of the year in the names of its files.</summary>
    private static readonly (string Series, Regex Name)[] All =
    [
        // U2018_CLC2012_V2020_20u1: the state of 2012, in the update of 2018, version of 2020. Older: g100_clc12_V18_5.
        ("CORINE Land Cover", new Regex(@"(^|[^a-z])CLC_?(?<year>\d{4})(?![0-9])", Options)),
        ("CORINE Land Cover", new Regex(@"(^|[^a-z])CLC(?<short>90|00|06|12|18|24)(?![0-9])", Options)),
        // nlcd_2006_landcover_2011_edition_2014_10_10, NLCD_2019_Land_Cover_L48_20210604; changes between two years are of none.
        ("NLCD", new Regex(@"(^|[^a-z])Annual_NLCD_[a-z]+_(?<year>\d{4})_", Options)),
        ("NLCD", new Regex(@"(^|[^a-z])NLCD_(?<year>\d{4})_(?!to[_-]|\d{4}(?![0-9]))(?!.*change)", Options)),
        // ESACCI-LC-L4-LCCS-Map-300m-P1Y-2010-v2.0.7, C3S-LC-L4-LCCS-Map-300m-P1Y-2018-v2.1.1.
        ("ESA CCI Land Cover", new Regex(@"^ESACCI-LC-.*-P\d+Y-(?<year>\d{4})-v", Options)),
        ("C3S Land Cover", new Regex(@"^C3S-LC-.*-P\d+Y-(?<year>\d{4})-v", Options)),
        ("ESA WorldCover", new Regex(@"WorldCover_\d+m_(?<year>\d{4})_v", Options)),
        // Global_cropland_NE_2019, 2000_40N_070E.
        ("GLAD", new Regex(@"^Global_cropland_([a-z0-9]+_)*?(?<year>\d{4})(?![0-9]|[-_](to[-_])?\d{4}(?![0-9]))", Options)),
        ("GLAD", new Regex(@"^(?<year>\d{4})_\d{2}[NS]_\d{3}[EW]", Options)),
        // mapbiomas-brazil-collection-2023-brazilcoverage_2010, mapbiomas_collection90_integration_v1-classification_2016.
        ("MapBiomas", new Regex(@"(coverage|classification|cobertura|lulc)[_-](?<year>\d{4})(?![0-9]|[-_](to[-_])?\d{4}(?![0-9]))", Options)),
        // GFSAD30EUCEARUMECE_2015_N40E070_001_2017286103800, LGRIP30_2015_N40E070_001_20230601.
        ("GFSAD", new Regex(@"^(GFSAD|LGRIP)[a-z0-9]*[._](?<year>\d{4})[._]", Options)),
        // MCD12Q1.A2012001.h23v04.061.2022169161028, MCD12Q1.061_LC_Type1_doy2012001_aid0001: year and day of the year.
        ("MODIS", new Regex(@"(^|[._])(A|doy)(?<year>\d{4})\d{3}(?![0-9])", Options)),
        // LC08_L2SP_149030_20130719_20200912_02_T1, LT05_CU_003008_19860621_20210421_02, LC08_149030_20130719, LC81490302013200LGN00.
        ("Landsat", new Regex(@"(^|[^a-z0-9])L[COTEM]\d{2}_(L\d[A-Z0-9]{2}_|[A-Z]{2}_)?\d{6}_(?<year>\d{4})\d{4}(?![0-9])", Options)),
        ("Landsat", new Regex(@"(^|[^a-z0-9])L[COTEM]\d\d{6}(?<year>\d{4})\d{3}[A-Z]{3}\d{2}", Options)),
        // S2A_MSIL2A_20190719T053651_N0213_R005_T43TGJ_20190719T090512, T43TGJ_20190719T053651_B04, S1A_IW_GRDH_1SDV_20190719T….
        ("Sentinel-2", new Regex(@"S2[A-D]_MSIL\d[A-Z]_(?<year>\d{4})\d{4}T", Options)),
        ("Sentinel-2", new Regex(@"(^|_)T\d{2}[A-Z]{3}_(?<year>\d{4})\d{4}T", Options)),
        ("Sentinel-1", new Regex(@"S1[A-D]_[A-Z0-9]{2}_[A-Z0-9_]{4}_[A-Z0-9]{4}_(?<year>\d{4})\d{4}T", Options)),
    ];

    /// <summary>The year of a map of a known series, and the series; null for a name of none, or of two.</summary>
    /// <param name="name">The file's name, without its folder.</param>
    internal static (int Year, string Series)? Find(string name)
    {
        // Of the rules of a series the first that fits counts: a later one may fit a date of processing.
        (int Year, string Series)[] found =
        [
            .. All.GroupBy(one => one.Series).SelectMany(series => series.Select(one => YearsBy(one.Name, name)).FirstOrDefault(years => years.Length > 0, []).Select(year => (year, series.Key))),
        ];
        return found.Select(one => one.Year).Distinct().Count() == 1 ? found[0] : null;
    }

    /// <summary>The two years between which a layer of change of CORINE lies, as <c>CHA0006</c>, <c>LCC1218</c> and <c>lcc06_12</c>: it is of neither; empty for another name.</summary>
    internal static IReadOnlyList<int> YearsOfChange(string name) =>
        Change().Match(name) is { Success: true } match ? [OfCentury(match.Groups[1].Value), OfCentury(match.Groups[2].Value)] : [];

    [GeneratedRegex(@"(?:^|[^a-z])(?:CHA|LCC)_?(90|00|06|12|18|24)_?(00|06|12|18|24)(?![0-9])", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Change();

    private static int[] YearsBy(Regex rule, string name) =>
        [.. rule.Matches(name).Select(match => match.Groups["year"].Success ? int.Parse(match.Groups["year"].Value, CultureInfo.InvariantCulture) : OfCentury(match.Groups["short"].Value)).Where(MapYear.IsYear).Distinct()];

    private static int OfCentury(string digits) => int.Parse(digits, CultureInfo.InvariantCulture) is int two && two > 71 ? 1900 + two : 2000 + two;
}
