using System.Globalization;
using System.Text.RegularExpressions;
using IrrigationWatch.Gdal;
using IrrigationWatch.Rasters;

namespace IrrigationWatch.Areas;

/// <summary>From the words by which a user names maps to the maps: patterns, <c>FILE=YEAR</c>, files whose bands are years.</summary>
public static partial class ClassMapNames
{
    /// <summary>Reads <c>1992-2015</c>, <c>2001,2006,2011</c>, or both mixed.</summary>
    /// <param name="text">The text.</param>
    /// <param name="place">What is named in an error.</param>
    /// <returns>The years in the order given; no year twice.</returns>
    /// <exception cref="ConfigurationException">The text is not of this form.</exception>
    public static IReadOnlyList<int> ParseYears(string text, string place)
    {
        ArgumentNullException.ThrowIfNull(text);
        var years = new List<int>();
        foreach (string part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            Match match = Span().Match(part);
            int from = match.Success ? int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) : 0;
            int to = match.Success && match.Groups[2].Success ? int.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture) : from;
            if (!MapYear.IsYear(from) || !MapYear.IsYear(to) || to < from)
            {
                throw new ConfigurationException(place, $"'{text}' are no years from 1972 to 2100; write for example 1992-2015 or 2001,2006,2011");
            }

            years.AddRange(Enumerable.Range(from, to - from + 1));
        }

        return years.Distinct().Count() == years.Count ? years : throw new ConfigurationException(place, $"'{text}' names a year twice; name each once");
    }

    /// <summary>Finds maps each of which has a year.</summary>
    /// <param name="words">Files, patterns, <c>FILE:VARIABLE</c>, each perhaps with <c>=YEAR</c> behind it.</param>
    /// <param name="options">What holds for all.</param>
    /// <param name="note">Told by what a year was found, where that is not plain.</param>
    /// <returns>The maps, their years known.</returns>
    /// <exception cref="InputException">A map cannot be opened, has several bands and nothing says which is meant, or no year.</exception>
    /// <exception cref="ConfigurationException">Words and options contradict each other.</exception>
    public static IReadOnlyList<MapSource> Find(IEnumerable<string> words, ClassMapOptions options, Action<string> note)
    {
        ArgumentNullException.ThrowIfNull(words);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(note);
        var maps = new List<MapSource>();
        foreach ((string path, int? year) in Named(words))
        {
            using Dataset dataset = AreaCalculation.OpenMap(path);
            IReadOnlyList<int> bands = options.Band is int one ? [one] : LayerReader.DataBands(dataset);
            IReadOnlyList<int>? ofBands = YearsOfBands(dataset, path, bands, year, options);
            var layer = new RasterLayer(path) { Band = options.Band, Missing = options.Missing };
            if (ofBands is null)
            {
                int number = LayerReader.Of(dataset, layer, "or say with --bands-are-years that each is the map of a year").Number;
                (int found, string? remark) = year is int given ? (given, null) : options.YearPattern is Regex pattern ? (ByPattern(pattern, path), null) : MapYear.Of(dataset, number, path);
                Say(remark);
                maps.Add(new MapSource(layer, found));
                continue;
            }

            if (options.BandYears is null)
            {
                Say(string.Create(CultureInfo.InvariantCulture, $"{System.IO.Path.GetFileName(path)}: its {bands.Count} bands are taken for the maps of {string.Join(", ", ofBands)}, by what they are called"));
            }

            maps.AddRange(bands.Select((band, i) => new MapSource(layer with { Band = band }, ofBands[i])));
        }

        return maps;

        void Say(string? remark)
        {
            if (remark is not null)
            {
                note(remark);
            }
        }
    }

    /// <summary>Finds one map, whose year need not be known.</summary>
    /// <param name="word">A file or <c>FILE:VARIABLE</c>, perhaps with <c>=YEAR</c> behind it.</param>
    /// <param name="options">What holds for it.</param>
    /// <param name="note">Told by what its year was found, where that is not plain.</param>
    /// <returns>The map; its year is null where nothing says one.</returns>
    /// <exception cref="InputException">It cannot be opened, has several bands and nothing says which is meant, or several years in its name.</exception>
    public static MapSource FindOne(string word, ClassMapOptions options, Action<string> note)
    {
        ArgumentNullException.ThrowIfNull(word);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(note);
        (string path, int? year) = Split(word);
        var map = new MapSource(new RasterLayer(path) { Band = options.Band, Missing = options.Missing }, year ?? (options.YearPattern is Regex pattern ? ByPattern(pattern, path) : null));
        if (map.Year is not null)
        {
            return map;
        }

        using OpenClassMap open = OpenClassMap.Open(map);
        (int Year, string? Remark)? found = MapYear.Search(open.Dataset, open.Reader.Number, path);
        if (found is { Remark: string remark })
        {
            note(remark);
        }

        return map with { Year = found?.Year };
    }

    private static IEnumerable<(string Path, int? Year)> Named(IEnumerable<string> words)
    {
        foreach (string word in words)
        {
            (string path, int? year) = Split(word);
            foreach (string file in PathPatterns.Expand([path]))
            {
                yield return (file, year);
            }
        }
    }

    /// <summary>What is called so is a file, whatever its name ends in.</summary>
    private static (string Path, int? Year) Split(string word) =>
        OfYear().Match(word) is { Success: true } match && !System.IO.Path.Exists(word) && int.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture) is int year && MapYear.IsYear(year)
            ? (match.Groups[1].Value, year)
            : (word, null);

    /// <summary>A year for each band where bands are years; null where the file is the map of one year.</summary>
    private static IReadOnlyList<int>? YearsOfBands(Dataset dataset, string path, IReadOnlyList<int> bands, int? year, ClassMapOptions options)
    {
        if (options.BandYears is { Count: > 0 } given)
        {
            return year is not null ? throw new ConfigurationException("--bands-are-years", $"and '{path}={year}' exclude each other; keep one")
                : options.Band is not null ? throw new ConfigurationException("--bands-are-years", "and --band exclude each other; keep one")
                : given.Count == bands.Count ? given
                : throw new InputException(path, string.Create(CultureInfo.InvariantCulture, $"has {bands.Count} bands, and --bands-are-years names {given.Count} years; name one year a band, in their order"));
        }

        if (options.BandYears is null && (bands.Count == 1 || year is not null))
        {
            return null;
        }

        int?[] found = [.. bands.Select(band => MapYear.OfBand(dataset, band))];
        if (found.All(one => one is not null) && found.Distinct().Count() == found.Length)
        {
            return [.. found.Select(one => one!.Value)];
        }

        return options.BandYears is null ? null : throw new InputException(path, string.Create(CultureInfo.InvariantCulture, $"does not say a year of its own in each of its {bands.Count} bands; name them in their order, as --bands-are-years 1992-2015"));
    }

    private static int ByPattern(Regex pattern, string path)
    {
        string name = System.IO.Path.GetFileName(path);
        Match match;
        try
        {
            match = pattern.Match(name);
        }
        catch (RegexMatchTimeoutException)
        {
            throw new ConfigurationException("--year-pattern", $"takes too long with {name}; write it simpler, for example 'CLC([0-9]{{4}})'");
        }

        if (!match.Success)
        {
            throw new InputException(path, $"does not match --year-pattern '{pattern}'; mend the pattern, or write the year behind the file as {name}=2010");
        }

        Group group = match.Groups["year"] is { Success: true } named ? named : match.Groups.Count > 1 && match.Groups[1].Success ? match.Groups[1] : match;
        return int.TryParse(group.Value, NumberStyles.None, CultureInfo.InvariantCulture, out int year) && MapYear.IsYear(year)
            ? year
            : throw new InputException(path, $"gives '{group.Value}' by --year-pattern '{pattern}', which is no year from 1972 to 2100; put the year's four digits in brackets, as 'CLC([0-9]{{4}})'");
    }

    [GeneratedRegex("^(.+)=([0-9]{4})$", RegexOptions.CultureInvariant | RegexOptions.Singleline)]
    private static partial Regex OfYear();

    [GeneratedRegex(@"^([0-9]{4})(?:\s*-\s*([0-9]{4}))?$", RegexOptions.CultureInvariant)]
    private static partial Regex Span();
}
