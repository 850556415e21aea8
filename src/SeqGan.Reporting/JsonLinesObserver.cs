using System.Buffers;
using System.Security.Cryptography;

namespace SeqGan.Reporting;

/// <summary>Writes each report of a training as one line of JSON, for scripts, notebooks and dashboards.</summary>
/// <remarks>
/// <para>
/// A line is an object: <c>phase</c>, <c>round</c>, <c>rounds</c>, <c>end_of_round</c>, <c>step</c>, <c>fraction</c>,
/// <c>elapsed_seconds</c>, <c>remaining_seconds</c>, then the figures, named as in <see cref="TrainingProgress"/> but in
/// lower case with underscores (<c>generator_loss</c>), and in <c>metrics</c> what observers measured. Unknown figures are left
/// out; NaN and infinity, which JSON cannot express, are null.
/// </para>
/// <para>
/// Each line is written whole before the training continues; other programs can read the file meanwhile. Dispose the observer after the
/// training. Not thread-safe.
/// </para>
/// <para>
/// A resumed training continues the same file, with or without <c>append</c>: lines after the checkpoint are cut off, because their
/// reports come again. If the file is not the same or has lost its end, its content stays and lines are appended.
/// </para>
/// </remarks>
public sealed class JsonLinesObserver : ITrainingObserver, ICheckpointable, IDisposable
{
    // A report or two; no other file has the same times.
    private const int TailBytes = 4096, MaxStateBytes = 4096;

    private readonly FileStream _file;
    private readonly ArrayBufferWriter<byte> _line = new();
    private ReportKey? _last;
    private IGenerator? _generator;
    private bool _isResumed;

    // The length to keep. The file is cut at the next report only: until then a training may be resumed, or the resume fail.
    private long _length;
    private bool _hasWritten;

    /// <summary>Creates the observer, the file, and its folder if necessary. The file's content stays until the first report.</summary>
    /// <param name="path">The file, such as <c>run.jsonl</c>.</param>
    /// <param name="append">
    /// Whether to append to the file's content, which may end in the middle of a line. Otherwise the first report empties the file,
    /// unless the training is resumed.
    /// </param>
    /// <exception cref="ArgumentException"><paramref name="path"/> is empty.</exception>
    /// <exception cref="IOException">The file cannot be made, or another program writes it.</exception>
    /// <exception cref="UnauthorizedAccessException">The file must not be written.</exception>
    public JsonLinesObserver(string path, bool append = false)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        string full = System.IO.Path.GetFullPath(path);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(full)!);
        // Unbuffered: a line is one write. Readable, to check the end of its content.
        _file = new FileStream(full, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0);
        _length = append ? _file.Length : 0;
        Path = full;
    }

    /// <summary>The full path of the file.</summary>
    public string Path { get; }

    /// <inheritdoc/>
    /// <exception cref="ObjectDisposedException">The observer was disposed.</exception>
    public ValueTask OnRoundEndAsync(TrainingProgress progress, TrainingContext context, CancellationToken cancellationToken = default) =>
        OnProgressAsync(progress, context, cancellationToken);

    /// <inheritdoc/>
    /// <exception cref="ObjectDisposedException">The observer was disposed.</exception>
    public ValueTask OnProgressAsync(TrainingProgress progress, TrainingContext context, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(progress);
        ArgumentNullException.ThrowIfNull(context);
        var key = ReportKey.Of(progress);
        // A report comes again after a resume, or if the training was cancelled in the middle of a round's report. Another training may
        // have a report of the same key.
        if (key == _last && (_isResumed || (key.EndOfRound && ReferenceEquals(context.Generator, _generator))))
            return ValueTask.CompletedTask;
        _isResumed = false;
        Write(progress);
        (_last, _generator) = (key, context.Generator);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    /// <exception cref="ObjectDisposedException">The observer was disposed.</exception>
    public void SaveState(Stream destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        var state = new JsonLinesState(_length, ChecksumBefore(_length), _last);
        JsonSerializer.Serialize(destination, state, ObserverStateJson.Default.JsonLinesState);
    }

    /// <inheritdoc/>
    /// <exception cref="ObjectDisposedException">The observer was disposed.</exception>
    public void RestoreState(Stream source, int version)
    {
        ArgumentNullException.ThrowIfNull(source);
        JsonLinesState state = ObserverState.Read(source, MaxStateBytes, ObserverStateJson.Default.JsonLinesState);
        if (state.Length < 0)
            throw new InvalidDataException($"The length of the file is {state.Length} bytes; it must not be negative.");
        state.Last?.ThrowIfInvalid();
        bool isSame = _file.Length >= state.Length && ChecksumBefore(state.Length) == state.Tail;
        (_length, _last) = isSame ? (state.Length, state.Last) : (_file.Length, null);
        (_isResumed, _hasWritten) = (true, false);
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _file.Dispose();

    private void Write(TrainingProgress progress)
    {
        _line.ResetWrittenCount();
        using (var json = new Utf8JsonWriter(_line))
        {
            json.WriteStartObject();
            json.WriteString("phase", progress.Phase.ToString());
            json.WriteNumber("round", progress.Round);
            json.WriteNumber("rounds", progress.Rounds);
            json.WriteBoolean("end_of_round", progress.EndOfRound);
            json.WriteNumber("step", progress.Step);
            Write(json, "fraction", progress.Fraction);
            Write(json, "elapsed_seconds", progress.Elapsed.TotalSeconds);
            Write(json, "remaining_seconds", progress.EstimatedRemaining?.TotalSeconds);
            foreach (TrainingMetric figure in TrainingMetric.All)
                Write(json, figure.Key, figure.ValueOf(progress));
            json.WriteStartObject("metrics");
            foreach ((string name, double value) in progress.Metrics)
                Write(json, name, value);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        _line.Write("\n"u8);
        StartAtLength();
        _file.Write(_line.WrittenSpan);
        _length = _file.Position;
        _hasWritten = true;
    }

    // After the length are lines that come again, or half a line that a full disk left.
    private void StartAtLength()
    {
        _length = Math.Min(_length, _file.Length);
        if (_file.Length > _length)
            _file.SetLength(_length);
        _file.Position = _length;
        if (_hasWritten || _length == 0)
            return;
        // Half a line of an earlier run must not spoil the first line of this one.
        _file.Position--;
        if (_file.ReadByte() != '\n')
            _file.Write("\n"u8);
    }

    private string ChecksumBefore(long length)
    {
        Span<byte> tail = stackalloc byte[(int)Math.Min(length, TailBytes)];
        _file.Position = length - tail.Length;
        int read = _file.ReadAtLeast(tail, tail.Length, throwOnEndOfStream: false);
        return Convert.ToHexString(SHA256.HashData(tail[..read]));
    }

    private static void Write(Utf8JsonWriter json, string name, double? value)
    {
        if (value is { } known && double.IsFinite(known))
            json.WriteNumber(name, known);
        else if (value is not null)
            json.WriteNull(name);
    }
}

/// <summary>The file's length, a checksum of its last bytes to recognise it, and the last report; null before the first.</summary>
internal sealed record JsonLinesState(long Length, string Tail, ReportKey? Last);
