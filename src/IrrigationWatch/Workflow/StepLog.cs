using System.Text.Json;
using Microsoft.Data.Sqlite;

namespace IrrigationWatch.Workflow;

/// <summary>
/// The finished steps of a run, in a database in its output folder. An entry is written after the files it speaks of are
/// whole, so a run that was killed finds only the truth.
/// </summary>
internal sealed class StepLog : IDisposable
{
    private readonly SqliteConnection connection;

    internal StepLog(string path)
    {
        connection = Database.Open(path);
        try
        {
            Database.Execute(connection, "CREATE TABLE IF NOT EXISTS steps (name TEXT PRIMARY KEY, key TEXT NOT NULL, tiles BLOB NOT NULL, computed INTEGER, kept INTEGER, outputs TEXT NOT NULL, warnings TEXT NOT NULL, seconds REAL NOT NULL)");
        }
        catch (SqliteException e)
        {
            connection.Dispose();
            throw Database.Unusable(path, e);
        }
    }

    public void Dispose() => connection.Dispose();

    internal StepRecord? Find(string name)
    {
        using SqliteCommand command = Database.Command(connection, "SELECT key, tiles, outputs, seconds, computed, kept, warnings FROM steps WHERE name = $name", ("$name", name));
        using SqliteDataReader reader = command.ExecuteReader();
        if (!reader.Read())
        {
            return null;
        }

        return new StepRecord(name, reader.GetString(0), JsonSerializer.Deserialize<SortedDictionary<string, OutputStamp>>(reader.GetString(2))!, reader.GetDouble(3))
        {
            TileKeys = reader.GetFieldValue<byte[]>(1),
            TilesComputed = reader.IsDBNull(4) ? null : reader.GetInt32(4),
            TilesKept = reader.IsDBNull(5) ? null : reader.GetInt32(5),
            Warnings = JsonSerializer.Deserialize<string[]>(reader.GetString(6))!,
        };
    }

    internal void Save(StepRecord step)
    {
        using SqliteCommand command = Database.Command(
            connection,
            "INSERT OR REPLACE INTO steps (name, key, tiles, computed, kept, outputs, warnings, seconds) VALUES ($name, $key, $tiles, $computed, $kept, $outputs, $warnings, $seconds)",
            ("$name", step.Name),
            ("$key", step.Key),
            ("$tiles", step.TileKeys),
            ("$computed", step.TilesComputed),
            ("$kept", step.TilesKept),
            ("$outputs", JsonSerializer.Serialize(step.Outputs)),
            ("$warnings", JsonSerializer.Serialize(step.Warnings)),
            ("$seconds", step.Seconds));
        command.ExecuteNonQuery();
    }
}
