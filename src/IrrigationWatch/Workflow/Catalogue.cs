using System.Globalization;
using System.Text.Json;
using IrrigationWatch.Rasters;
using Microsoft.Data.Sqlite;

namespace IrrigationWatch.Workflow;

/// <summary>A finished step of a run: what it was made from, what it made, how long it took.</summary>
/// <param name="Name">For example <c>features 2010</c>.</param>
/// <param name="Key">Digest of everything that went in.</param>
/// <param name="Outputs">Path relative to the output folder and stamp of every file made.</param>
/// <param name="Seconds">How long it took.</param>
internal sealed record StepRecord(string Name, string Key, IReadOnlyDictionary<string, OutputStamp> Outputs, double Seconds);

/// <summary>A file as it was when it was made.</summary>
/// <param name="Length">Bytes.</param>
/// <param name="Ticks">Time of last change.</param>
/// <param name="Digest">Digest of its content.</param>
internal sealed record OutputStamp(long Length, long Ticks, string Digest);

/// <summary>
/// What is known of scenes and what was finished, in a SQLite database in the output folder. Every entry is written in a
/// transaction after the files it speaks of are whole, so a run that was killed finds only the truth.
/// </summary>
public sealed class Catalogue : IDisposable
{
    private readonly SqliteConnection connection;

    /// <summary>Opens or creates a catalogue.</summary>
    /// <param name="path">The database file; its folder must exist.</param>
    /// <exception cref="InputException">It cannot be opened or written.</exception>
    public Catalogue(string path)
    {
        connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        try
        {
            connection.Open();
            Execute("PRAGMA journal_mode = WAL");
            Execute("PRAGMA synchronous = FULL");
            Execute("CREATE TABLE IF NOT EXISTS scene (path TEXT PRIMARY KEY, stamp TEXT NOT NULL, digest TEXT NOT NULL, product TEXT NOT NULL, acquired TEXT NOT NULL, level2 INTEGER NOT NULL, qa INTEGER NOT NULL, grid TEXT, error TEXT)");
            Execute("CREATE TABLE IF NOT EXISTS step (name TEXT PRIMARY KEY, key TEXT NOT NULL, outputs TEXT NOT NULL, seconds REAL NOT NULL)");
        }
        catch (SqliteException e)
        {
            connection.Dispose();
            throw new InputException(path, $"cannot be used as a catalogue ({e.Message.TrimEnd('.')}); remove it to start anew", e);
        }
    }

    /// <summary>A scene that was recorded and has not changed since.</summary>
    /// <param name="path">Where it lies.</param>
    /// <param name="stamp">What changes when it changes.</param>
    /// <returns>The record, or null.</returns>
    public SceneRecord? FindScene(string path, string stamp)
    {
        using SqliteCommand command = Command("SELECT digest, product, acquired, level2, qa, grid, error FROM scene WHERE path = $path AND stamp = $stamp", ("$path", path), ("$stamp", stamp));
        using SqliteDataReader reader = command.ExecuteReader();
        if (!reader.Read())
        {
            return null;
        }

        return new SceneRecord(
            path,
            reader.GetString(0),
            reader.GetString(1),
            DateOnly.ParseExact(reader.GetString(2), "yyyy-MM-dd", CultureInfo.InvariantCulture),
            reader.GetBoolean(3),
            reader.GetBoolean(4),
            reader.IsDBNull(5) ? null : ParseGrid(reader.GetString(5)),
            reader.IsDBNull(6) ? null : reader.GetString(6));
    }

    /// <summary>Records a scene.</summary>
    /// <param name="scene">The scene.</param>
    /// <param name="stamp">What changes when it changes.</param>
    public void SaveScene(SceneRecord scene, string stamp)
    {
        ArgumentNullException.ThrowIfNull(scene);
        using SqliteCommand command = Command(
            "INSERT OR REPLACE INTO scene VALUES ($path, $stamp, $digest, $product, $acquired, $level2, $qa, $grid, $error)",
            ("$path", scene.Path),
            ("$stamp", stamp),
            ("$digest", scene.Digest),
            ("$product", scene.ProductId),
            ("$acquired", scene.Acquired.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)),
            ("$level2", scene.IsLevel2),
            ("$qa", scene.HasQa),
            ("$grid", scene.Grid is null ? DBNull.Value : FormatGrid(scene.Grid)),
            ("$error", (object?)scene.Error ?? DBNull.Value));
        command.ExecuteNonQuery();
    }

    /// <summary>Closes the database.</summary>
    public void Dispose() => connection.Dispose();

    internal StepRecord? FindStep(string name)
    {
        using SqliteCommand command = Command("SELECT key, outputs, seconds FROM step WHERE name = $name", ("$name", name));
        using SqliteDataReader reader = command.ExecuteReader();
        return reader.Read()
            ? new StepRecord(name, reader.GetString(0), JsonSerializer.Deserialize<SortedDictionary<string, OutputStamp>>(reader.GetString(1))!, reader.GetDouble(2))
            : null;
    }

    internal void SaveStep(StepRecord step)
    {
        using SqliteCommand command = Command(
            "INSERT OR REPLACE INTO step VALUES ($name, $key, $outputs, $seconds)",
            ("$name", step.Name),
            ("$key", step.Key),
            ("$outputs", JsonSerializer.Serialize(step.Outputs)),
            ("$seconds", step.Seconds));
        command.ExecuteNonQuery();
    }

    private static string FormatGrid(Grid grid) => JsonSerializer.Serialize(new object[] { grid.Crs, grid.Left, grid.Top, grid.PixelWidth, grid.PixelHeight, grid.Width, grid.Height });

    private static Grid ParseGrid(string text)
    {
        JsonElement values = JsonDocument.Parse(text).RootElement;
        return new Grid(values[0].GetString()!, values[1].GetDouble(), values[2].GetDouble(), values[3].GetDouble(), values[4].GetDouble(), values[5].GetInt32(), values[6].GetInt32());
    }

    private void Execute(string sql)
    {
        using SqliteCommand command = Command(sql);
        command.ExecuteNonQuery();
    }

    private SqliteCommand Command(string sql, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // All texts are constants of this class; values go through parameters.
        command.CommandText = sql;
#pragma warning restore CA2100
        foreach ((string name, object value) in parameters)
        {
            command.Parameters.AddWithValue(name, value);
        }

        return command;
    }
}
