namespace SeqGan;

/// <summary>What a report knows of a run; bounded, however long the run is.</summary>
internal sealed class RunHistory
{
    /// <summary>So many phases are marked, and so many metrics drawn; more would be no picture.</summary>
    public const int MaxPhases = 60, MaxMetrics = 40;

    private readonly Dictionary<ProgressFigure, Curve> _figures = [];
    private readonly Dictionary<string, Curve> _metrics = [];
    private readonly Dictionary<string, double> _latestMetrics = [];
    private readonly List<PhaseSpan> _phases = [];
    private readonly Dictionary<ProgressFigure, long> _lastPhases = [];
    private long _phaseChanges;

    public TrainingProgress? Latest { get; private set; }

    public IReadOnlyList<PhaseSpan> Phases => _phases;

    public IEnumerable<string> MetricNames => _metrics.Keys;

    /// <summary>The latest value of each metric.</summary>
    public IReadOnlyDictionary<string, double> LatestMetrics => _latestMetrics;

    public void Add(TrainingProgress progress)
    {
        if (Latest is not null && Latest.Phase != progress.Phase)
            _phaseChanges++;
        MarkPhase(progress);
        Latest = progress;
        if (progress.EndOfRound)
        {
            foreach (ProgressFigure figure in ProgressFigure.All)
            {
                double spread = figure == ProgressFigure.RewardMean ? progress.RewardDeviation ?? double.NaN : double.NaN;
                if (figure.Measured(progress) is not { } value)
                    continue;
                // No line through a phase that does not measure it.
                bool isBreak = _phaseChanges - _lastPhases.GetValueOrDefault(figure, _phaseChanges) > 1;
                CurveOf(_figures, figure).Add(new CurvePoint(progress.Step, value, spread, IsBreak: isBreak));
                _lastPhases[figure] = _phaseChanges;
            }
        }

        foreach ((string name, double value) in progress.Metrics)
        {
            if (_metrics.Count == MaxMetrics && !_metrics.ContainsKey(name))
                continue;
            CurveOf(_metrics, name).Add(new CurvePoint(progress.Step, value));
            _latestMetrics[name] = value;
        }
    }

    public ChartLine Line(string name, ProgressFigure figure) => new(name, _figures.TryGetValue(figure, out Curve? curve) ? curve.Points : []);

    public ChartLine Line(string metric) => new(metric, _metrics[metric].Points);

    private static Curve CurveOf<T>(Dictionary<T, Curve> curves, T key)
        where T : notnull
    {
        if (!curves.TryGetValue(key, out Curve? curve))
            curves[key] = curve = new Curve();
        return curve;
    }

    private void MarkPhase(TrainingProgress progress)
    {
        if (_phases.Count > 0 && (_phases[^1].Phase == progress.Phase || _phases.Count == MaxPhases))
            _phases[^1] = _phases[^1] with { End = progress.Step };
        else
            _phases.Add(new PhaseSpan(progress.Phase, _phases.Count > 0 ? _phases[^1].End : 0, progress.Step));
    }
}
