using Microsoft.Data.Sqlite;

namespace SyntheticSessions;

/// <summary>Sessions in a SQLite database: a table with a row for each event.</summary>
internal sealed class SessionDatabase : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly string _path;

    private SessionDatabase(SqliteConnection connection, string path) => (_connection, _path) = (connection, path);

    public static SessionDatabase Open(string path, bool create)
    {
        if (!create && !File.Exists(path))
            throw new FormatException($"'{path}' is not there; --create makes the example database in it.");
        var options = new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = create ? SqliteOpenMode.ReadWriteCreate : SqliteOpenMode.ReadWrite,
            Pooling = false,
        };
        var connection = new SqliteConnection(options.ToString());
        try
        {
            connection.Open();
            return new SessionDatabase(connection, path);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Nothing that is there is overwritten.</summary>
    /// <exception cref="FormatException">The table is there already.</exception>
    public void ThrowIfThere(string table, string option)
    {
        if (NamesOf(table).Count > 0)
            throw new FormatException($"'{_path}' has a table '{table}' already; name another with {option}, or remove it.");
    }

    /// <summary>Reads every session, its events in order.</summary>
    /// <exception cref="FormatException">There is no such table or column.</exception>
    public IEnumerable<Session> Read(Columns columns)
    {
        HashSet<string> known = NamesOf(columns.Table);
        if (known.Count == 0)
            throw new FormatException(
                $"'{_path}' has no table '{columns.Table}'; name it with --table, or make the example with --create.");
        foreach (string missing in columns.All.Where(column => !known.Contains(column)))
            throw new FormatException($"The table '{columns.Table}' has no column '{missing}'; it has {string.Join(", ", known)}.");
        return Read(
            $"SELECT {Quote(columns.Session)}, {Quote(columns.Segment)}, {Quote(columns.Event)} FROM {Quote(columns.Table)} ORDER BY "
                + $"{Quote(columns.Session)}, {Quote(columns.Order)}");
    }

    /// <summary>Writes sessions to a table of their own, in one transaction: all of them are there afterwards, or none.</summary>
    public void Write(Columns columns, IEnumerable<Session> sessions)
    {
        using SqliteTransaction transaction = _connection.BeginTransaction();
        using SqliteCommand create = Command(
            $"CREATE TABLE {Quote(columns.Table)} ({Quote(columns.Session)} INTEGER, {Quote(columns.Order)} INTEGER, "
                + $"{Quote(columns.Segment)} TEXT, {Quote(columns.Event)} TEXT)", transaction);
        create.ExecuteNonQuery();
        using SqliteCommand insert = Command(
            $"INSERT INTO {Quote(columns.Table)} VALUES ($session, $order, $segment, $event)", transaction);
        SqliteParameter[] values =
        [
            .. ((string[])["$session", "$order", "$segment", "$event"])
                .Select(name => insert.Parameters.Add(new SqliteParameter { ParameterName = name })),
        ];
        foreach ((int number, Session session) in sessions.Index())
        {
            foreach ((int order, string happened) in session.Events.Index())
            {
                (values[0].Value, values[1].Value, values[2].Value, values[3].Value) =
                    (number + 1, order, (object?)session.Segment ?? DBNull.Value, happened);
                insert.ExecuteNonQuery();
            }
        }

        transaction.Commit();
    }

    public void Dispose() => _connection.Dispose();

    private IEnumerable<Session> Read(string query)
    {
        using SqliteCommand command = Command(query);
        using SqliteDataReader rows = command.ExecuteReader();
        object? current = null;
        string? segment = null;
        var events = new List<string>();
        while (rows.Read())
        {
            object session = rows.GetValue(0);
            if (events.Count > 0 && !session.Equals(current))
            {
                yield return new Session(segment, [.. events]);
                events.Clear();
            }

            if (events.Count == 0)
                (current, segment) = (session, rows.IsDBNull(1) ? null : rows.GetString(1));
            events.Add(rows.IsDBNull(2) ? "" : rows.GetString(2));
        }

        if (events.Count > 0)
            yield return new Session(segment, events);
    }

    private HashSet<string> NamesOf(string table)
    {
        using SqliteCommand command = Command("SELECT name FROM pragma_table_info($table)");
        command.Parameters.AddWithValue("$table", table);
        using SqliteDataReader rows = command.ExecuteReader();
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        while (rows.Read())
            names.Add(rows.GetString(0));
        return names;
    }

    private SqliteCommand Command(string text, SqliteTransaction? transaction = null)
    {
        SqliteCommand command = _connection.CreateCommand();
        (command.CommandText, command.Transaction) = (text, transaction);
        return command;
    }

    // Names cannot be parameters.
    private static string Quote(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
