using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace SeqGan;

/// <summary>Writes checkpoints of a training when they are due or asked for, and gives the components their states back.</summary>
internal sealed class CheckpointKeeper
{
    private const string TrainingName = "training", VocabularyName = "vocabulary";

    [ThreadStatic]
    private static bool s_isTelling;

    private readonly TrainerComponents _components;
    private readonly CheckpointStore? _store;
    private readonly CheckpointOptions _options;
    private readonly ConcurrentQueue<TaskCompletionSource<CheckpointInfo>> _requests = new();
    private readonly Lazy<byte[]> _vocabulary;
    private IReadOnlyDictionary<string, double> _figures = new Dictionary<string, double>();
    private long _last = Stopwatch.GetTimestamp();
    private Task _told = Task.CompletedTask;
    private TrainingState? _written;
    private TrainingState? _measured;
    private double _best = double.NegativeInfinity;
    private bool _isOverdue;

    public CheckpointKeeper(TrainerComponents components)
    {
        _components = components;
        _store = components.CheckpointStore;
        _options = components.Checkpoints;
        _vocabulary = new Lazy<byte[]>(() => DescribeVocabulary(components.Corpus));
    }

    /// <summary>The latest checkpoint that was written; null before the first one.</summary>
    public CheckpointInfo? Latest { get; private set; }

    /// <summary>Whether it is the listener of checkpoints that is asking.</summary>
    public static bool IsListener => s_isTelling;

    /// <summary>Whether somebody waits for a checkpoint.</summary>
    public bool IsAskedFor => !_requests.IsEmpty;

    /// <summary>Asks for a checkpoint at the next step's edge; from any thread.</summary>
    public Task<CheckpointInfo> Ask()
    {
        var request = new TaskCompletionSource<CheckpointInfo>(TaskCreationOptions.RunContinuationsAsynchronously);
        _requests.Enqueue(request);
        return request.Task;
    }

    /// <summary>Begins the schedule. A training can be rolled back to its beginning, or to where it was resumed.</summary>
    /// <param name="state">Where the training stands.</param>
    /// <param name="isBeginning">Whether no phase of it has begun.</param>
    public async ValueTask StartAsync(TrainingState state, bool isBeginning)
    {
        _last = Stopwatch.GetTimestamp();
        if (isBeginning || (_store is { IsEmpty: true } && _written is null))
            await WriteAsync(state).ConfigureAwait(false);
    }

    /// <summary>Writes a checkpoint if it is time, or somebody asked. By the clock it waits for the copy alone, otherwise for the checkpoint before as well.</summary>
    /// <param name="state">A step's edge.</param>
    /// <param name="endOfRound">The report where the edge is a round's end.</param>
    public async ValueTask WriteIfDueAsync(TrainingState state, TrainingProgress? endOfRound = null)
    {
        if (_store is null)
            return;
        bool isBest = endOfRound is not null && IsBest(state, endOfRound);
        bool isOfTheSchedule = endOfRound is not null && _options.EveryRounds > 0 && state.Round % _options.EveryRounds == 0;
        _isOverdue |= _options.Interval > TimeSpan.Zero && Stopwatch.GetElapsedTime(_last) >= _options.Interval;
        if (IsAskedFor || isBest || isOfTheSchedule)
            await WriteAsync(state).ConfigureAwait(false);
        else if (_isOverdue && _told.IsCompleted)
            Write(_store, state);
    }

    /// <summary>Writes a checkpoint in the background, after what is being written. A failure is logged, and told to who asked for it.</summary>
    public async ValueTask WriteAsync(TrainingState state)
    {
        if (_store is null || (ReferenceEquals(state, _written) && !IsAskedFor))
            return;
        await WhenWrittenAsync().ConfigureAwait(false);
        Write(_store, state);
    }

    /// <summary>Waits until what is being written is on the disk, and those who are to know it have been told.</summary>
    public Task WhenWrittenAsync() => _told;

    /// <summary>The newest intact checkpoint that shows no sign of divergence; null where there is none.</summary>
    public async Task<LoadedCheckpoint?> ReadHealthyAsync()
    {
        if (_store is null)
            return null;
        await WhenWrittenAsync().ConfigureAwait(false);

        // Which others there are depends on the clock, and on where the training was interrupted.
        return (_options.EveryRounds > 0 ? Read(header => header.IsMeasured && header.Round % _options.EveryRounds == 0) : null) ?? Read(null);

        LoadedCheckpoint? Read(Func<CheckpointHeader, bool>? accepts) => CheckpointFolder.ReadNewest(
            _store.Folder, healthyOnly: true, damaged => Log.CheckpointSkipped(_components.Logger, damaged.Path, damaged.Message), accepts);
    }

    /// <summary>What was written after a checkpoint belongs to a course that is given up.</summary>
    public void GoBackTo(LoadedCheckpoint checkpoint) => _store!.GoBackTo(checkpoint.Info.Step);

    /// <summary>Gives every component its state.</summary>
    /// <returns>Where the training stands.</returns>
    /// <exception cref="CheckpointMismatchException">A component cannot use its state, or has none and must.</exception>
    public TrainingState Restore(LoadedCheckpoint checkpoint)
    {
        string path = checkpoint.Info.Path;
        string[] missing = [.. _components.Stateful.Where(component => IsMissing(component, checkpoint)).Select(component => component.Name)];
        if (_options.RequireAllStates && missing.Length > 0)
            throw new CheckpointMismatchException(path, $"{path} has no state of {string.Join(", ", missing)}, and {nameof(CheckpointOptions)}.{nameof(CheckpointOptions.RequireAllStates)} is set: make them {nameof(ICheckpointable)}, or leave the option false and let them start anew.");

        // What can fail without having changed anything comes first.
        TrainingState state = Read(checkpoint, TrainingName, TrainingStateFile.Version, TrainingStateFile.Read)
            ?? throw new CheckpointMismatchException(path, $"{path} has no part '{TrainingName}': it is no checkpoint of a training.");
        if (state.Metrics.Steps != checkpoint.Info.Step)
            throw new CheckpointMismatchException(path, $"{path} says that it is of step {checkpoint.Info.Step}, but its training stands at step {state.Metrics.Steps}.");
        foreach ((string name, object value) in _components.Stateful)
        {
            if (checkpoint.TypeOf(name) is { } type && type != value.GetType().ToString())
                throw new CheckpointMismatchException(path, $"{path} has the state of a {type} for {name}, which is a {value.GetType()} now: use the same component, or begin anew in another folder.");
        }

        // The generator takes each best state before its own: what it would refuse at the phase's end, it refuses here.
        EarlyStoppingState[] stopping = [.. state.EarlyStopping.Select((own, i) => own with { Best = Read(checkpoint, BestName(i), 1, ReadBest) })];
        foreach ((string name, object value) in _components.Stateful)
        {
            if (value is ICheckpointable stateful)
                Read(checkpoint, name, stateful.StateVersion, source => RestoreState(stateful, source, checkpoint.Open(name)!.Value.StateVersion));
        }

        _figures = checkpoint.Header.Metrics;
        foreach (string name in missing)
            Log.StartsAnew(_components.Logger, name, path);
        return state with { EarlyStopping = stopping };
    }

    private static bool IsMissing(CheckpointComponent component, LoadedCheckpoint checkpoint) =>
        component.IsUnknown || (component.Value is ICheckpointable && checkpoint.Open(component.Name) is null);

    private static T? Read<T>(LoadedCheckpoint checkpoint, string component, int version, Func<Stream, T> read)
        where T : class
    {
        string path = checkpoint.Info.Path;
        if (checkpoint.Open(component) is not var (bytes, stateVersion))
            return null;
        using (bytes)
        {
            if (stateVersion > version)
                throw new CheckpointMismatchException(path, $"{path}: the state of {component} has version {stateVersion}; this library reads up to {version}. Upgrade SeqGan, or the package that the component is of.");
            try
            {
                return read(bytes);
            }
            catch (InvalidDataException error)
            {
                throw new CheckpointMismatchException(path, $"{path}: the state of {component} does not fit: {error.Message}", error);
            }
        }
    }

    private static object RestoreState(ICheckpointable component, Stream source, int version)
    {
        component.RestoreState(source, version);
        return component;
    }

    private byte[] ReadBest(Stream source)
    {
        byte[] bytes = new byte[source.Length - source.Position];
        source.ReadExactly(bytes);
        if (_components.Generator is ICheckpointable generator)
        {
            source.Position = 0;
            generator.RestoreState(source, generator.StateVersion);
        }

        return bytes;
    }

    // The checkpoint at this edge is the one that the metric belongs to.
    private bool IsBest(TrainingState state, TrainingProgress progress)
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

    /// <summary>Who still waits for a checkpoint gets none any more.</summary>
    public void Abandon()
    {
        foreach (TaskCompletionSource<CheckpointInfo> request in TakeRequests())
            request.TrySetException(new ObjectDisposedException(nameof(SeqGanTrainer)));
    }

    private void Write(CheckpointStore store, TrainingState state)
    {
        (_last, _isOverdue, _written) = (Stopwatch.GetTimestamp(), false, state);
        TaskCompletionSource<CheckpointInfo>[] requests = TakeRequests();
        Task<CheckpointInfo> written;
        CheckpointDraft? draft = null;
        try
        {
            draft = store.Begin();
            Copy(draft, state);
            written = store.WriteAsync(draft, Describe(state));
        }
        catch (Exception error)
        {
            draft?.Dispose();
            Log.CheckpointFailed(_components.Logger, state.Metrics.Steps, error.Message, error);
            written = Task.FromException<CheckpointInfo>(error);
        }

        SeqGanTelemetry.CheckpointPause.Record(Stopwatch.GetElapsedTime(_last).TotalSeconds);
        _told = TellAsync(written, requests);
    }

    private TaskCompletionSource<CheckpointInfo>[] TakeRequests()
    {
        var requests = new List<TaskCompletionSource<CheckpointInfo>>();
        while (_requests.TryDequeue(out TaskCompletionSource<CheckpointInfo>? request))
            requests.Add(request);
        return [.. requests];
    }

    private async Task TellAsync(Task<CheckpointInfo> written, TaskCompletionSource<CheckpointInfo>[] requests)
    {
        try
        {
            CheckpointInfo info = await written.ConfigureAwait(false);
            Latest = info;
            foreach (TaskCompletionSource<CheckpointInfo> request in requests)
                request.TrySetResult(info);
        }
        catch (Exception error)
        {
            foreach (TaskCompletionSource<CheckpointInfo> request in requests)
                request.TrySetException(error);
            return;
        }

        try
        {
            s_isTelling = true;
            _components.CheckpointWritten?.Invoke(Latest);
        }
        catch (Exception error)
        {
            // The checkpoint is there all the same, and the training has no part in it.
            Log.ListenerFailed(_components.Logger, Latest.Path, error);
        }
        finally
        {
            s_isTelling = false;
        }
    }

    private void Copy(CheckpointDraft draft, TrainingState state)
    {
        string copied = TrainingName;
        try
        {
            draft.Add(TrainingName, typeof(TrainingState), TrainingStateFile.Version, destination => TrainingStateFile.Write(destination, state));
            foreach ((string name, object value) in _components.Stateful)
            {
                copied = name;
                if (value is not ICheckpointable stateful)
                    continue;
                if (!stateful.IsFinite)
                    throw new InvalidOperationException("it has numbers that are not finite.");
                draft.Add(name, value.GetType(), stateful.StateVersion, stateful.SaveState);
            }

            for (int i = 0; i < state.EarlyStopping.Count; i++)
            {
                if (state.EarlyStopping[i].Best is { } best)
                    draft.Add(BestName(i), typeof(EarlyStopping), 1, destination => destination.Write(best));
            }

            draft.Add(VocabularyName, typeof(Vocabulary), 1, destination => destination.Write(_vocabulary.Value));
        }
        catch (Exception error)
        {
            throw new CheckpointException(_store!.Folder, $"The state of {copied} cannot be saved: {error.Message}", error);
        }
    }

    private CheckpointHeader Describe(TrainingState state) => new()
    {
        Step = state.Metrics.Steps,
        Phase = (state.Phase ?? TrainingPhase.GeneratorPretraining).ToString(),
        Round = state.Round,
        IsMeasured = ReferenceEquals(state, _measured),
        IsHealthy = state.Metrics.SumOf(TrainingMetric.StepsNotFinite) == 0 && !state.Health.ShowsSigns,
        Metrics = _figures,
        Options = _components.OptionValues,
        Corpus = _components.CorpusIdentity,
        ComponentsWithoutState = [.. _components.Stateful.Where(component => component.IsUnknown).Select(component => component.Name)],
    };

    private static string BestName(int index) => $"best-generator-{index}";

    private static byte[] DescribeVocabulary(Corpus corpus)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("tokenizer", corpus.Tokenizer is { } tokenizer ? TokenizerSpecification.Describe(tokenizer) ?? tokenizer.GetType().FullName : null);
            json.WriteStartArray("tokens");
            foreach (string token in corpus.Vocabulary?.Tokens.Skip(Vocabulary.SpecialTokenCount) ?? [])
                json.WriteStringValue(token);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }
}
