using System.Globalization;
using Microsoft.Data.Sqlite;

namespace IrrigationWatch.Tests.Publishing;

/// <summary>A GeoPackage as SQLite sees it.</summary>
internal sealed class Database : IDisposable
{
    private readonly SqliteConnection connection;

    internal Database(string path)
    {
        connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString());
        connection.Open();
    }

    /// <summary>Rows with their columns joined by a bar.</summary>
    internal IReadOnlyList<string> Query(string sql)
    {
        using var command = new SqliteCommand(sql, connection);
        using SqliteDataReader reader = command.ExecuteReader();
        var rows = new List<string>();
        while (reader.Read())
        {
            rows.Add(string.Join('|', Enumerable.Range(0, reader.FieldCount).Select(i => reader.IsDBNull(i) ? "NULL" : Convert.ToString(reader.GetValue(i), CultureInfo.InvariantCulture))));
        }

        return rows;
    }

    /// <summary>The one value of the one row, as bytes.</summary>
    internal byte[] Bytes(string sql)
    {
        using var command = new SqliteCommand(sql, connection);
        return Assert.IsType<byte[]>(command.ExecuteScalar());
    }

    public void Dispose() => connection.Dispose();
}
