using System.Text.Json.Nodes;
using IrrigationWatch.Server.Collections;
using IrrigationWatch.Workflow;
using Microsoft.Data.Sqlite;

namespace IrrigationWatch.Server.Labels;

/// <summary>A place that is to be labelled.</summary>
/// <param name="Id">Its identifier in the sample.</param>
/// <param name="Longitude">Degrees.</param>
/// <param name="Latitude">Degrees.</param>
/// <param name="Year">The year that is asked about; null where the sample names none.</param>
internal sealed record LabelPoint(string Id, double Longitude, double Latitude, int? Year);

/// <summary>What a labeller said of a place.</summary>
/// <param name="Point">The place.</param>
/// <param name="Labeller">Who said it.</param>
/// <param name="Class">The class.</param>
/// <param name="IsSure">Whether they were sure.</param>
internal sealed record GivenLabel(string Point, string Labeller, string Class, bool IsSure);

/// <summary>The points of a sample and what labellers said of them, kept in SQLite beside the sample; each label is on disk when its request is answered.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class LabelStore : IDisposable
{
    private readonly Lock gate = new();
    private readonly SqliteConnection connection;
    private readonly FeatureFile features;

    internal LabelStore(string sample)
    {
        if (!File.Exists(sample))
        {
            throw new InputException(sample, "no such file of points; make one with 'irrigationwatch sample'");
        }

        features = FeatureFile.Read(FeatureSource.Of(sample));
        try
        {
            FeatureColumn? year = features.Column("year");
            Points = [.. Enumerable.Range(0, features.Count).Select(row =>
            {
                NetTopologySuite.Geometries.Geometry? place = features.GeometryOf(row);
                return place is NetTopologySuite.Geometries.Point point
                    ? new LabelPoint(features.IdOf(row), point.X, point.Y, year?.Number(row) is double number && !double.IsNaN(number) ? (int)number : null)
                    : throw new InputException(sample, $"feature {row + 1} is no point; label a sample of points");
            })];
            if (Points.Select(point => point.Id).Distinct().Count() < Points.Count || Points.Any(point => point.Id.Length == 0))
            {
                throw new InputException(sample, "has points without an id, or with the same; make it with 'irrigationwatch sample'");
            }

            connection = Database.Open(sample + ".labels.db");
        }
        catch
        {
            features.Dispose();
            throw;
        }

        Database.Execute(connection, "CREATE TABLE IF NOT EXISTS label (point TEXT NOT NULL, labeller TEXT NOT NULL, class TEXT NOT NULL, sure INTEGER NOT NULL, PRIMARY KEY (point, labeller))");
    }

    /// <summary>The points, in the order of the sample.</summary>
    internal IReadOnlyList<LabelPoint> Points { get; }

    /// <summary>Keeps what a labeller says of a place; it takes the place of what they said before. No class takes their label away.</summary>
    internal void Set(string point, string labeller, string? name, bool isSure)
    {
        lock (gate)
        {
            using SqliteCommand command = name is null
                ? Database.Command(connection, "DELETE FROM label WHERE point = $point AND labeller = $labeller", ("$point", point), ("$labeller", labeller))
                : Database.Command(connection, "INSERT INTO label (point, labeller, class, sure) VALUES ($point, $labeller, $class, $sure) ON CONFLICT (point, labeller) DO UPDATE SET class = excluded.class, sure = excluded.sure", ("$point", point), ("$labeller", labeller), ("$class", name), ("$sure", isSure ? 1 : 0));
            command.ExecuteNonQuery();
        }
    }

    /// <summary>All labels.</summary>
    internal IReadOnlyList<GivenLabel> All()
    {
        lock (gate)
        {
            var labels = new List<GivenLabel>();
            using SqliteCommand command = Database.Command(connection, "SELECT point, labeller, class, sure FROM label ORDER BY point, labeller");
            using SqliteDataReader reader = command.ExecuteReader();
            while (reader.Read())
            {
                labels.Add(new GivenLabel(reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.GetInt64(3) != 0));
            }

            return labels;
        }
    }

    /// <summary>
    /// The sample with the class of each point: what more than half of its labellers said; empty where there is no such class. What the
    /// sample says of how points were drawn stays, so that <c>assess</c> and <c>train</c> read it.
    /// </summary>
    internal string Export()
    {
        ILookup<string, GivenLabel> labels = All().ToLookup(label => label.Point);
        var collection = new JsonArray();
        for (int row = 0; row < features.Count; row++)
        {
            JsonNode feature = JsonNode.Parse(features.BytesOf(row))!;
            GivenLabel[] given = [.. labels[Points[row].Id]];
            IGrouping<string, GivenLabel>? most = given.GroupBy(label => label.Class).OrderByDescending(group => group.Count()).FirstOrDefault();
            JsonObject properties = feature["properties"] as JsonObject ?? [];
            properties["class"] = most is not null && most.Count() * 2 > given.Length ? most.Key : null;
            properties["labellers"] = given.Length;
            properties["agreement"] = most is null ? null : Math.Round((double)most.Count() / given.Length, 4);
            properties["sure"] = given.Count(label => label.IsSure);
            feature["properties"] = properties.Parent is null ? properties : properties.DeepClone();
            collection.Add(feature);
        }

        return new JsonObject { ["type"] = "FeatureCollection", ["features"] = collection }.ToJsonString(Operations.ApiRequest.Json);
    }

    public void Dispose()
    {
        connection.Dispose();
        features.Dispose();
    }
}
