using System.Globalization;
using System.Text.Json;
using IrrigationWatch.Areas;
using IrrigationWatch.Gdal;
using IrrigationWatch.Publishing;

namespace IrrigationWatch.Simulator;

/// <summary>A year and country as mapped and as it was.</summary>
/// <param name="Year">The year.</param>
/// <param name="Country">The country.</param>
/// <param name="Mapped">Mapped irrigated hectares.</param>
/// <param name="True">True irrigated hectares.</param>
/// <param name="ObservedFraction">Share of the land that was observed.</param>
internal sealed record AreaError(int Year, string Country, double Mapped, double True, double ObservedFraction)
{
    /// <summary>Mapped over true minus one.</summary>
    internal double Relative => Mapped / True - 1;
}

/// <summary>How a run compares with the truth.</summary>
/// <param name="Areas">Every year and country.</param>
/// <param name="Accuracy">Share of observed pixels whose class is the true one, all years together.</param>
/// <param name="IrrigatedF1">F1 of irrigated, all years together.</param>
/// <param name="ReedsTakenForIrrigated">Share of observed reed pixels mapped as irrigated.</param>
/// <param name="BinaryAccuracy">Share of observed pixels that are rightly irrigated or not.</param>
internal sealed record Evaluation(IReadOnlyList<AreaError> Areas, double Accuracy, double IrrigatedF1, double ReedsTakenForIrrigated, double BinaryAccuracy)
{
    private static readonly JsonSerializerOptions JsonOptions = new() { WriteIndented = true };

    internal static Evaluation Of(string corridor, string output)
    {
        var areas = new List<AreaError>();
        IReadOnlyList<AreaRow> mapped = AreaCsv.Read(Path.Combine(output, "area.csv"));
        foreach (string line in File.ReadAllLines(Path.Combine(corridor, "truth", "area.csv"))[1..])
        {
            string[] fields = line.Split(',');
            int year = int.Parse(fields[0], CultureInfo.InvariantCulture);
            if (mapped.FirstOrDefault(row => row.Year == year && row.Country == fields[1]) is AreaRow row)
            {
                areas.Add(new AreaError(year, fields[1], row.IrrigatedHectares, double.Parse(fields[2], CultureInfo.InvariantCulture), row.ObservedFraction));
            }
        }

        long[,] confusion = new long[6, 6];
        foreach (int year in areas.Select(area => area.Year).Distinct())
        {
            Count(Path.Combine(corridor, "truth", $"class-{year}.tif"), Path.Combine(output, "years", $"{year}", "irrigated.tif"), confusion);
        }

        long right = 0;
        long binary = 0;
        long all = 0;
        long predicted = 0;
        long actual = 0;
        for (int t = 1; t < 6; t++)
        {
            for (int p = 1; p < 6; p++)
            {
                all += confusion[t, p];
                right += t == p ? confusion[t, p] : 0;
                binary += (t == 1) == (p == 1) ? confusion[t, p] : 0;
                predicted += p == 1 ? confusion[t, p] : 0;
                actual += t == 1 ? confusion[t, p] : 0;
            }
        }

        long reeds = Enumerable.Range(1, 5).Sum(p => confusion[5, p]);
        return new Evaluation(areas, (double)right / all, 2.0 * confusion[1, 1] / (predicted + actual), reeds == 0 ? 0 : (double)confusion[5, 1] / reeds, (double)binary / all);
    }

    internal void Print(TextWriter writer)
    {
        CultureInfo invariant = CultureInfo.InvariantCulture;
        writer.WriteLine("year  country   mapped ha     true ha    error  observed");
        foreach (AreaError area in Areas)
        {
            writer.WriteLine(string.Create(invariant, $"{area.Year}  {area.Country,-7} {area.Mapped,11:0.0} {area.True,11:0.0} {area.Relative,8:+0.0%;-0.0%} {area.ObservedFraction,9:0.0%}"));
        }

        writer.WriteLine(string.Create(invariant, $"largest error of a year and country {Areas.Max(area => Math.Abs(area.Relative)):0.0%}; overall accuracy {Accuracy:0.0000}; irrigated or not {BinaryAccuracy:0.0000}; F1 of irrigated {IrrigatedF1:0.0000}; reeds taken for irrigated {ReedsTakenForIrrigated:0.0%}"));
    }

    internal string ToJson() => JsonSerializer.Serialize(this, JsonOptions);

    private static void Count(string truthFile, string mapFile, long[,] confusion)
    {
        using Dataset truth = Dataset.Open(truthFile);
        using Dataset map = Dataset.Open(mapFile);
        if (truth.Width != map.Width || truth.Height != map.Height)
        {
            throw new InputException(mapFile, $"has {map.Width} × {map.Height} pixels and the truth {truth.Width} × {truth.Height}; evaluate a run over the whole simulated area");
        }

        var whole = new PixelWindow(0, 0, truth.Width, truth.Height);
        byte[] t = new byte[whole.PixelCount];
        byte[] m = new byte[whole.PixelCount];
        truth.Band(1).Read<byte>(whole, t);
        map.Band(1).Read<byte>(whole, m);
        byte[] translate = new byte[256];
        foreach ((double value, string name) in ClassValues.NamesOf(map))
        {
            // A map of weak labels does not tell what is not irrigated: taken for uncultivated.
            translate[(byte)value] = name == "not irrigated" ? (byte)3 : (byte)(Array.IndexOf(Truth.Classes, name) + 1);
        }

        for (int i = 0; i < t.Length; i++)
        {
            confusion[t[i], translate[m[i]]]++;
        }
    }
}
