using System.Globalization;
using System.Text.Json;
using IrrigationWatch.TestSupport;

namespace IrrigationWatch.Acceptance;

/// <summary>The real record p035r032: 447 scenes of Landsat 4, 5 and 7, 1984–2013, through the whole job.</summary>
public class RealRecordTests
{
    [Fact]
    public void Thirty_real_years_become_a_yearly_series()
    {
        using var scratch = new ScratchFolder();
        string output = scratch.File("out");
        // The sample as it is, but for sixty pictures that nothing is said of here.
        string configuration = scratch.File("irrigation.yaml");
        string text = File.ReadAllText(Repository.Sample("p035r032", "irrigation.yaml"));
        string changed = text.Replace("../pixel-records/", Repository.Sample("pixel-records") + "/", StringComparison.Ordinal).Replace(", charts]", "]", StringComparison.Ordinal);
        Assert.NotEqual(text, changed);
        File.WriteAllText(configuration, changed);
        foreach (string name in new[] { "zones.geojson", "labels.geojson" })
        {
            File.Copy(Repository.Sample("p035r032", name), scratch.File(name));
        }

        CommandLine.Run("run", configuration, "-o", output).Succeeds();
        using JsonDocument record = JsonDocument.Parse(File.ReadAllText(Path.Combine(output, "run.json")));
        Assert.Equal(447, record.RootElement.GetProperty("scenes").GetArrayLength());
        Assert.Equal(0, record.RootElement.GetProperty("skipped").GetArrayLength());

        // Every year is there; of 2013 there are three scenes, all of spring, so nothing of its summer was observed.
        Dictionary<int, string[]> area = Table(Path.Combine(output, "area.csv"));
        Assert.Equal(Enumerable.Range(1984, 30), area.Keys);
        Assert.Equal("0.000", area[2013][4]);
        Assert.All(area.Where(row => row.Key < 2013), row => Assert.InRange(double.Parse(row.Value[6], CultureInfo.InvariantCulture), 0.75, 1));

        // So from class to class it is 1984 and 2012 that are compared, not a year of which nothing is known.
        Assert.All(File.ReadLines(Path.Combine(output, "transition-matrix.csv")).Skip(1), line => Assert.StartsWith("1984,2012,", line, StringComparison.Ordinal));

        // Features equal an independent calculation over all years.
        (int code, string printed) = Repository.RunPeer(Path.Combine(Repository.Root, "tests", "peers", "record.py"), Repository.Sample("pixel-records", "p035r032_landsat457_1984-2013.tar.gz"), Path.Combine(output, "years"));
        Assert.True(code == 0, printed);
        Assert.Contains("447 scenes", printed, StringComparison.Ordinal);

        // The forest was cleared between the summers of 1998 and 1999, and grows again.
        string cleared = scratch.File("cleared.csv");
        CommandLine.Run("area", Path.Combine(output, "years", "*", "irrigated.tif"), "--zones", Repository.Sample("p035r032", "zones.geojson"), "--class", "cleared=1", "-o", cleared).Succeeds();
        Dictionary<int, double> hectares = Table(cleared).ToDictionary(row => row.Key, row => double.Parse(row.Value[3], CultureInfo.InvariantCulture));
        Assert.All(hectares.Where(year => year.Key <= 1998), year => Assert.Equal(0, year.Value));
        Assert.InRange(hectares[1999], 0.9, 1.3);
        Assert.InRange(hectares[2012], 0, 0.4);
        Assert.True(hectares[2004] < hectares[1999] && hectares[2008] < hectares[2004]);
    }

    private static Dictionary<int, string[]> Table(string csv) => File.ReadLines(csv).Skip(1).Select(line => line.Split(',')).ToDictionary(row => int.Parse(row[0], CultureInfo.InvariantCulture));
}
