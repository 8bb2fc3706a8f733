using System.Globalization;
using IrrigationWatch.Landsat;
using IrrigationWatch.Rasters;
using Microsoft.Data.Sqlite;

namespace IrrigationWatch.Workflow;

/// <summary>
/// What is known of scenes, in a SQLite database: an index of archives that says without opening them what they hold, and
/// that several programs may read and add to at the same time.
/// </summary>
public sealed class Catalogue : IDisposable
{
    /// <summary>The file that the command line uses where none is named.</summary>
    public const string DefaultFile = "catalogue.db";

    private const int Version = 3;
    private const string Columns = "path, stamp, fingerprint, product, kind, sensor, satellite, level, tile, acquired, processed, tier, time, cloud, qa, grid, stack, error, verified, digest";

    private readonly string file;
    private readonly SqliteConnection connection;
    private readonly Lock gate = new();
    private readonly Dictionary<string, StackDescription> stacks = new(StringComparer.Ordinal);

    /// <summary>Opens or creates a catalogue.</summary>
    /// <param name="path">The database file; its folder must exist.</param>
    /// <exception cref="InputException">It cannot be opened or written.</exception>
    public Catalogue(string path)
    {
        file = path;
        connection = Database.Open(path);
        try
        {
            if (Database.Number(connection, "PRAGMA user_version") < Version)
            {
                Create();
            }
        }
        catch (SqliteException e)
        {
            connection.Dispose();
            throw Database.Unusable(path, e);
        }
    }

    /// <summary>Number of scenes.</summary>
    public int Count => Ask(() => (int)Database.Number(connection, "SELECT count(*) FROM scene"));

    /// <summary>A scene, or null where it was never recorded.</summary>
    /// <param name="path">Where it lies.</param>
    /// <returns>The record; compare its stamp to know whether it still holds.</returns>
    /// <exception cref="InputException">The database cannot be read.</exception>
    public SceneRecord? Find(string path) => Ask(() =>
    {
        using SqliteCommand command = Database.Command(connection, $"SELECT {Columns} FROM scene WHERE path = $path", ("$path", path));
        using SqliteDataReader reader = command.ExecuteReader();
        return reader.Read() ? Read(reader) : null;
    });

    /// <summary>All scenes, sorted by path.</summary>
    /// <returns>The records.</returns>
    /// <exception cref="InputException">The database cannot be read.</exception>
    public IReadOnlyList<SceneRecord> All() => Ask(() =>
    {
        using SqliteCommand command = Database.Command(connection, $"SELECT {Columns} FROM scene ORDER BY path");
        using SqliteDataReader reader = command.ExecuteReader();
        var records = new List<SceneRecord>();
        while (reader.Read())
        {
            records.Add(Read(reader));
        }

        return records;
    });

    /// <summary>Records scenes in one transaction; what was recorded of the same paths before is replaced.</summary>
    /// <param name="scenes">The scenes.</param>
    /// <exception cref="InputException">The database cannot be written; nothing of these scenes is recorded then.</exception>
    public void Save(params IReadOnlyCollection<SceneRecord> scenes)
    {
        ArgumentNullException.ThrowIfNull(scenes);
        if (scenes.Count == 0)
        {
            return;
        }

        Change(transaction =>
        {
            foreach (SceneRecord scene in scenes)
            {
                (string Name, object? Value)[] values =
                [
                    ("$path", scene.Path),
                    ("$stamp", scene.Stamp),
                    ("$fingerprint", scene.Fingerprint),
                    ("$product", scene.Id?.Text ?? string.Empty),
                    ("$kind", (int)(scene.Id?.Kind ?? 0)),
                    ("$sensor", (int)(scene.Id?.Sensor ?? 0)),
                    ("$satellite", scene.Id?.Satellite ?? 0),
                    ("$level", scene.Id?.Level ?? string.Empty),
                    ("$tile", scene.Id?.Tile ?? string.Empty),
                    ("$acquired", Day(scene.Id?.Acquired ?? default)),
                    ("$processed", scene.Id?.Processed is DateOnly processed ? Day(processed) : null),
                    ("$tier", scene.Id?.Tier ?? string.Empty),
                    ("$time", scene.Time.ToString("O", CultureInfo.InvariantCulture)),
                    ("$cloud", scene.CloudCover),
                    ("$qa", scene.HasQa),
                    ("$grid", scene.Grid is null ? null : GridText.Format(scene.Grid)),
                    ("$stack", scene.Stack is null ? null : scene.Stack.Name + "\n" + scene.Stack.Text),
                    ("$error", scene.Error),
                    ("$verified", scene.Verified?.ToString("O", CultureInfo.InvariantCulture)),
                ];
                using SqliteCommand command = Database.Command(
                    connection,
                    $"INSERT OR REPLACE INTO scene ({Columns}) VALUES ({string.Join(", ", values.Select(value => value.Name))}, $digest)",
                    [.. values, ("$digest", DigestOf(values.Select(value => value.Value)))]);
                command.Transaction = transaction;
                command.ExecuteNonQuery();
            }
        });
    }

    /// <summary>Forgets scenes.</summary>
    /// <param name="paths">Where they were.</param>
    /// <exception cref="InputException">The database cannot be written; nothing is forgotten then.</exception>
    public void Remove(IReadOnlyCollection<string> paths)
    {
        ArgumentNullException.ThrowIfNull(paths);
        Change(transaction =>
        {
            foreach (string path in paths)
            {
                using SqliteCommand command = Database.Command(connection, "DELETE FROM scene WHERE path = $path", ("$path", path));
                command.Transaction = transaction;
                command.ExecuteNonQuery();
            }
        });
    }

    /// <summary>Closes the database.</summary>
    public void Dispose() => connection.Dispose();

    /// <summary>Changes the database in one transaction.</summary>
    private void Change(Action<SqliteTransaction> work) => Ask(() =>
    {
        using SqliteTransaction transaction = connection.BeginTransaction(deferred: false);
        work(transaction);
        transaction.Commit();
        return true;
    });

    /// <summary>Asks the database, one thread at a time; what it cannot do, as on a full disk, is said of its file.</summary>
    private T Ask<T>(Func<T> work)
    {
        try
        {
            lock (gate)
            {
                return work();
            }
        }
        catch (SqliteException e)
        {
            throw Database.Unusable(file, e);
        }
    }

    /// <summary>Makes the table, unless another program made it in the meantime; a table of an earlier version holds nothing that cannot be read again from the scenes.</summary>
    private void Create()
    {
        Database.Execute(connection, "BEGIN IMMEDIATE");
        if (Database.Number(connection, "PRAGMA user_version") < Version)
        {
            Database.Execute(connection, "DROP TABLE IF EXISTS scene");
            Database.Execute(connection, """
                CREATE TABLE scene (
                    path TEXT PRIMARY KEY, stamp TEXT NOT NULL, fingerprint TEXT NOT NULL, product TEXT NOT NULL, kind INTEGER NOT NULL, sensor INTEGER NOT NULL,
                    satellite INTEGER NOT NULL, level TEXT NOT NULL, tile TEXT NOT NULL, acquired TEXT NOT NULL, processed TEXT, tier TEXT NOT NULL, time TEXT NOT NULL,
                    cloud REAL, qa INTEGER NOT NULL, grid TEXT, stack TEXT, error TEXT, verified TEXT, digest TEXT NOT NULL) WITHOUT ROWID
                """);
            Database.Execute(connection, "CREATE INDEX scene_acquired ON scene (acquired)");
            Database.Execute(connection, string.Create(CultureInfo.InvariantCulture, $"PRAGMA user_version = {Version}"));
        }

        Database.Execute(connection, "COMMIT");
    }

    private static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static DateOnly Day(string text) => DateOnly.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static DateTimeOffset Time(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    /// <summary>Digest of a row: SQLite keeps no checksum of its pages.</summary>
    private static string DigestOf(IEnumerable<object?> values) => Digest.OfTexts(values.Select(value => value switch
    {
        null or DBNull => "-",
        bool yes => yes ? "1" : "0",
        double number => number.ToString("R", CultureInfo.InvariantCulture),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    }))[..32];

    /// <summary>Reads a row. One that is damaged has no stamp, so that its scene is opened again.</summary>
    private SceneRecord Read(SqliteDataReader row)
    {
        int last = row.FieldCount - 1;
        if (row.GetString(last) == DigestOf(Enumerable.Range(0, last).Select(row.GetValue)))
        {
            return ReadWhole(row);
        }

        return new SceneRecord { Path = row.GetString(0), Stamp = string.Empty, Fingerprint = string.Empty, Error = "its row in the catalogue is damaged; add it again" };
    }

    private SceneRecord ReadWhole(SqliteDataReader row) => new()
    {
        Path = row.GetString(0),
        Stamp = row.GetString(1),
        Fingerprint = row.GetString(2),
        Id = row.GetString(3).Length == 0 ? null : new ProductId(row.GetString(3), (ProductKind)row.GetInt32(4), (Sensor)row.GetInt32(5), row.GetInt32(6), row.GetString(7), row.GetString(8), Day(row.GetString(9)), row.IsDBNull(10) ? null : Day(row.GetString(10)), row.GetString(11)),
        Time = Time(row.GetString(12)),
        CloudCover = row.IsDBNull(13) ? null : row.GetDouble(13),
        HasQa = row.GetBoolean(14),
        Grid = row.IsDBNull(15) ? null : GridText.Parse(row.GetString(15)),
        Stack = row.IsDBNull(16) ? null : Stack(row.GetString(16)),
        Error = row.IsDBNull(17) ? null : row.GetString(17),
        Verified = row.IsDBNull(18) ? null : Time(row.GetString(18)),
    };

    private StackDescription Stack(string text)
    {
        if (!stacks.TryGetValue(text, out StackDescription? stack))
        {
            int line = text.IndexOf('\n', StringComparison.Ordinal);
            stack = StackDescriptionReader.Parse(text[..line], text[(line + 1)..]);
            stacks.Add(text, stack);
        }

        return stack;
    }
}
