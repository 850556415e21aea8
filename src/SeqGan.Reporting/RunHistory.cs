using System.Runtime.InteropServices;

namespace SeqGan.Reporting;

/// <summary>What a report knows about a run; bounded, however long the run is.</summary>
internal sealed class RunHistory
{
    /// <summary>The most phases that are marked, and the most metrics that are drawn.</summary>
    public const int MaxPhases = 60, MaxMetrics = 40;

    private readonly Dictionary<TrainingMetric, Curve> _figures = [];
    private readonly Dictionary<string, Curve> _metrics = [];
    private readonly List<PhaseSpan> _phases = [];
    private readonly Dictionary<TrainingMetric, long> _lastPhases = [];
    private long _phaseChanges;

    public ReportedProgress? Latest { get; private set; }

    public IReadOnlyList<PhaseSpan> Phases => _phases;

    public IEnumerable<string> MetricNames => _metrics.Keys;

    /// <summary>The latest value of each metric.</summary>
    public IReadOnlyDictionary<string, double> LatestMetrics =>
        _metrics.ToDictionary(entry => entry.Key, entry => entry.Value.Points[^1].Y);

    public void Add(TrainingProgress progress, double secondsBefore)
    {
        if (Latest is not null && Latest.Key.Phase != progress.Phase)
            _phaseChanges++;
        MarkPhase(progress);
        Latest = ReportedProgress.Of(progress, secondsBefore);
        foreach (TrainingMetric figure in progress.EndOfRound ? TrainingMetric.All : [])
        {
            if (figure.MeasuredIn(progress) is not { } value)
                continue;
            double? spread = figure == TrainingMetric.RewardMean && progress.RewardDeviation is { } deviation and not double.NaN
                ? deviation : null;
            // No line through a phase that does not measure it.
            bool isBreak = _phaseChanges - _lastPhases.GetValueOrDefault(figure, _phaseChanges) > 1;
            Add(_figures, figure, new ChartPoint(progress.Step, value, Spread: spread, IsBreak: isBreak));
            _lastPhases[figure] = _phaseChanges;
        }

        foreach ((string name, double value) in progress.Metrics)
        {
            if (_metrics.Count < MaxMetrics || _metrics.ContainsKey(name))
                Add(_metrics, name, new ChartPoint(progress.Step, value));
        }
    }

    public RunHistoryState Save() => new(
        Latest, _phaseChanges, [.. _phases], _figures.ToDictionary(entry => entry.Key.Key, entry => entry.Value.Save()),
        _lastPhases.ToDictionary(entry => entry.Key.Key, entry => entry.Value),
        _metrics.ToDictionary(entry => entry.Key, entry => entry.Value.Save()));

    /// <exception cref="InvalidDataException">The state is not valid.</exception>
    public static RunHistory Restore(RunHistoryState state)
    {
        if (state.PhaseChanges < 0 || state.Phases.Length > MaxPhases || state.Phases.Any(span => !ReportKey.IsPhase(span.Phase)))
            throw new InvalidDataException($"A history of {state.Phases.Length} phases and {state.PhaseChanges} changes is not valid.");
        if (state.Metrics.Count > MaxMetrics)
            throw new InvalidDataException($"A history has the curves of {state.Metrics.Count} metrics; the most is {MaxMetrics}.");
        state.Latest?.ThrowIfInvalid();
        var history = new RunHistory { Latest = state.Latest, _phaseChanges = state.PhaseChanges };
        history._phases.AddRange(state.Phases);
        foreach ((string key, CurveState curve) in ObserverState.NotNull(state.Figures))
        {
            // A figure of another version of the library is left out.
            if (TrainingMetric.Find(key) is not { } figure)
                continue;
            history._figures[figure] = Curve.Restore(curve);
            if (state.FigurePhases.TryGetValue(key, out long phase))
                history._lastPhases[figure] = phase;
        }

        foreach ((string name, CurveState curve) in ObserverState.NotNull(state.Metrics))
            history._metrics[name] = Curve.Restore(curve);
        return history;
    }

    public ChartSeries Line(string name, TrainingMetric figure) =>
        new(name, _figures.TryGetValue(figure, out Curve? curve) ? curve.Points : []);

    public ChartSeries Line(string metric) => new(metric, _metrics[metric].Points);

    private static void Add<T>(Dictionary<T, Curve> curves, T key, ChartPoint point)
        where T : notnull => (CollectionsMarshal.GetValueRefOrAddDefault(curves, key, out _) ??= new Curve()).Add(point);

    private void MarkPhase(TrainingProgress progress)
    {
        if (_phases.Count > 0 && (_phases[^1].Phase == progress.Phase || _phases.Count == MaxPhases))
            _phases[^1] = _phases[^1] with { End = progress.Step };
        else
            _phases.Add(new PhaseSpan(progress.Phase, _phases.Count > 0 ? _phases[^1].End : 0, progress.Step));
    }
}

/// <summary>Figures by <see cref="TrainingMetric.Key"/>, and at which change of phase each was measured last.</summary>
internal sealed record RunHistoryState(
    ReportedProgress? Latest, long PhaseChanges, PhaseSpan[] Phases, Dictionary<string, CurveState> Figures,
    Dictionary<string, long> FigurePhases, Dictionary<string, CurveState> Metrics);

/// <summary>The training steps from <paramref name="Start"/> to <paramref name="End"/>, all of one phase.</summary>
internal readonly record struct PhaseSpan(TrainingPhase Phase, long Start, long End)
{
    public static string NameOf(TrainingPhase phase) => NamesOf(phase)[0];

    /// <summary>The names of a phase, the longest first.</summary>
    public static string[] NamesOf(TrainingPhase phase) => phase switch
    {
        TrainingPhase.GeneratorPretraining => ["Generator pre-training", "G pre-training", "G"],
        TrainingPhase.DiscriminatorPretraining => ["Discriminator pre-training", "D pre-training", "D"],
        _ => ["Adversarial", "Adv."],
    };
}
