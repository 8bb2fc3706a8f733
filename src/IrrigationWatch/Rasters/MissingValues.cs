using System.Globalization;

namespace IrrigationWatch.Rasters;

/// <summary>Which stored values of a raster mean that nothing was observed, beyond masks and what is no number.</summary>
/// <param name="Named">Values that mean it whatever the file says.</param>
/// <param name="UsesFile">Whether the nodata value that the file declares means it too.</param>
public sealed record MissingValues(IReadOnlyList<double> Named, bool UsesFile = true)
{
    /// <summary>What the file declares, and nothing else.</summary>
    public static MissingValues OfFile { get; } = new([]);

    private const string None = "none";

    /// <summary>Reads <c>V[,V…]</c>, to which the file's own nodata value is added, or <c>none</c>, by which that value is a value like others.</summary>
    /// <param name="text">The text.</param>
    /// <param name="place">What is named in an error: an option, or a file and its line.</param>
    /// <returns>The values.</returns>
    /// <exception cref="ConfigurationException">The text is not of this form.</exception>
    public static MissingValues Parse(string text, string place)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Trim().Equals(None, StringComparison.OrdinalIgnoreCase))
        {
            return new MissingValues([], UsesFile: false);
        }

        return new MissingValues([.. text.Split(',').Select(part => double.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
            ? value
            : throw new ConfigurationException(place, $"'{text}' is no nodata value; write a number as the raster stores it, as 255 or nan, several with commas between, or {None} where the value that the file declares is a class"))]);
    }

    /// <inheritdoc/>
    public bool Equals(MissingValues? other) => other is not null && UsesFile == other.UsesFile && Named.SequenceEqual(other.Named);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(UsesFile, Named.Count);
}
