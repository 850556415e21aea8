using System.Text.Json.Serialization;

namespace SeqGan.Training;

/// <summary>Watches a metric, keeps the best generator, and ends its phase.</summary>
internal sealed class EarlyStopping(EarlyStoppingOptions options, IGenerator generator, ILogger logger)
{
    private readonly ICheckpointable? _generator = options.RestoreBest ? (ICheckpointable)generator : null;
    private readonly Patience _patience = new(options.Patience, options.MinimumImprovement);
    private byte[]? _best;

    public EarlyStoppingState State => new()
    {
        Phase = options.Phase,
        Metric = options.Metric,
        HigherIsBetter = options.HigherIsBetter,
        Patience = _patience.State,
        Best = _best,
    };

    /// <summary>Restores its own of saved states, at an index unless the options changed; starts again if there is none.</summary>
    public void Restore(IReadOnlyList<EarlyStoppingState> states, int index)
    {
        EarlyStoppingState? own = index < states.Count && IsOwn(states[index]) ? states[index] : states.FirstOrDefault(IsOwn);
        (_patience.State, _best) = (own?.Patience ?? PatienceState.Initial, own?.Best);
    }

    public void StartPhase(TrainingPhase phase)
    {
        _best = null;
        if (phase == options.Phase)
            _patience.State = PatienceState.Initial;
    }

    /// <summary>How many rounds from now it may end the phase at the soonest, at least 1; null if it does not watch that phase.</summary>
    public int? SoonestEnd(TrainingPhase phase, bool isOpen) =>
        phase != options.Phase ? null : isOpen ? _patience.SoonestExhaustion : options.Patience + 1;

    /// <summary>Looks at a round's report; true if the phase should end.</summary>
    public bool Observe(TrainingProgress progress)
    {
        if (progress.Phase != options.Phase || TrainingMetric.Find(progress, options.Metric) is not { } value)
            return false;
        if (_patience.Observe(Signed(value)) && _generator is not null)
        {
            using var state = new MemoryStream(_best?.Length ?? 0);
            _generator.SaveState(state);
            _best = state.ToArray();
        }

        if (!_patience.IsExhausted)
            return false;
        string rounds = progress.Phase == TrainingPhase.GeneratorPretraining ? "epochs" : "rounds";
        Log.EarlyStopped(
            logger, progress.Phase.ToString(), progress.Round, progress.Rounds, rounds, options.Metric, Signed(_patience.State.Best),
            options.Patience);
        return true;
    }

    /// <summary>Returns the generator to where the metric was best; a resumption with more rounds may still return there.</summary>
    /// <returns>Whether the generator changed.</returns>
    public bool EndPhase(TrainingPhase phase)
    {
        if (phase != options.Phase)
            return false;
        bool restores = _best is not null && _generator is not null && _patience.State.Waited > 0;
        if (restores)
        {
            using var state = new MemoryStream(_best!, writable: false);
            _generator!.RestoreState(state, _generator.StateVersion);
            _patience.State = _patience.State with { Waited = 0 };
            Log.BestRestored(logger, phase.ToString(), options.Metric);
        }

        if (_patience.State == PatienceState.Initial)
            Log.MetricNeverSeen(logger, phase.ToString(), options.Metric);
        return restores;
    }

    private bool IsOwn(EarlyStoppingState state) =>
        (state.Phase, state.Metric, state.HigherIsBetter) == (options.Phase, options.Metric, options.HigherIsBetter);

    // The higher, the better.
    private double Signed(double value) => options.HigherIsBetter ? value : -value;
}

/// <summary>What an <see cref="EarlyStopping"/> has seen, and of what.</summary>
internal sealed record EarlyStoppingState
{
    public TrainingPhase Phase { get; init; }

    public string Metric { get; init; } = "";

    public bool HigherIsBetter { get; init; }

    public PatienceState Patience { get; init; } = PatienceState.Initial;

    /// <summary>The generator's state where the metric was best, a part of its own in checkpoints; null where there is none.</summary>
    [JsonIgnore]
    public byte[]? Best { get; init; }
}

/// <summary>Counts how long a figure that should rise has not risen.</summary>
internal sealed class Patience(int limit, double minimumImprovement = 0)
{
    private double _best = double.NegativeInfinity;
    private int _waited;

    public bool IsExhausted => limit > 0 && _waited >= limit;

    /// <summary>How many more values it takes to be exhausted, at least 1; the first value of all is always the best.</summary>
    public int SoonestExhaustion => Math.Max(1, double.IsNegativeInfinity(_best) ? limit + 1 : limit - _waited);

    public PatienceState State
    {
        get => new(_best, _waited);
        set => (_best, _waited) = (value.Best, value.Waited);
    }

    /// <summary>Takes note of a value; true if it is the best so far.</summary>
    public bool Observe(double value)
    {
        // The first finite value is an improvement, whatever the least one is.
        if (value > _best + minimumImprovement || (double.IsNegativeInfinity(_best) && double.IsFinite(value)))
        {
            (_best, _waited) = (value, 0);
            return true;
        }

        _waited++;
        return false;
    }
}

/// <summary>The best value that a <see cref="Patience"/> has seen, at first minus infinity, and how many since were not better.</summary>
internal readonly record struct PatienceState(double Best, int Waited)
{
    public static PatienceState Initial { get; } = new(double.NegativeInfinity, 0);
}
