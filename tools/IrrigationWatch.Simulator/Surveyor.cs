using System.Globalization;
using System.Text.Json.Nodes;
using IrrigationWatch.Areas;
using IrrigationWatch.Gdal;
using IrrigationWatch.Rasters;

namespace IrrigationWatch.Simulator;

/// <summary>Says what really grows at the points of a sample, as somebody would who goes there.</summary>
internal sealed class Surveyor : IDisposable
{
    private readonly Dataset truth;
    private readonly Grid grid;
    private readonly CoordinateTransformation toGrid;

    private Surveyor(string corridor, int year)
    {
        truth = Dataset.Open(Path.Combine(corridor, "truth", string.Create(CultureInfo.InvariantCulture, $"fine-{year}.tif")));
        grid = Grid.Of(truth);
        using SpatialReference utm = grid.OpenSpatialReference();
        using SpatialReference wgs84 = SpatialReference.Wgs84();
        toGrid = new CoordinateTransformation(wgs84, utm);
    }

    /// <summary>Writes the true classes into a sample that <c>sample</c> wrote.</summary>
    internal static int Answer(string corridor, string points)
    {
        JsonNode collection = JsonNode.Parse(File.ReadAllText(points))!;
        var surveyors = new Dictionary<int, Surveyor>();
        try
        {
            JsonArray features = collection["features"]!.AsArray();
            foreach (JsonNode? feature in features)
            {
                JsonObject properties = feature!["properties"]!.AsObject();
                int year = properties["year"]!.GetValue<int>();
                if (!surveyors.TryGetValue(year, out Surveyor? surveyor))
                {
                    surveyors.Add(year, surveyor = new Surveyor(corridor, year));
                }

                JsonArray place = feature["geometry"]!["coordinates"]!.AsArray();
                properties["class"] = surveyor.ClassAt(place[0]!.GetValue<double>(), place[1]!.GetValue<double>());
            }

            AtomicFile.WriteText(points, collection.ToJsonString() + "\n");
            return features.Count;
        }
        finally
        {
            foreach (Surveyor surveyor in surveyors.Values)
            {
                surveyor.Dispose();
            }
        }
    }

    /// <summary>
    /// Assesses the map of a year many times, each time by another sample, and counts how often the intervals hold the true area of
    /// what was observed.
    /// </summary>
    internal static Coverage Resample(string corridor, string output, int year, int points, int times, IReadOnlyList<double> bands)
    {
        string map = Path.Combine(output, "years", string.Create(CultureInfo.InvariantCulture, $"{year}"), "irrigated.tif");
        using var surveyor = new Surveyor(corridor, year);
        IReadOnlyList<Zone> zones = ZoneReader.Within(ZoneReader.Read(Path.Combine(corridor, "zones.geojson")), ZoneReader.ReadAreaOfInterest(Path.Combine(corridor, "area.geojson")));
        (double[] irrigated, double[] mapped) = TrueAreas(map, corridor, year, zones);
        var held = new int[irrigated.Length];
        var symmetric = new int[irrigated.Length];
        var worst = new double[irrigated.Length];
        var sums = new double[irrigated.Length];
        IReadOnlyList<ClassValues> classes = ClassValues.AllOf(map);
        var gate = new Lock();
        ParallelWork.Run(Enumerable.Range(0, times), seed =>
        {
            var options = new SampleOptions { Points = points, Minimum = Math.Min(50, points / 10), Classes = classes, Seed = seed };
            if (bands.Count > 0)
            {
                options = options with { Classes = [new ClassValues("irrigated", [1])], Probability = map.Replace("irrigated.tif", "probability.tif", StringComparison.Ordinal), Bands = bands };
            }

            PointSample sample = StratifiedSampling.Draw(map, options);
            ReferencePoint[] answered;
            lock (gate)
            {
                answered = [.. sample.Places.Select(place => new ReferencePoint(place.Longitude, place.Latitude, surveyor.ClassAt(place.Longitude, place.Latitude), year, year, sample.Strata[place.Stratum].Name, sample.Strata[place.Stratum].Hectares, sample.Strata[place.Stratum].InclusionProbability))];
            }

            Assessment assessment = AccuracyAssessment.Compute([map], year, new ReferenceSample("sample", answered, 0), [new ClassValues("irrigated", [1])], zones);
            Estimate[] estimates = [assessment.PerClass[0].Hectares, .. assessment.Zones.Select(zone => zone.Hectares![0])];
            lock (gate)
            {
                for (int i = 0; i < estimates.Length; i++)
                {
                    held[i] += estimates[i].Low <= irrigated[i] && irrigated[i] <= estimates[i].High ? 1 : 0;
                    symmetric[i] += Math.Abs(estimates[i].Value - irrigated[i]) <= estimates[i].Margin ? 1 : 0;
                    sums[i] += estimates[i].Value / times;
                    worst[i] += (estimates[i].High - estimates[i].Low) / 2 / irrigated[i] / times;
                }
            }
        });
        return new Coverage(["all", .. zones.Select(zone => zone.Country)], [.. held.Select(count => (double)count / times)], [.. symmetric.Select(count => (double)count / times)], irrigated, mapped, sums, worst);
    }

    public void Dispose()
    {
        toGrid.Dispose();
        truth.Dispose();
    }

    private string ClassAt(double longitude, double latitude)
    {
        double[] x = [longitude];
        double[] y = [latitude];
        toGrid.Transform(x, y);
        byte[] value = new byte[1];
        truth.Band(1).Read<byte>(new PixelWindow((int)((x[0] - grid.Left) / grid.PixelWidth), (int)((grid.Top - y[0]) / grid.PixelHeight), 1, 1), value);
        return Truth.Classes[value[0] - 1];
    }

    /// <summary>True and mapped irrigated hectares of the observed pixels, in all and by zone.</summary>
    private static (double[] True, double[] Mapped) TrueAreas(string mapFile, string corridor, int year, IReadOnlyList<Zone> zones)
    {
        using Dataset map = Dataset.Open(mapFile);
        var mapGrid = Grid.Of(map);
        using Dataset shares = Dataset.Open(Path.Combine(corridor, "truth", string.Create(CultureInfo.InvariantCulture, $"irrigated-share-{year}.tif")));
        var whole = new PixelWindow(0, 0, mapGrid.Width, mapGrid.Height);
        byte[] classes = new byte[whole.PixelCount];
        float[] share = new float[whole.PixelCount];
        map.Band(1).Read<byte>(whole, classes);
        shares.Band(1).Read<float>(whole, share);
        var areas = new PixelAreas(mapGrid);
        double[] sums = new double[1 + zones.Count];
        double[] mapped = new double[1 + zones.Count];
        using SpatialReference utm = mapGrid.OpenSpatialReference();
        using SpatialReference wgs84 = SpatialReference.Wgs84();
        using var toDegrees = new CoordinateTransformation(utm, wgs84);
        NetTopologySuite.Algorithm.Locate.IndexedPointInAreaLocator[] locators = [.. zones.Select(zone => new NetTopologySuite.Algorithm.Locate.IndexedPointInAreaLocator(zone.Geometry))];
        double[] x = new double[mapGrid.Width];
        double[] y = new double[mapGrid.Width];
        for (int row = 0; row < mapGrid.Height; row++)
        {
            for (int column = 0; column < mapGrid.Width; column++)
            {
                (x[column], y[column]) = (mapGrid.Left + (column + 0.5) * mapGrid.PixelWidth, mapGrid.Top - (row + 0.5) * mapGrid.PixelHeight);
            }

            toDegrees.Transform(x, y);
            for (int column = 0; column < mapGrid.Width; column++)
            {
                int pixel = row * mapGrid.Width + column;
                double area = areas.At(column, row) / 10_000;
                double hectares = classes[pixel] == 0 ? 0 : share[pixel] * area;
                double asMapped = classes[pixel] == 1 ? area : 0;
                sums[0] += hectares;
                mapped[0] += asMapped;
                for (int zone = 0; zone < zones.Count && hectares + asMapped > 0; zone++)
                {
                    bool outside = locators[zone].Locate(new NetTopologySuite.Geometries.Coordinate(x[column], y[column])) == NetTopologySuite.Geometries.Location.Exterior;
                    sums[1 + zone] += outside ? 0 : hectares;
                    mapped[1 + zone] += outside ? 0 : asMapped;
                }
            }
        }

        return (sums, mapped);
    }
}

/// <summary>How often intervals held the truth.</summary>
/// <param name="Places">All, then each country.</param>
/// <param name="Held">Share of the assessments whose interval held the true area.</param>
/// <param name="Symmetric">The same of ±1.96 standard errors.</param>
/// <param name="True">True irrigated hectares of what was observed.</param>
/// <param name="Mapped">Mapped irrigated hectares.</param>
/// <param name="Mean">Mean of the estimates.</param>
/// <param name="Margin">Mean half width of the interval, as a share of the true area.</param>
internal sealed record Coverage(IReadOnlyList<string> Places, IReadOnlyList<double> Held, IReadOnlyList<double> Symmetric, IReadOnlyList<double> True, IReadOnlyList<double> Mapped, IReadOnlyList<double> Mean, IReadOnlyList<double> Margin)
{
    internal void Print(TextWriter writer)
    {
        writer.WriteLine("place      true ha   mean estimate    half width  intervals that hold the truth, and ± 1.96 standard errors");
        for (int i = 0; i < Places.Count; i++)
        {
            writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Places[i],-6} {True[i],11:0.0} {Mean[i],11:0.0} {Mean[i] / True[i] - 1,7:+0.00%;-0.00%} {Margin[i],8:0.0%} {Held[i],8:0.0%} {Symmetric[i],8:0.0%}"));
        }
    }
}
