using System.Text.RegularExpressions;
using IrrigationWatch.Kernels;

namespace IrrigationWatch.Landsat;

/// <summary>
/// How analysis-ready products that are no files of USGS are read: what a scene's files are called, which band is which,
/// how numbers become reflectance, and which pixels are clear.
/// </summary>
public sealed record StackDescription
{
    /// <summary>Its name, for messages.</summary>
    public required string Name { get; init; }

    /// <summary>What identifies a change of the description: its whole text.</summary>
    public required string Text { get; init; }

    /// <summary>
    /// Found in the name of each file of a scene, or in its folder's; files with the same match in the same folder are one
    /// scene. The named group <c>date</c> must be there; <c>sensor</c>, <c>tile</c> and <c>time</c> (HHmmss) may be.
    /// </summary>
    public required Regex Scene { get; init; }

    /// <summary>How the date is written: <c>yyyyMMdd</c>, <c>yyyyDDD</c> (day of the year), or another format of .NET.</summary>
    public string DateFormat { get; init; } = "yyyyMMdd";

    /// <summary>Sensor by the text of the group <c>sensor</c>; one entry with an empty key for a stack of one sensor.</summary>
    public required IReadOnlyDictionary<string, Sensor> Sensors { get; init; }

    /// <summary>Where each band is.</summary>
    public required IReadOnlyDictionary<BandRole, StackBand> Bands { get; init; }

    /// <summary>True for surface reflectance, false for top of atmosphere.</summary>
    public bool IsSurfaceReflectance { get; init; } = true;

    /// <summary>Reflectance per DN.</summary>
    public double Scale { get; init; } = 0.0001;

    /// <summary>Reflectance of DN 0.</summary>
    public double Offset { get; init; }

    /// <summary>DN of pixels that were not imaged; NaN for floating-point stacks that have no other.</summary>
    public double NoData { get; init; } = -9999;

    /// <summary>Smallest and largest valid DN.</summary>
    public (double Minimum, double Maximum) Valid { get; init; } = (0, 10_000);

    /// <summary>True where TM and ETM+ are to be brought to OLI like USGS's own products.</summary>
    public bool Harmonise { get; init; } = true;

    /// <summary>Values of the mask band that are clear; empty where only <see cref="RejectedValues"/> and <see cref="RejectedBits"/> count.</summary>
    public IReadOnlyList<int> ClearValues { get; init; } = [];

    /// <summary>Values of the mask band that are not clear.</summary>
    public IReadOnlyList<int> RejectedValues { get; init; } = [];

    /// <summary>Bits of the mask band any of which makes a pixel not clear.</summary>
    public int RejectedBits { get; init; }

    /// <summary>The sensor and satellite of a scene.</summary>
    /// <param name="name">The text of the group <c>sensor</c>, or empty.</param>
    /// <returns>The sensor, and the last digit of the name as the satellite where it is 4 to 9, else 0; null for a sensor that the description does not know.</returns>
    public (Sensor Sensor, int Satellite)? SensorOf(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (!Sensors.TryGetValue(name, out Sensor sensor) && !Sensors.TryGetValue(string.Empty, out sensor))
        {
            return null;
        }

        return (sensor, name.Length > 0 && name[^1] is >= '4' and <= '9' ? name[^1] - '0' : 0);
    }

    /// <summary>For each of the 65 536 words of the mask band, 1 where it makes a pixel not clear, else 0.</summary>
    /// <returns>The table; words of signed bands are indexed by their bits.</returns>
    public ushort[] RejectionTable()
    {
        ushort[] table = new ushort[65536];
        for (int word = 0; word < table.Length; word++)
        {
            int value = word;
            bool clear = (ClearValues.Count == 0 || ClearValues.Contains(value) || ClearValues.Contains((short)value))
                && !RejectedValues.Contains(value) && !RejectedValues.Contains((short)value) && (value & RejectedBits) == 0;
            table[word] = clear ? (ushort)0 : (ushort)1;
        }

        return table;
    }

    /// <summary>How bands of floating-point numbers, or of integers of more than 16 bits, are read.</summary>
    internal RealBand Real => new(Scale, Offset, NoData);

    /// <summary>The scaling as the kernels need it, for pixels read as unsigned numbers.</summary>
    /// <param name="signed">True for signed pixels, which are read with 32 768 added.</param>
    /// <returns>The scaling.</returns>
    internal BandScaling Scaling(bool signed)
    {
        int shift = signed ? 32768 : 0;
        return new BandScaling(Scale, Offset - shift * Scale, Word(Valid.Minimum), Word(Valid.Maximum), Word(NoData));

        ushort Word(double dn) => (ushort)Math.Clamp(dn + shift, 0, ushort.MaxValue);
    }
}
