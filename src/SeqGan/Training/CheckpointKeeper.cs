using System.Diagnostics;

namespace SeqGan.Training;

/// <summary>Writes checkpoints of a training when they are due or requested, and restores them.</summary>
/// <remarks>Only the holder of <see cref="Gate"/> uses the components; the training lends it to requests at every step's edge.</remarks>
internal sealed class CheckpointKeeper(TrainerComponents components)
{
    private readonly CheckpointStore? _store = components.CheckpointStore;
    private readonly CheckpointOptions _options = components.Options.Checkpoints;
    private readonly TrainingCheckpoint _parts = new(components);
    private IReadOnlyDictionary<string, double> _figures = new Dictionary<string, double>();
    private long _last = Stopwatch.GetTimestamp();
    private Task _writing = Task.CompletedTask;
    private Task _told = Task.CompletedTask;
    private TrainingState? _written;
    private TrainingState? _measured;
    private double _best = double.NegativeInfinity;
    private bool _isOverdue;

    public SemaphoreSlim Gate { get; } = new(1, 1);

    public CheckpointInfo? Latest { get; private set; }

    /// <summary>Starts the schedule. A training can be rolled back to its beginning, or to where it was resumed.</summary>
    public async ValueTask StartAsync(TrainingState state, bool isBeginning)
    {
        _last = Stopwatch.GetTimestamp();
        if (isBeginning || (_store is { IsEmpty: true } && _written is null))
            await WriteAsync(state).ConfigureAwait(false);
    }

    /// <summary>Lets requests through, and writes a due checkpoint; one by the clock is skipped while another is written.</summary>
    public async ValueTask WriteIfDueAsync(TrainingState state, TrainingProgress? endOfRound = null)
    {
        if (_store is null)
            return;
        bool isBest = endOfRound is not null && TakeFigures(state, endOfRound);
        bool isScheduled = endOfRound is not null && _options.EveryRounds > 0 && state.Round % _options.EveryRounds == 0;
        Gate.Release();
        await Gate.WaitAsync().ConfigureAwait(false);
        _isOverdue |= _options.Interval > TimeSpan.Zero && Stopwatch.GetElapsedTime(_last) >= _options.Interval;
        if (isBest || isScheduled)
            await WriteAsync(state).ConfigureAwait(false);
        else if (_isOverdue && _writing.IsCompleted)
            _ = Write(_store, state);
    }

    /// <summary>Writes a checkpoint in the background after the previous one, once for each position. A failure is logged.</summary>
    public async ValueTask WriteAsync(TrainingState state)
    {
        if (_store is null || ReferenceEquals(state, _written))
            return;
        await WhenWrittenAsync().ConfigureAwait(false);
        _ = Write(_store, state);
    }

    /// <summary>Writes one on demand, after the previous one; the caller holds the gate. The inner task ends with the write.</summary>
    public async Task<Task<CheckpointInfo>> SaveAsync(TrainingState state)
    {
        await WhenWrittenAsync().ConfigureAwait(false);
        return Write(_store!, state);
    }

    public async Task WhenWrittenAsync() => await _writing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    /// <summary>Waits until the listener has seen every checkpoint.</summary>
    public Task WhenToldAsync() => _told;

    /// <summary>The newest intact checkpoint without a sign of divergence; null if there is none.</summary>
    public async Task<LoadedCheckpoint?> ReadHealthyAsync()
    {
        if (_store is null)
            return null;
        await WhenWrittenAsync().ConfigureAwait(false);

        // The existence of other checkpoints depends on the clock, and on where the training was interrupted.
        LoadedCheckpoint? scheduled =
            _options.EveryRounds > 0 ? Read(header => header.IsMeasured && header.Round % _options.EveryRounds == 0) : null;
        return scheduled ?? Read(null);

        LoadedCheckpoint? Read(Func<CheckpointHeader, bool>? accepts) => CheckpointFolder.ReadNewest(
            _store.Folder, healthyOnly: true, damaged => Log.CheckpointSkipped(components.Logger, damaged.Path, damaged.Message), accepts);
    }

    /// <summary>Marks later checkpoints as those of an abandoned run.</summary>
    public void GoBackTo(LoadedCheckpoint checkpoint) => _store!.GoBackTo(checkpoint.Info.Step);

    /// <summary>Restores every component's state; gives the training's position, which needs no checkpoint of its own.</summary>
    public TrainingState Restore(LoadedCheckpoint checkpoint)
    {
        TrainingState state = _parts.Restore(checkpoint);
        _figures = checkpoint.Header.Metrics;
        if (_store is not null && CheckpointFolder.AreSame(_store.Folder, Path.GetDirectoryName(checkpoint.Info.Path)!))
            _written = state;
        return state;
    }

    // True if the metric is the best so far; the checkpoint at this edge is the one that it belongs to.
    private bool TakeFigures(TrainingState state, TrainingProgress progress)
    {
        (_figures, _measured) = (TrainingMetric.Known(progress), state);
        if (_options.BestMetric is not { } metric || !_figures.TryGetValue(metric, out double value) || !double.IsFinite(value))
            return false;
        double signed = _options.HigherIsBetter ? value : -value;
        if (signed <= _best)
            return false;
        _best = signed;
        return true;
    }

    private Task<CheckpointInfo> Write(CheckpointStore store, TrainingState state)
    {
        (_last, _isOverdue, _written) = (Stopwatch.GetTimestamp(), false, state);
        Task<CheckpointInfo> writing;
        try
        {
            CheckpointDraft draft = store.Begin();
            _parts.CopyTo(draft, state, store.Folder);
            writing = FinishAsync(store.WriteAsync(draft, _parts.Describe(state, _figures, ReferenceEquals(state, _measured))));
        }
        catch (Exception error)
        {
            Log.CheckpointFailed(components.Logger, state.Metrics.Steps, error.Message, error);
            writing = Task.FromException<CheckpointInfo>(error);
        }

        SeqGanTelemetry.CheckpointPause.Record(Stopwatch.GetElapsedTime(_last).TotalSeconds);

        // Observes the exception even if no caller waits for it: it is in the log.
        _ = writing.ContinueWith(
            static task => task.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        _writing = writing;
        return writing;
    }

    private async Task<CheckpointInfo> FinishAsync(Task<CheckpointInfo> writing)
    {
        CheckpointInfo info = await writing.ConfigureAwait(false);
        Latest = info;
        if (components.CheckpointWritten is not null)
            _told = _told.ContinueWith(_ => Tell(info), TaskScheduler.Default);
        return info;
    }

    private void Tell(CheckpointInfo info)
    {
        try
        {
            components.CheckpointWritten!(info);
        }
        catch (Exception error)
        {
            // The checkpoint is written all the same.
            Log.ListenerFailed(components.Logger, info.Path, error);
        }
    }
}
