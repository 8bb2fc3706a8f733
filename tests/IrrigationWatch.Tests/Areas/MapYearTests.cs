using IrrigationWatch.Areas;
using IrrigationWatch.Gdal;
using IrrigationWatch.TestSupport;

namespace IrrigationWatch.Tests.Areas;

public sealed class MapYearTests : IDisposable
{
    private readonly ScratchFolder scratch = new();

    public void Dispose() => scratch.Dispose();

    /// <summary>Names as their makers give them, of maps of which several years stand in the name.</summary>
    [Theory]
    [InlineData("U2018_CLC2012_V2020_20u1.tif", 2012)]
    [InlineData("U2006_CLC2000_V2020_20u1_raster100m.tif", 2000)]
    [InlineData("g100_clc12_V18_5a.tif", 2012)]
    [InlineData("clc2018_v2020_20.tif", 2018)]
    [InlineData("nlcd_2006_landcover_2011_edition_2014_10_10.img", 2006)]
    [InlineData("NLCD_2019_Land_Cover_L48_20210604.img", 2019)]
    [InlineData("Annual_NLCD_LndCov_1985_CU_C1V0.tif", 1985)]
    [InlineData("ESACCI-LC-L4-LCCS-Map-300m-P1Y-2010-v2.0.7cds.nc", 2010)]
    [InlineData("C3S-LC-L4-LCCS-Map-300m-P1Y-2018-v2.1.1.nc", 2018)]
    [InlineData("ESA_WorldCover_10m_2021_v200_N42E078_Map.tif", 2021)]
    [InlineData("Global_cropland_NE_2019.tif", 2019)]
    [InlineData("Global_cropland_2003_v2021.tif", 2003)]
    [InlineData("2005_50N_080E_v2022.tif", 2005)]
    [InlineData("mapbiomas-brazil-collection-2023-brasil_coverage_1987.tif", 1987)]
    [InlineData("mapbiomas_collection2024_integration_v1-classification_2016.tif", 2016)]
    [InlineData("GFSAD30EUCEARUMECE_2015_N40E070_001_2017286103800.tif", 2015)]
    [InlineData("GFSAD1KCM.2010.001.2016348142550.tif", 2010)]
    [InlineData("LGRIP30_2015_N40E070_001_2023.tif", 2015)]
    [InlineData("MCD12Q1.A2012001.h23v04.061.2022169161028.tif", 2012)]
    [InlineData("MCD12Q1.061_LC_Type1_doy2003001_aid0001.tif", 2003)]
    [InlineData("LC08_L2SP_149030_20130719_20200912_02_T1_irrigated.tif", 2013)]
    [InlineData("LT05_CU_003008_19860621_20210421_02_SR_irrigated.tif", 1986)]
    [InlineData("LC08_149030_20130719_irrigated.tif", 2013)]
    [InlineData("LC81490302013200LGN00_map.tif", 2013)]
    [InlineData("S2A_MSIL2A_20190719T053651_N0213_R005_T43TGJ_20210719T090512_class.tif", 2019)]
    [InlineData("T43TGJ_20190719T053651_map_2022.tif", 2019)]
    [InlineData("S1A_IW_GRDH_1SDV_20180601T003211_20180601T003236_022155_0265D1_map_2020.tif", 2018)]
    // Not of a series: the only year, else that of the only date.
    [InlineData("irrigated-2010.tif", 2010)]
    [InlineData("irrigated2013.tif", 2013)]
    [InlineData("irrigated_2010_EPSG2154.tif", 2010)]
    [InlineData("irrigated_2010-0000000000-0000000128.tif", 2010)]
    [InlineData("irrigated_20130419.tif", 2013)]
    [InlineData("irrigated_2010_made_20240101.tif", 2010)]
    [InlineData("2010-irrigated-2010.tif", 2010)]
    public void The_year_is_the_one_that_the_name_means(string name, int year)
    {
        string path = Write(name);
        Assert.Equal(year, MapYear.Of(path));
        Assert.Equal(year, Assert.Single(ClassMapNames.Find([path], new ClassMapOptions(), _ => { })).Year);
    }

    [Theory]
    [InlineData("p149r030-of-1984-to-2011.tif", "1984, 2011")]
    [InlineData("2013-2015.tif", "2013, 2015")]
    [InlineData("irrigated_2010_v2021.tif", "2010, 2021")]
    [InlineData("Global_cropland_2000-2019_gain.tif", "2000, 2019")]
    [InlineData("brasil_coverage_1985_2020.tif", "1985, 2020")]
    [InlineData("nlcd_2001_to_2011_landcover_change.tif", "2001, 2011")]
    public void Several_years_are_refused_and_the_remedies_are_right(string name, string years)
    {
        string path = Write(name);
        string message = Assert.Throws<InputException>(() => ClassMapNames.Find([path], new ClassMapOptions(), _ => { })).Message;
        string first = years[..4];
        Assert.StartsWith($"{path}: holds several years in its name ({years}), and nothing says which is meant; write it behind the file, as {name}={first}, or give --year-pattern with a regular expression whose group is the year, as '", message, StringComparison.Ordinal);
        Assert.Equal(message, Assert.Throws<InputException>(() => MapYear.Of(path)).Message);
        Assert.Equal(2015, Assert.Single(ClassMapNames.Find([path + "=2015"], new ClassMapOptions(), _ => { })).Year);
        string pattern = message[(message.LastIndexOf("as '", StringComparison.Ordinal) + 4)..^1];
        Assert.Equal(first, Assert.Single(ClassMapNames.Find([path], new ClassMapOptions { YearPattern = new(pattern) }, _ => { })).Year.ToString());
    }

    [Fact]
    public void Without_a_year_the_remedy_is_right()
    {
        string path = Write("irrigated.tif");
        Assert.Equal($"{path}: says no year; write it behind the file as irrigated.tif=2010, put it into the file's name, or into its metadata item YEAR", Assert.Throws<InputException>(() => ClassMapNames.Find([path], new ClassMapOptions(), _ => { })).Message);
        Assert.Equal(2010, Assert.Single(ClassMapNames.Find([path + "=2010"], new ClassMapOptions(), _ => { })).Year);
        Assert.Null(ClassMapNames.FindOne(path, new ClassMapOptions(), _ => { }).Year);
    }

    [Theory]
    [InlineData("YEAR", "2003", "irrigated-2010.tif", 2003, "irrigated-2010.tif is taken for 2003 by its metadata; its name says 2010")]
    [InlineData("YEAR", "2003", "irrigated.tif", 2003, null)]
    [InlineData("YEAR", "2003.0", "irrigated.tif", 2003, null)]
    [InlineData("YEAR", "2003-2005", "irrigated-2010.tif", 2010, "irrigated-2010.tif is taken for 2010, by its name; its metadata item YEAR is '2003-2005', which is no year from 1972 to 2100")]
    [InlineData("YEAR", "2012", "U2018_CLC2012_V2020_20u1.tif", 2012, null)]
    [InlineData("TIFFTAG_DATETIME", "2003:07:15 12:00:00", "irrigated.tif", 2003, "irrigated.tif is taken for 2003 by its metadata item TIFFTAG_DATETIME")]
    [InlineData("TIFFTAG_DATETIME", "2003:07:15 12:00:00", "irrigated-2003.tif", 2003, null)]
    [InlineData("TIFFTAG_DATETIME", "2003:07:15 12:00:00", "irrigated-2010.tif", 2003, "irrigated-2010.tif is taken for 2003 by its metadata item TIFFTAG_DATETIME; its name says 2010, for which write irrigated-2010.tif=2010")]
    [InlineData("TIFFTAG_DATETIME", "soon", "irrigated-2010.tif", 2010, null)]
    [InlineData("none", "", "U2018_CLC2012_V2020_20u1.tif", 2012, "U2018_CLC2012_V2020_20u1.tif is taken for 2012, by the names of CORINE Land Cover")]
    [InlineData("none", "", "map_20130419.tif", 2013, "map_20130419.tif is taken for 2013, by the date in its name")]
    public void Metadata_come_before_names_and_it_is_said(string item, string value, string name, int year, string? note)
    {
        string path = Write(name, map => map.SetMetadata(item, value));
        var notes = new List<string>();
        Assert.Equal(year, Assert.Single(ClassMapNames.Find([path], new ClassMapOptions(), notes.Add)).Year);
        Assert.Equal(note is null ? [] : [note], notes);
        notes.Clear();
        Assert.Equal(year, ClassMapNames.FindOne(path, new ClassMapOptions(), notes.Add).Year);
        Assert.Equal(note is null ? [] : [note], notes);
    }

    [Fact]
    public void A_known_series_whose_file_says_another_date_is_refused()
    {
        string path = Write("U2018_CLC2012_V2020_20u1.tif", map => map.SetMetadata("TIFFTAG_DATETIME", "2020:02:03 00:00:00"));
        Assert.EndsWith("is of 2012 by its name, as files of CORINE Land Cover are, and of 2020 by its metadata item TIFFTAG_DATETIME; say which, as U2018_CLC2012_V2020_20u1.tif=2012", Assert.Throws<InputException>(() => MapYear.Of(path)).Message, StringComparison.Ordinal);
        Assert.Equal(2012, Assert.Single(ClassMapNames.Find([path + "=2012"], new ClassMapOptions(), _ => { })).Year);
    }

    [Fact]
    public void Bands_are_years_by_what_is_said_or_by_what_they_are_called()
    {
        string plain = Write("series.tif", bands: 3);
        string named = Write("mapbiomas.tif", map => Enumerable.Range(1, 3).ToList().ForEach(band => map.Band(band).Description = $"classification_{1984 + band}"), bands: 3);
        Assert.Equal([(1, 1992), (2, 1993), (3, 1994)], Bands(plain, ClassMapNames.ParseYears("1992-1994", "o")));
        Assert.Equal([(1, 2001), (2, 2006), (3, 2011)], Bands(plain, ClassMapNames.ParseYears("2001,2006, 2011", "o")));
        Assert.Equal([(1, 1985), (2, 1986), (3, 1987)], Bands(named, []));
        Assert.Equal([(1, 1985), (2, 1986), (3, 1987)], Bands(named, null));
        Assert.Equal([(2, 1990)], Bands(plain + "=1990", null, band: 2));
        Assert.Contains("has 3 bands, and --bands-are-years names 4 years; name one year a band", Assert.Throws<InputException>(() => Bands(plain, [2001, 2002, 2003, 2004])).Message, StringComparison.Ordinal);
        Assert.Contains("does not say a year of its own in each of its 3 bands; name them in their order, as --bands-are-years 1992-2015", Assert.Throws<InputException>(() => Bands(plain, [])).Message, StringComparison.Ordinal);
        Assert.Contains("has 3 bands (1, 2, 3), and nothing says which is meant; name one with --band", Assert.Throws<InputException>(() => Bands(plain, null)).Message, StringComparison.Ordinal);
        Assert.Contains("exclude each other", Assert.Throws<ConfigurationException>(() => Bands(plain + "=2000", [2001, 2002, 2003])).Message, StringComparison.Ordinal);

        static IEnumerable<(int?, int?)> Bands(string word, IReadOnlyList<int>? years, int? band = null) =>
            ClassMapNames.Find([word], new ClassMapOptions { BandYears = years, Band = band }, _ => { }).Select(map => (map.Layer.Band, map.Year));
    }

    [Theory]
    [InlineData("1992-")]
    [InlineData("2015-1992")]
    [InlineData("1992,1992")]
    [InlineData("map.tif")]
    [InlineData("92-15")]
    public void Years_of_another_form_are_refused(string text) => Assert.Throws<ConfigurationException>(() => ClassMapNames.ParseYears(text, "--bands-are-years"));

    [Fact]
    public void The_time_of_a_netCDF_is_its_year()
    {
        string source = Write("two.tif", bands: 2);
        string path = scratch.File("two.nc");
        (int code, string said) = Repository.RunPeer("-c", $$"""
            from osgeo import gdal
            gdal.UseExceptions()
            d = gdal.Translate('', '{{source}}', format='MEM')
            d.SetMetadata({'NETCDF_DIM_EXTRA': '{time}', 'NETCDF_DIM_time_DEF': '{2,6}', 'NETCDF_DIM_time_VALUES': '{14975,15340}', 'time#units': 'days since 1970-01-01 00:00:00', 'time#axis': 'T'})
            gdal.GetDriverByName('netCDF').CreateCopy('{{path}}', d)
            """);
        Assert.True(code == 0, said);
        Assert.Equal([(1, 2011), (2, 2012)], ClassMapNames.Find([path], new ClassMapOptions(), _ => { }).Select(map => (map.Layer.Band!.Value, map.Year!.Value)));
    }

    [Theory]
    [InlineData(14610, "days since 1970-01-01 00:00:00", "standard", 2010)]
    [InlineData(14609.9, "days since 1970-01-01", "gregorian", 2009)]
    [InlineData(7300, "days since 1990-01-01", "noleap", 2010)]
    [InlineData(7300, "days since 1990-01-01", "365_day", 2010)]
    [InlineData(7300, "days since 1990-01-01", "standard", 2009)]
    [InlineData(7320, "days since 1990-01-01", "all_leap", 2010)]
    [InlineData(57_780, "days since 1850-01-01", "360_day", 2010)]
    [InlineData(57_780 * 24.0, "hours since 1850-1-1 00:00", "360_day", 2010)]
    [InlineData(120, "months since 2000-01-15", "standard", 2010)]
    [InlineData(119, "months since 2000-01-15", "standard", 2009)]
    [InlineData(10.5, "years since 2000-01-01", "standard", 2010)]
    [InlineData(1_262_304_000, "seconds since 1970-01-01T00:00:00Z", "proleptic_gregorian", 2010)]
    [InlineData(14610, "days since 1970-01-01", "mayan", null)]
    [InlineData(14610, "days since the flood", "standard", null)]
    [InlineData(2010, null, "standard", 2010)]
    [InlineData(20_100_701, null, "standard", 2010)]
    public void A_place_along_an_axis_of_time_has_the_year_of_its_calendar(double value, string? units, string calendar, int? year) => Assert.Equal(year, NetCdfTime.Year(value, units, calendar, "time"));

    [Theory]
    [InlineData("CHA0006_18_V2020.tif", 2000, 2006)]
    [InlineData("LCC1218_V2020_20u1.tif", 2012, 2018)]
    [InlineData("lcc06_12_V2020.tif", 2006, 2012)]
    [InlineData("U2018_CHA1218_V2020_20u1.tif", 2012, 2018)]
    public void A_layer_of_change_is_of_no_year(string name, int from, int to)
    {
        string path = Write(name);
        Assert.EndsWith(FormattableString.Invariant($"is a layer of change of CORINE from {from} to {to}, and so of no one year; write behind the file the year that you mean, as {name}={to}"), Assert.Throws<InputException>(() => MapYear.Of(path)).Message, StringComparison.Ordinal);
        Assert.Equal(to, Assert.Single(ClassMapNames.Find([FormattableString.Invariant($"{path}={to}")], new ClassMapOptions(), _ => { })).Year);
    }

    [Fact]
    public void A_band_that_is_named_has_the_year_that_it_says_itself()
    {
        string path = Write("mapbiomas_collection9_2023.tif", map => Enumerable.Range(1, 3).ToList().ForEach(band => map.Band(band).Description = $"classification_{2008 + band}"), bands: 3);
        Assert.Equal(2010, Assert.Single(ClassMapNames.Find([path], new ClassMapOptions { Band = 2 }, _ => { })).Year);
        Assert.Equal(2010, ClassMapNames.FindOne(path, new ClassMapOptions { Band = 2 }, _ => { }).Year);
    }

    [Fact]
    public void Of_several_variables_one_must_be_named()
    {
        string source = Write("two.tif", bands: 2);
        string path = scratch.File("irrigated-2010.nc");
        (int code, string said) = Repository.RunPeer("-c", $"from osgeo import gdal; gdal.UseExceptions(); gdal.Translate('{path}', '{source}', format='netCDF')");
        Assert.True(code == 0, said);
        string message = Assert.Throws<InputException>(() => ClassMapNames.Find([path], new ClassMapOptions(), _ => { })).Message;
        Assert.StartsWith($"{path}: holds several rasters: Band1 (", message, StringComparison.Ordinal);
        Assert.EndsWith($"; name one of them as {path}:Band1", message, StringComparison.Ordinal);
        MapSource map = Assert.Single(ClassMapNames.Find([path + ":Band2"], new ClassMapOptions(), _ => { }));
        Assert.Equal(2010, map.Year);
        using OpenClassMap open = OpenClassMap.Open(map);
        double[] values = new double[12];
        open.Read(new PixelWindow(0, 0, 4, 3), values);
        Assert.All(values, value => Assert.Equal(2, value));
        Assert.Contains("holds no 'Band3' but Band1 (", Assert.Throws<InputException>(() => OpenClassMap.Open(path + ":Band3")).Message, StringComparison.Ordinal);
        Assert.Contains("holds one raster and no variable 'x'", Assert.Throws<InputException>(() => OpenClassMap.Open(Write("one-2010.tif") + ":x")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_whose_name_ends_like_a_year_or_a_variable_is_that_file()
    {
        string year = Write("map-2010.tif=2011");
        Assert.Equal([(year, 2010)], ClassMapNames.Find([year], new ClassMapOptions { YearPattern = new("map-([0-9]+)") }, _ => { }).Select(map => (map.Path, map.Year!.Value)));
        string variable = Write("map-2010.tif:x");
        Assert.Equal([(variable, 2010)], ClassMapNames.Find([variable], new ClassMapOptions(), _ => { }).Select(map => (map.Path, map.Year!.Value)));
    }

    [Theory]
    [InlineData("CLC([0-9]{4})", 2012)]
    [InlineData("_V(?<year>[0-9]{4})", 2020)]
    [InlineData("(U)(?<year>[0-9]{4})", 2018)]
    public void A_pattern_finds_the_year(string pattern, int year) =>
        Assert.Equal(year, Assert.Single(ClassMapNames.Find([Write("U2018_CLC2012_V2020_20u1.tif")], new ClassMapOptions { YearPattern = new(pattern) }, _ => { })).Year);

    [Theory]
    [InlineData("X([0-9]{4})", "does not match --year-pattern 'X([0-9]{4})'; mend the pattern, or write the year behind the file as")]
    [InlineData("CLC([0-9]{2})", "gives '20' by --year-pattern 'CLC([0-9]{2})', which is no year from 1972 to 2100")]
    public void A_pattern_that_finds_none_is_refused(string pattern, string problem) =>
        Assert.Contains(problem, Assert.Throws<InputException>(() => ClassMapNames.Find([Write("U2018_CLC2012_V2020_20u1.tif")], new ClassMapOptions { YearPattern = new(pattern) }, _ => { })).Message, StringComparison.Ordinal);

    private string Write(string name, Action<Dataset>? change = null, int bands = 1)
    {
        string path = scratch.File(name);
        using Dataset map = Dataset.Create(path, name.EndsWith(".img", StringComparison.Ordinal) ? "HFA" : "GTiff", 4, 3, bands, RasterType.Byte);
        map.GeoTransform = [80, 0.01, 0, 44, 0, -0.01];
        using SpatialReference reference = SpatialReference.Wgs84();
        map.SetSpatialReference(reference);
        for (int band = 1; band <= bands; band++)
        {
            map.Band(band).Write<byte>(new PixelWindow(0, 0, 4, 3), [.. Enumerable.Repeat((byte)band, 12)]);
        }

        change?.Invoke(map);
        map.Finish();
        return path;
    }
}
