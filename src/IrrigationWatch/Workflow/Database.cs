using System.Globalization;
using IrrigationWatch.Gdal;
using IrrigationWatch.Rasters;
using Microsoft.Data.Sqlite;

namespace IrrigationWatch.Workflow;

/// <summary>How this program uses SQLite: a write-ahead log, so that readers and a writer do not wait for each other, and every commit on disk.</summary>
internal static class Database
{
    private const int WaitSeconds = 60;
    private const int NoMemory = 7;
    private const int CannotOpen = 14;

    /// <param name="path">The file. By its full path it is a file whatever it is called: <c>file:…</c> would be an address, <c>:memory:</c> none.</param>
    /// <exception cref="InputException">It cannot be opened or written.</exception>
    internal static SqliteConnection Open(string path)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = Path.GetFullPath(path), Pooling = false, DefaultTimeout = WaitSeconds }.ToString());
        try
        {
            connection.Open();
            Execute(connection, string.Create(CultureInfo.InvariantCulture, $"PRAGMA busy_timeout = {WaitSeconds * 1000}"));
            Execute(connection, "PRAGMA journal_mode = WAL");
            Execute(connection, "PRAGMA synchronous = FULL");
            return connection;
        }
        catch (SqliteException e)
        {
            connection.Dispose();
            throw Unusable(path, e);
        }
    }

    /// <summary>What SQLite could not do. It keeps to itself why a file could not be opened.</summary>
    internal static Exception Unusable(string path, SqliteException e) =>
        e.SqliteErrorCode == CannotOpen && MachineLimits.FilesAreUsedUp() ? MachineLimits.TooManyFiles(path, e)
        : e.SqliteErrorCode == NoMemory ? MachineLimits.NoMemory(path, e)
        : IsOfTheDisk(e) ? AtomicFile.CannotWrite(path, e)
        : new InputException(path, $"cannot be used as a catalogue ({e.Message.TrimEnd('.')}); remove it to start anew", e);

    /// <summary>True where the disk is at fault, and not what the database holds: SQLITE_PERM, READONLY, IOERR, FULL, CANTOPEN.</summary>
    internal static bool IsOfTheDisk(SqliteException e) => e.SqliteErrorCode is 3 or 8 or 10 or 13 or 14;

    internal static void Execute(SqliteConnection connection, string sql)
    {
        using SqliteCommand command = Command(connection, sql);
        command.ExecuteNonQuery();
    }

    internal static long Number(SqliteConnection connection, string sql)
    {
        using SqliteCommand command = Command(connection, sql);
        return Convert.ToInt64(command.ExecuteScalar(), CultureInfo.InvariantCulture);
    }

    internal static SqliteCommand Command(SqliteConnection connection, string sql, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // All texts are constants of this program; values go through parameters.
        command.CommandText = sql;
#pragma warning restore CA2100
        foreach ((string name, object? value) in parameters)
        {
            command.Parameters.AddWithValue(name, value ?? DBNull.Value);
        }

        return command;
    }
}
