using System.Buffers;
using System.Text.Json;

namespace SeqGan;

/// <summary>Writes each report of a training as one line of JSON, for scripts, notebooks and dashboards.</summary>
/// <remarks>
/// <para>
/// A line is an object: <c>phase</c>, <c>round</c>, <c>rounds</c>, <c>end_of_round</c>, <c>step</c>, <c>fraction</c>,
/// <c>elapsed_seconds</c>, <c>remaining_seconds</c>, then the figures, named as in <see cref="TrainingProgress"/> but in
/// lower case with underscores (<c>generator_loss</c>), and in <c>metrics</c> what observers measured. A figure that is not
/// known is left out; one that is NaN or infinite, which JSON has no number for, is null.
/// </para>
/// <para>
/// Each line is handed to the operating system whole before the training goes on: a process that is killed leaves whole
/// lines, and others can read them meanwhile. Dispose it after the training. Not thread-safe.
/// </para>
/// </remarks>
public sealed class JsonLinesObserver : ITrainingObserver, IDisposable
{
    private readonly FileStream _file;
    private readonly ArrayBufferWriter<byte> _line = new();

    /// <summary>Creates the observer and the file, and the folder where it is not there.</summary>
    /// <param name="path">The file, such as <c>run.jsonl</c>.</param>
    /// <param name="append">Whether to go on behind what the file holds, which may end in the middle of a line; otherwise it starts empty.</param>
    /// <exception cref="ArgumentException"><paramref name="path"/> is empty.</exception>
    /// <exception cref="IOException">The file cannot be made, or another program writes it.</exception>
    /// <exception cref="UnauthorizedAccessException">The file must not be written.</exception>
    public JsonLinesObserver(string path, bool append = false)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        string full = System.IO.Path.GetFullPath(path);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(full)!);
        // Unbuffered: a line is one write. Readable, for a half line at the end must be found.
        _file = new FileStream(full, append ? FileMode.OpenOrCreate : FileMode.Create, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0);
        Path = full;
        EndHalfLine();
    }

    /// <summary>The full path of the file.</summary>
    public string Path { get; }

    /// <inheritdoc/>
    /// <exception cref="ObjectDisposedException">The observer was disposed.</exception>
    public ValueTask OnProgressAsync(TrainingProgress progress, TrainingContext context, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(progress);
        _line.ResetWrittenCount();
        using (var json = new Utf8JsonWriter(_line))
        {
            json.WriteStartObject();
            WriteProgress(json, progress);
            json.WriteEndObject();
        }

        _line.Write("\n"u8);
        _file.Write(_line.WrittenSpan);
        return ValueTask.CompletedTask;
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _file.Dispose();

    private static void WriteProgress(Utf8JsonWriter json, TrainingProgress progress)
    {
        json.WriteString("phase", progress.Phase.ToString());
        json.WriteNumber("round", progress.Round);
        json.WriteNumber("rounds", progress.Rounds);
        json.WriteBoolean("end_of_round", progress.EndOfRound);
        json.WriteNumber("step", progress.Step);
        Write(json, "fraction", progress.Fraction);
        Write(json, "elapsed_seconds", progress.Elapsed.TotalSeconds);
        Write(json, "remaining_seconds", progress.EstimatedRemaining?.TotalSeconds);
        foreach (ProgressFigure figure in ProgressFigure.All)
            Write(json, figure.Key, figure.ValueOf(progress));
        json.WriteStartObject("metrics");
        foreach ((string name, double value) in progress.Metrics)
            Write(json, name, value);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, double? value)
    {
        if (value is not { } known)
            return;
        if (double.IsFinite(known))
            json.WriteNumber(name, known);
        else
            json.WriteNull(name);
    }

    // What another run left when it was killed by a full disk or a power cut must not spoil the first line of this one.
    private void EndHalfLine()
    {
        if (_file.Length == 0)
            return;
        _file.Seek(-1, SeekOrigin.End);
        if (_file.ReadByte() != '\n')
            _file.Write("\n"u8);
    }
}
