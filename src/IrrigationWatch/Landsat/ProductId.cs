using System.Globalization;
using System.Text.RegularExpressions;

namespace IrrigationWatch.Landsat;

/// <summary>
/// A Landsat Collection 2 product identifier, <c>LXSS_LLLL_PPPRRR_YYYYMMDD_yyyymmdd_CC_TX</c>.
/// </summary>
/// <param name="Text">The identifier as written.</param>
/// <param name="Sensor">The instrument.</param>
/// <param name="Satellite">4, 5, 7, 8 or 9.</param>
/// <param name="Level">Processing level, for example <c>L2SP</c> or <c>L1TP</c>.</param>
/// <param name="Path">WRS-2 path, 1–233.</param>
/// <param name="Row">WRS-2 row, 1–248.</param>
/// <param name="Acquired">Day of acquisition, UTC.</param>
/// <param name="Processed">Day of processing.</param>
/// <param name="Tier">Collection category: <c>T1</c>, <c>T2</c> or <c>RT</c>.</param>
public sealed partial record ProductId(string Text, Sensor Sensor, int Satellite, string Level, int Path, int Row, DateOnly Acquired, DateOnly Processed, string Tier)
{
    /// <summary>True for surface reflectance (Level 2), false for top-of-atmosphere data (Level 1).</summary>
    public bool IsLevel2 => Level.StartsWith("L2", StringComparison.Ordinal);

    /// <summary>Reads an identifier.</summary>
    /// <param name="text">The identifier.</param>
    /// <param name="file">The file it comes from, for the error.</param>
    /// <returns>The parsed identifier.</returns>
    /// <exception cref="InputException">It is not a product that is read, with the reason: MSS, Collection 1, pre-collection, thermal only, or no Landsat product at all.</exception>
    public static ProductId Parse(string text, string file)
    {
        ArgumentNullException.ThrowIfNull(text);
        Match match = Pattern().Match(text);
        if (!match.Success)
        {
            throw new InputException(file, PreCollection().IsMatch(text)
                ? $"'{text}' is a pre-collection product; order its Collection 2 successor from USGS"
                : $"'{text}' is not a Landsat product id (LXSS_LLLL_PPPRRR_YYYYMMDD_yyyymmdd_CC_TX)");
        }

        char instrument = match.Groups["sensor"].Value[0];
        int satellite = int.Parse(match.Groups["satellite"].Value, CultureInfo.InvariantCulture);
        string collection = match.Groups["collection"].Value;
        if (instrument == 'M')
        {
            throw new InputException(file, $"'{text}' is an MSS scene, which has no short-wave infrared and no surface reflectance; only TM, ETM+ and OLI scenes are read");
        }

        if (collection != "02")
        {
            throw new InputException(file, $"'{text}' is a Collection {int.Parse(collection, CultureInfo.InvariantCulture)} product; order its Collection 2 successor from USGS");
        }

        Sensor sensor = (instrument, satellite) switch
        {
            ('T', 4 or 5) => Sensor.Tm,
            ('E', 7) => Sensor.EtmPlus,
            ('C' or 'O', 8 or 9) => Sensor.Oli,
            ('T', 8 or 9) => throw new InputException(file, $"'{text}' holds the thermal sensor only (TIRS), from which no vegetation index can be computed; skip it"),
            _ => throw new InputException(file, $"'{text}' names no Landsat sensor that exists (L{instrument}{satellite:00})"),
        };
        return new ProductId(
            text,
            sensor,
            satellite,
            match.Groups["level"].Value,
            int.Parse(match.Groups["path"].Value, CultureInfo.InvariantCulture),
            int.Parse(match.Groups["row"].Value, CultureInfo.InvariantCulture),
            Day(match.Groups["acquired"].Value, text, file),
            Day(match.Groups["processed"].Value, text, file),
            match.Groups["tier"].Value);
    }

    /// <summary>The platform as USGS writes it.</summary>
    /// <returns>For example <c>LANDSAT_8</c>.</returns>
    public string Platform() => string.Create(CultureInfo.InvariantCulture, $"LANDSAT_{Satellite}");

    /// <summary>USGS's number of a reflective band of this sensor.</summary>
    /// <param name="role">A reflective band.</param>
    /// <returns>The number in file names and in the MTL.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The role is not a reflective band.</exception>
    public int BandNumber(BandRole role)
    {
        int tm = role switch
        {
            BandRole.Blue => 1,
            BandRole.Green => 2,
            BandRole.Red => 3,
            BandRole.Nir => 4,
            BandRole.Swir1 => 5,
            BandRole.Swir2 => 7,
            _ => throw new ArgumentOutOfRangeException(nameof(role)),
        };
        return Sensor == Sensor.Oli && role != BandRole.Swir2 ? tm + 1 : tm;
    }

    /// <inheritdoc/>
    public override string ToString() => Text;

    private static DateOnly Day(string digits, string text, string file) =>
        DateOnly.TryParseExact(digits, "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly day)
            ? day
            : throw new InputException(file, $"'{text}' has a date that does not exist ({digits})");

    [GeneratedRegex(@"^L(?<sensor>[COTEM])(?<satellite>\d\d)_(?<level>L[12][A-Z0-9]{2})_(?<path>\d{3})(?<row>\d{3})_(?<acquired>\d{8})_(?<processed>\d{8})_(?<collection>\d\d)_(?<tier>T1|T2|RT)$", RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();

    [GeneratedRegex(@"^L[A-Z]\d{14}[A-Z]{3}\d\d$", RegexOptions.CultureInvariant)]
    private static partial Regex PreCollection();
}
