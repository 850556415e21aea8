using Microsoft.Extensions.Logging;

namespace SeqGan;

/// <summary>One early stopping at work: watches its metric, keeps the best generator, ends its phase.</summary>
internal sealed class EarlyStopping
{
    private readonly EarlyStoppingOptions _options;
    private readonly ICheckpointable? _generator;
    private readonly ILogger _logger;
    private Patience _patience;
    private byte[]? _best;

    public EarlyStopping(EarlyStoppingOptions options, IGenerator generator, ILogger logger)
    {
        _options = options;
        _generator = options.RestoreBest ? (ICheckpointable)generator : null;
        _logger = logger;
        _patience = NewPatience();
    }

    /// <summary>What it has seen.</summary>
    public EarlyStoppingState State => new()
    {
        Phase = _options.Phase,
        Metric = _options.Metric,
        HigherIsBetter = _options.HigherIsBetter,
        Patience = _patience.State,
    };

    public PatienceState Patience
    {
        set => _patience.State = value;
    }

    /// <summary>The state of the generator where the metric was best; null where there is none.</summary>
    public byte[]? Best
    {
        get => _best;
        set => _best = value;
    }

    /// <summary>Which of saved states is its own; null where none is of its phase, metric and direction.</summary>
    public int? FindState(IReadOnlyList<EarlyStoppingState> states)
    {
        for (int i = 0; i < states.Count; i++)
        {
            if (states[i] with { Patience = PatienceState.Initial } == State with { Patience = PatienceState.Initial })
                return i;
        }

        return null;
    }

    public void StartPhase(TrainingPhase phase)
    {
        if (phase == _options.Phase)
            (_patience, _best) = (NewPatience(), null);
    }

    /// <summary>Looks at a round's report.</summary>
    /// <returns>Whether the phase is to end.</returns>
    public bool Observe(TrainingProgress progress)
    {
        if (progress.Phase != _options.Phase || TrainingMetric.Find(progress, _options.Metric) is not { } value)
            return false;
        if (_patience.Observe(Signed(value)))
            KeepBest();
        if (!_patience.IsExhausted)
            return false;
        Log.EarlyStopped(_logger, progress.Phase.ToString(), progress.Round, _options.Metric, Signed(_patience.State.Best), _options.Patience);
        return true;
    }

    /// <summary>Gives the generator back what it was where the metric was best.</summary>
    public void EndPhase(TrainingPhase phase)
    {
        if (phase != _options.Phase)
            return;
        if (_best is not null && _generator is not null && _patience.State.Waited > 0)
        {
            using var state = new MemoryStream(_best, writable: false);
            _generator.RestoreState(state, _generator.StateVersion);
            Log.BestRestored(_logger, phase.ToString(), _options.Metric);
        }

        if (_patience.State == PatienceState.Initial)
            Log.MetricNeverSeen(_logger, phase.ToString(), _options.Metric);
        _best = null;
    }

    // The higher, the better.
    private double Signed(double value) => _options.HigherIsBetter ? value : -value;

    private void KeepBest()
    {
        if (_generator is null)
            return;
        using var state = new MemoryStream(_best?.Length ?? 0);
        _generator.SaveState(state);
        _best = state.ToArray();
    }

    private Patience NewPatience() => new(_options.Patience, _options.MinimumImprovement);
}
