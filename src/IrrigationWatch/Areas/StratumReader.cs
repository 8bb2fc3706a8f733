using System.Globalization;
using IrrigationWatch.Gdal;
using IrrigationWatch.Rasters;

namespace IrrigationWatch.Areas;

/// <summary>Says of each pixel of a map of which stratum it is: class, band of probability, zone.</summary>
internal sealed class StratumReader : IDisposable
{
    /// <summary>A pixel that is of no stratum.</summary>
    internal const int None = -1;

    private readonly OpenClassMap map;
    private readonly OpenClassMap? probability;
    private readonly SampleOptions options;
    private readonly double[] values;
    private PolygonCoverage[] coverages = [];
    private readonly double[] pixels;
    private readonly double[] chances;
    private readonly double[] shares;
    private readonly bool[] inZone;

    internal StratumReader(OpenClassMap map, SampleOptions options, IReadOnlyCollection<double> values)
    {
        map.MustHold(options.Classes);
        this.map = map;
        this.options = options;
        this.values = options.Classes.Count > 0 ? [] : [.. values];
        Grid grid = map.Grid;
        probability = options.Probability is null ? null : OpenClassMap.Open(new MapSource(options.Probability));
        if (probability is not null && !probability.Grid.Equals(grid))
        {
            string path = probability.Map.Path;
            Dispose();
            throw new InputException(path, "does not lie on the grid of the map; give the probability that was written with the map");
        }

        pixels = new double[grid.Width];
        chances = new double[grid.Width];
        shares = new double[grid.Width];
        inZone = new bool[grid.Width];
    }

    internal Grid Grid => map.Grid;

    /// <summary>Number of strata, those without a pixel among them.</summary>
    internal int Count => Classes * Bands * Zones;

    private int Classes => options.Classes.Count > 0 ? options.Classes.Count + 1 : values.Length;

    private int Bands => options.Bands.Count + 1;

    private int Zones => Math.Max(1, options.Zones.Count);

    /// <summary>Probabilities of the row read last, NaN where there is none.</summary>
    internal ReadOnlySpan<double> Chances => chances;

    /// <summary>Name of the class of a stratum.</summary>
    internal string ClassOf(int stratum)
    {
        int c = stratum / (Bands * Zones);
        return options.Classes.Count == 0 ? values[c].ToString(CultureInfo.InvariantCulture) : c < options.Classes.Count ? options.Classes[c].Name : AccuracyAssessment.Other;
    }

    /// <summary>Name of a stratum.</summary>
    internal string NameOf(int stratum)
    {
        var parts = new List<string> { ClassOf(stratum) };
        if (options.Bands.Count > 0)
        {
            int band = stratum / Zones % Bands;
            double low = band == 0 ? 0 : options.Bands[band - 1];
            double high = band == options.Bands.Count ? 1 : options.Bands[band];
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"probability {low:0.###}-{high:0.###}"));
        }

        if (options.Zones.Count > 0)
        {
            Zone zone = options.Zones[stratum % Zones];
            parts.Add(zone.Country.Length > 0 && options.Zones.Count(other => other.Name == zone.Name) > 1 ? $"{zone.Name} ({zone.Country})" : zone.Name);
        }

        return string.Join(", ", parts);
    }

    /// <summary>Goes back to the first row: rows are read downwards, as often as the reader is rewound.</summary>
    internal void Rewind()
    {
        using var projector = new ZoneProjector(Grid);
        coverages = [.. options.Zones.Select(zone => projector.Cover(zone.Geometry))];
    }

    /// <summary>Reads a row.</summary>
    /// <param name="row">Which; below that of the last call.</param>
    /// <param name="strata">Receives the stratum of each pixel, <see cref="None"/> where it was not observed or lies in no zone.</param>
    internal void Read(int row, Span<int> strata)
    {
        var window = new PixelWindow(0, row, Grid.Width, 1);
        map.Read(window, pixels);
        if (probability is null)
        {
            chances.AsSpan().Fill(double.NaN);
        }
        else
        {
            probability.Read(window, chances);
        }

        for (int x = 0; x < strata.Length; x++)
        {
            int c = double.IsNaN(pixels[x]) ? None : ClassOf(pixels[x]);
            // Where probability makes strata, a pixel without one can be of none.
            int band = c == None || (options.Bands.Count > 0 && double.IsNaN(chances[x])) ? None : BandOf(chances[x]);
            strata[x] = band == None ? None : (c * Bands + band) * Zones;
        }

        if (coverages.Length > 0)
        {
            AddZones(row, strata);
        }
    }

    public void Dispose() => probability?.Dispose();

    private int ClassOf(double value)
    {
        if (options.Classes.Count == 0)
        {
            return Array.IndexOf(values, value);
        }

        int c = 0;
        while (c < options.Classes.Count && !options.Classes[c].Contains(value))
        {
            c++;
        }

        return c;
    }

    private int BandOf(double chance)
    {
        int band = 0;
        while (band < options.Bands.Count && chance >= options.Bands[band])
        {
            band++;
        }

        return band;
    }

    /// <summary>A pixel is of the first zone that has more than half of it.</summary>
    private void AddZones(int row, Span<int> strata)
    {
        Span<bool> isIn = inZone.AsSpan(0, strata.Length);
        isIn.Clear();
        for (int zone = 0; zone < coverages.Length; zone++)
        {
            PolygonCoverage coverage = coverages[zone];
            if (coverage.IsEmpty || row < coverage.FirstRow || row >= coverage.EndRow)
            {
                continue;
            }

            Span<double> part = shares.AsSpan(0, coverage.EndColumn - coverage.FirstColumn);
            coverage.Row(row, part);
            for (int i = 0; i < part.Length; i++)
            {
                int x = coverage.FirstColumn + i;
                if (part[i] > 0.5 && !isIn[x] && strata[x] != None)
                {
                    isIn[x] = true;
                    strata[x] += zone;
                }
            }
        }

        for (int x = 0; x < strata.Length; x++)
        {
            strata[x] = isIn[x] ? strata[x] : None;
        }
    }
}
