using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace SeqGan.Tests;

/// <summary>A PostgreSQL server of its own, on loopback, with its data in a temporary folder.</summary>
internal sealed class PostgreSqlServer : IDisposable
{
    private readonly DirectoryInfo _folder;
    private readonly Process _process;

    private PostgreSqlServer(DirectoryInfo folder, Process process, int port)
    {
        (_folder, _process) = (folder, process);
        ConnectionString = string.Create(CultureInfo.InvariantCulture, $"Host=127.0.0.1;Port={port};Username=test;Database=postgres");
    }

    /// <summary>The folder of the newest server that is installed, or null.</summary>
    public static string? Programs { get; } = Directory.Exists("/usr/lib/postgresql")
        ? Directory.GetDirectories("/usr/lib/postgresql").Select(version => Path.Combine(version, "bin"))
            .Where(folder => File.Exists(Path.Combine(folder, "initdb"))).Order(StringComparer.Ordinal).LastOrDefault()
        : null;

    public string ConnectionString { get; }

    public static async Task<PostgreSqlServer> StartAsync(int port, CancellationToken cancellationToken)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("seqgan-postgresql-");
        string data = Path.Combine(folder.FullName, "data");
        // The server refuses to run as root.
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(folder.FullName, (UnixFileMode)0b111_111_111);
        try
        {
            await InitializeAsync(data, cancellationToken);
            Process process = Start(
                "postgres", "-D", data, "-p", port.ToString(CultureInfo.InvariantCulture), "-c", "listen_addresses=127.0.0.1", "-c",
                "unix_socket_directories=", "-c", "fsync=off", "-c", "logging_collector=off", "-c", "log_min_messages=panic");
            return new PostgreSqlServer(folder, process, port);
        }
        catch
        {
            folder.Delete(recursive: true);
            throw;
        }
    }

    /// <summary>Makes the tables and queries that Orleans' provider for membership needs.</summary>
    public async Task CreateMembershipTablesAsync(CancellationToken cancellationToken)
    {
        string script = await File.ReadAllTextAsync(
            Path.Combine(AppContext.BaseDirectory, "PostgreSqlMembership.sql"), cancellationToken);
        await using NpgsqlDataSource source = NpgsqlDataSource.Create(ConnectionString);
        // It listens before it lets anybody in.
        for (int attempt = 0; ; attempt++)
        {
            try
            {
                await using NpgsqlCommand command = source.CreateCommand(script);
                await command.ExecuteNonQueryAsync(cancellationToken);
                return;
            }
            catch (PostgresException error) when (error.SqlState == PostgresErrorCodes.CannotConnectNow && attempt < 200)
            {
                await Task.Delay(50, cancellationToken);
            }
        }
    }

    public void Dispose()
    {
        try
        {
            using Process stop = Start("pg_ctl", "stop", "-m", "immediate", "-D", Path.Combine(_folder.FullName, "data"));
            stop.WaitForExit();
        }
        finally
        {
            _process.Kill();
            _process.WaitForExit();
            _process.Dispose();
            NpgsqlConnection.ClearAllPools();
            _folder.Delete(recursive: true);
        }
    }

    private static async Task InitializeAsync(string data, CancellationToken cancellationToken)
    {
        using Process initialize = Start(
            "initdb", "-D", data, "-U", "test", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync");
        string output = await initialize.StandardOutput.ReadToEndAsync(cancellationToken);
        await initialize.WaitForExitAsync(cancellationToken);
        if (initialize.ExitCode == 0)
            return;
        string error = await initialize.StandardError.ReadToEndAsync(cancellationToken);
        throw new InvalidOperationException($"initdb failed: {output}{error}");
    }

    private static Process Start(string program, params string[] arguments)
    {
        string path = Path.Combine(Programs!, program);
        var start = new ProcessStartInfo(path)
        {
            RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Path.GetTempPath(),
        };
        if (Environment.IsPrivilegedProcess)
        {
            start.FileName = "/usr/bin/setpriv";
            foreach (string argument in (string[])["--reuid=postgres", "--regid=postgres", "--clear-groups", path])
                start.ArgumentList.Add(argument);
        }

        foreach (string argument in arguments)
            start.ArgumentList.Add(argument);
        return Process.Start(start)!;
    }
}
