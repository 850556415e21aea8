using System.Buffers.Binary;
using System.Numerics;
using Google.Protobuf;
using Tensorboard;
using TorchSharp;
using TorchSharp.Modules;

namespace SeqGan.Reporting;

/// <summary>Writes an event file for TensorBoard: the figures of each round as scalars, and some generated sequences as text.</summary>
/// <remarks>
/// <para>
/// Scalars have the names of <see cref="TrainingMetric.Tag"/>, such as <c>generator/loss</c>; those of evaluators are in
/// <c>evaluation/</c>. A figure is written in the phases that measure it, if it is known; NaN is written as NaN. The step is
/// <see cref="TrainingProgress.Step"/>. The text <c>samples</c> is drawn with the same random numbers each time, so that its lines
/// can be compared.
/// </para>
/// <para>Each entry is in the file when the call at the end of the round returns: there is nothing to dispose. Not thread-safe.</para>
/// <para>
/// A resumed training writes another event file, and TensorBoard shows the steps after the checkpoint once. Earlier files do not change.
/// </para>
/// </remarks>
public sealed class TensorBoardObserver : ITrainingObserver, ICheckpointable
{
    private const int MaxStateBytes = 4096;

    private static int s_writers;

    private readonly SummaryWriter _writer;
    private readonly int _sequences;
    private readonly ulong _seed;
    private readonly string _eventFile;
    private ReportKey? _last;
    private bool _isResumed;

    /// <summary>Creates the observer and, in the folder, a new event file.</summary>
    /// <param name="folder">Such as <c>runs/first</c>; created if necessary. TensorBoard shows each folder as a run.</param>
    /// <param name="sequences">How many sequences to generate and write as text after each round; 0 for none.</param>
    /// <param name="seed">Determines what is drawn for the text.</param>
    /// <exception cref="ArgumentException"><paramref name="folder"/> is empty.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="sequences"/> is negative.</exception>
    /// <exception cref="IOException">The folder or the file cannot be made.</exception>
    public TensorBoardObserver(string folder, int sequences = 10, ulong seed = 0)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        ArgumentOutOfRangeException.ThrowIfNegative(sequences);
        (_sequences, _seed) = (sequences, seed);
        Folder = Path.GetFullPath(folder);
        // The number identifies the file among those that this process creates in the same second.
        string suffix = $".{Environment.ProcessId}-{Interlocked.Increment(ref s_writers)}";
        _writer = torch.utils.tensorboard.SummaryWriter(Folder, suffix);
        // The latest: a process of another machine may have used the same number.
        _eventFile = Directory.EnumerateFiles(Folder, $"*{suffix}").Max(StringComparer.Ordinal)!;
    }

    /// <summary>The full path of the folder, for <c>tensorboard --logdir</c>.</summary>
    public string Folder { get; }

    /// <inheritdoc/>
    public ValueTask OnRoundEndAsync(TrainingProgress progress, TrainingContext context, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(progress);
        ArgumentNullException.ThrowIfNull(context);
        // A resumed training may repeat the report that a checkpoint interrupted.
        var key = ReportKey.Of(progress);
        if (_isResumed && key == _last)
            return ValueTask.CompletedTask;
        // First, because it can be cancelled, and then nothing must be written.
        IReadOnlyList<string> texts = _sequences == 0 ? [] : context.Describe(context.Sample(_sequences, _seed, cancellationToken));
        // Not before there is a report to replace the old ones: a resume may fail.
        if (_isResumed)
            AppendRestart(_last is null ? 0 : Math.Min(_last.Step, long.MaxValue - 1) + 1);
        Write(progress, texts);
        (_last, _isResumed) = (key, false);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public void SaveState(Stream destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        JsonSerializer.Serialize(destination, new TensorBoardState(_last), ObserverStateJson.Default.TensorBoardState);
    }

    /// <inheritdoc/>
    public void RestoreState(Stream source, int version)
    {
        ArgumentNullException.ThrowIfNull(source);
        TensorBoardState state = ObserverState.Read(source, MaxStateBytes, ObserverStateJson.Default.TensorBoardState);
        state.Last?.ThrowIfInvalid();
        (_last, _isResumed) = (state.Last, true);
    }

    private void Write(TrainingProgress progress, IReadOnlyList<string> texts)
    {
        long now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        int step = (int)Math.Min(progress.Step, int.MaxValue);
        foreach (TrainingMetric figure in TrainingMetric.All)
        {
            if (figure.MeasuredIn(progress) is { } value)
                _writer.add_scalar(figure.Tag, (float)value, step, now);
        }

        foreach ((string name, double value) in progress.Metrics)
            _writer.add_scalar($"evaluation/{name}", (float)value, step, now);
        // TensorBoard takes texts as Markdown; an indented block is shown as it is.
        if (texts.Count > 0)
            _writer.add_text("samples", string.Concat(texts.Select(text => $"    {VisibleText.Of(text)}\n")), step, now);
    }

    /// <summary>Tells TensorBoard that from this step on earlier files do not count, as PyTorch's <c>purge_step</c> does.</summary>
    private void AppendRestart(long step)
    {
        byte[] data = new Event
        {
            Step = step,
            WallTime = DateTimeOffset.UtcNow.ToUnixTimeSeconds(),
            SessionLog = new SessionLog { Status = SessionLog.Types.SessionStatus.Start },
        }.ToByteArray();
        // A record: the length, its checksum, the data, their checksum.
        byte[] record = new byte[16 + data.Length];
        BinaryPrimitives.WriteInt64LittleEndian(record, data.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(8), MaskedChecksum(record.AsSpan(0, 8)));
        data.CopyTo(record, 12);
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(12 + data.Length), MaskedChecksum(data));
        using var file = new FileStream(_eventFile, FileMode.Append, FileAccess.Write);
        file.Write(record);
    }

    private static uint MaskedChecksum(ReadOnlySpan<byte> data)
    {
        uint checksum = uint.MaxValue;
        foreach (byte value in data)
            checksum = BitOperations.Crc32C(checksum, value);
        return BitOperations.RotateRight(~checksum, 15) + 0xa282ead8;
    }
}

/// <summary>The state of a <see cref="TensorBoardObserver"/>: the last report that was written; null before the first.</summary>
internal sealed record TensorBoardState(ReportKey? Last);
