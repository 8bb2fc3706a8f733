using System.Globalization;
using System.Text.RegularExpressions;

namespace IrrigationWatch.Landsat;

/// <summary>
/// The identity of a scene: a Landsat Collection 2 product identifier, <c>LXSS_LLLL_PPPRRR_YYYYMMDD_yyyymmdd_CC_TX</c>,
/// one of an ARD tile, <c>LXSS_RR_HHHVVV_YYYYMMDD_yyyymmdd_CC</c>, or the name of a stack of another maker.
/// </summary>
/// <param name="Text">The identifier as written.</param>
/// <param name="Kind">By which rules it is read.</param>
/// <param name="Sensor">The instrument.</param>
/// <param name="Satellite">4, 5, 7, 8 or 9; 0 where a stack does not say.</param>
/// <param name="Level">Processing level: <c>L2SP</c>, <c>L1TP</c>…, <c>ARD</c>, or <c>SR</c> or <c>TOA</c> for stacks.</param>
/// <param name="Tile">The part of the Earth's tiling it covers: WRS-2 path and row as <c>149030</c>, an ARD tile as <c>CU022010</c>, or what a stack says.</param>
/// <param name="Acquired">Day of acquisition, UTC.</param>
/// <param name="Processed">Day of processing, or null where the name does not say.</param>
/// <param name="Tier">Collection category: <c>T1</c>, <c>T2</c> or <c>RT</c>; empty where there is none.</param>
public sealed partial record ProductId(string Text, ProductKind Kind, Sensor Sensor, int Satellite, string Level, string Tile, DateOnly Acquired, DateOnly? Processed, string Tier)
{
    /// <summary>Why a product of MSS is refused.</summary>
    internal const string IsMss = "is a Landsat 1–5 MSS product, which has no short-wave infrared and no surface reflectance; only TM, ETM+ and OLI scenes are read, leave it out";

    /// <summary>True for surface reflectance (Level 2), false for top-of-atmosphere data (Level 1).</summary>
    public bool IsLevel2 => Level is "SR" or "ARD" || Level.StartsWith("L2", StringComparison.Ordinal);

    /// <summary>WRS-2 path, 1–233; null for tiles and stacks.</summary>
    public int? Path => Kind == ProductKind.Scene ? int.Parse(Tile.AsSpan(0, 3), CultureInfo.InvariantCulture) : null;

    /// <summary>WRS-2 row, 1–248; null for tiles and stacks.</summary>
    public int? Row => Kind == ProductKind.Scene ? int.Parse(Tile.AsSpan(3), CultureInfo.InvariantCulture) : null;

    /// <summary>
    /// What scenes of one overpass share, so that the overlap of neighbouring rows of a path, or of neighbouring tiles, is
    /// one observation: satellite, day, and path where there is one.
    /// </summary>
    public (int Satellite, Sensor Sensor, DateOnly Acquired, int? Path) Pass => (Satellite, Sensor, Acquired, Path);

    /// <summary>What two processings of the same scene share.</summary>
    public (int Satellite, Sensor Sensor, DateOnly Acquired, string Tile) Acquisition => (Satellite, Sensor, Acquired, Tile.Length > 0 ? Tile : Text);

    /// <summary>
    /// The better of two processings of the same scene is the greater: surface reflectance before top of atmosphere, tier 1
    /// before 2 before real time, precision terrain before less, later processing before earlier.
    /// </summary>
    internal (int Level, int Tier, int Correction, DateOnly Processed) Rank => (
        IsLevel2 ? 1 : 0,
        Tier switch { "T1" => 3, "T2" => 2, "RT" => 1, _ => 0 },
        Level switch { "L1TP" => 3, "L1GT" => 2, "L1GS" => 1, _ => 0 },
        Processed ?? default);

    /// <summary>The instrument as USGS's metadata writes it: <c>TM</c>, <c>ETM</c>, <c>OLI</c> or <c>OLI_TIRS</c>.</summary>
    public string Instrument => Sensor switch
    {
        Sensor.Tm => "TM",
        Sensor.EtmPlus => "ETM",
        _ => Kind == ProductKind.Stack || Text.StartsWith("LO", StringComparison.Ordinal) ? "OLI" : "OLI_TIRS",
    };

    /// <summary>The identifier that a file name of a product begins with.</summary>
    /// <param name="fileName">For example <c>LC08_L2SP_017036_20130419_20200913_02_T2_SR_B4.TIF</c>.</param>
    /// <returns>The identifier, not yet checked, or null where the name begins with none.</returns>
    public static string? FindIn(string fileName)
    {
        Match match = Prefix().Match(fileName);
        return match.Success ? match.Value.ToUpperInvariant() : null;
    }

    /// <summary>Reads an identifier.</summary>
    /// <param name="text">The identifier.</param>
    /// <param name="file">The file it comes from, for the error.</param>
    /// <returns>The parsed identifier.</returns>
    /// <exception cref="InputException">It is not a product that is read, with the reason: MSS, Collection 1, pre-collection, thermal only, or no Landsat product at all.</exception>
    public static ProductId Parse(string text, string file)
    {
        ArgumentNullException.ThrowIfNull(text);
        Match match = Pattern().Match(text);
        Match tile = ArdPattern().Match(text);
        if (!match.Success && !tile.Success)
        {
            Match old = PreCollection().Match(text);
            throw new InputException(file, old.Success
                ? $"'{text}' {(old.Groups["sensor"].Value == "M" ? IsMss : "is a pre-collection product; order its Collection 2 successor from USGS")}"
                : OldArd().IsMatch(text)
                    ? $"'{text}' is an ARD tile of Collection 1; order its Collection 2 successor from USGS"
                    : $"'{text}' is not a Landsat product id (LXSS_LLLL_PPPRRR_YYYYMMDD_yyyymmdd_CC_TX)");
        }

        Match found = match.Success ? match : tile;
        char instrument = found.Groups["sensor"].Value[0];
        int satellite = int.Parse(found.Groups["satellite"].Value, CultureInfo.InvariantCulture);
        string collection = found.Groups["collection"].Value;
        if (instrument == 'M')
        {
            throw new InputException(file, $"'{text}' {IsMss}");
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
            match.Success ? ProductKind.Scene : ProductKind.ArdTile,
            sensor,
            satellite,
            match.Success ? match.Groups["level"].Value : "ARD",
            match.Success ? match.Groups["tile"].Value : tile.Groups["region"].Value + tile.Groups["tile"].Value,
            Day(found.Groups["acquired"].Value, text, file),
            Day(found.Groups["processed"].Value, text, file),
            match.Groups["tier"].Value);
    }

    /// <summary>The platform as USGS writes it.</summary>
    /// <returns>For example <c>LANDSAT_8</c>.</returns>
    public string Platform() => Satellite == 0 ? "LANDSAT" : string.Create(CultureInfo.InvariantCulture, $"LANDSAT_{Satellite}");

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

    [GeneratedRegex(@"^L(?<sensor>[COTEM])(?<satellite>[0-9][0-9])_(?<level>L[12][A-Z0-9]{2})_(?<tile>[0-9]{6})_(?<acquired>[0-9]{8})_(?<processed>[0-9]{8})_(?<collection>[0-9][0-9])_(?<tier>T1|T2|RT)$", RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();

    [GeneratedRegex(@"^L(?<sensor>[COTEM])(?<satellite>[0-9][0-9])_(?<region>CU|AK|HI)_(?<tile>[0-9]{6})_(?<acquired>[0-9]{8})_(?<processed>[0-9]{8})_(?<collection>[0-9][0-9])$", RegexOptions.CultureInvariant)]
    private static partial Regex ArdPattern();

    [GeneratedRegex(@"^L[COTEM][0-9][0-9]_(CU|AK|HI)_[0-9]{6}_[0-9]{8}_[0-9]{8}_C01_V[0-9][0-9]$", RegexOptions.CultureInvariant)]
    private static partial Regex OldArd();

    [GeneratedRegex(@"^L(?<sensor>[A-Z])[0-9]{14}[A-Z]{3}[0-9][0-9]$", RegexOptions.CultureInvariant)]
    private static partial Regex PreCollection();

    [GeneratedRegex(@"^L[A-Z][0-9][0-9]_(L[12][A-Z0-9]{2}_[0-9]{6}_[0-9]{8}_[0-9]{8}_[0-9][0-9]_(T1|T2|RT)|(CU|AK|HI)_[0-9]{6}_[0-9]{8}_[0-9]{8}_(C[0-9][0-9]_V[0-9][0-9]|[0-9][0-9]))(?=_|\.|-|$)|^L[A-Z][0-9]{14}[A-Z]{3}[0-9][0-9](?=_|\.|$)", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Prefix();
}
