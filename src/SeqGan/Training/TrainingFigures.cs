namespace SeqGan.Training;

/// <summary>The values of a trainer's metrics; it lives as long as the trainer.</summary>
internal sealed class TrainingFigures
{
    private readonly Dictionary<TrainingMetric, Figure> _figures =
        TrainingMetric.All.ToDictionary(metric => metric, metric => new Figure(metric.Averaging));
    private readonly SortedDictionary<string, Figure> _scores = new(StringComparer.Ordinal);
    private string _phase = "";

    public long Steps { get; private set; }

    public long Tokens { get; private set; }

    public TrainingFiguresState State
    {
        get => new()
        {
            Steps = Steps,
            Tokens = Tokens,
            Figures = _figures.Where(figure => figure.Value.State.Count > 0)
                .ToDictionary(figure => figure.Key.Key, figure => figure.Value.State),
            Scores = _scores.ToDictionary(score => score.Key, score => score.Value.State),
        };
        set
        {
            (Steps, Tokens) = (value.Steps, value.Tokens);
            foreach ((TrainingMetric metric, Figure figure) in _figures)
                figure.State = value.Figures.GetValueOrDefault(metric.Key);
            _scores.Clear();
            foreach ((string metric, FigureState state) in value.Scores)
                _scores.Add(metric, new Figure(MetricAveraging.Mean) { State = state });
        }
    }

    public void StartPhase(TrainingPhase phase) => _phase = phase.ToString();

    public void StartRound()
    {
        foreach (Figure figure in _figures.Values.Concat(_scores.Values))
            figure.StartRound();
    }

    /// <summary>Adds a value to its metric, and publishes it under a tag, by default the phase; NaN changes nothing.</summary>
    public void Record(TrainingMetric metric, double value, string? tag = null)
    {
        if (double.IsNaN(value))
            return;
        _figures[metric].Add(value);
        metric.Instrument?.Record(value, tag ?? _phase);
    }

    public void CountStep(string model, int tokens)
    {
        Steps++;
        Tokens += tokens;
        SeqGanTelemetry.Steps.Record(1, _phase, model);
        SeqGanTelemetry.Tokens.Record(tokens, _phase, model);
    }

    /// <summary>Counts a step that was skipped because something was not finite.</summary>
    public void CountNotFinite()
    {
        Steps++;
        Record(TrainingMetric.StepsNotFinite, 1, nameof(DivergenceSigns.NotFinite));
    }

    /// <summary>The metric of one of several scorers: the mean of its scores.</summary>
    public static string MeanOf(string scorer) => $"reward_{scorer}_mean";

    /// <summary>The metric of one of several scorers: the standard deviation of its scores.</summary>
    public static string DeviationOf(string scorer) => $"reward_{scorer}_deviation";

    /// <summary>Adds what one of several scorers gave a batch of the generator's.</summary>
    public void Record(ScoreSummary scores)
    {
        Add(MeanOf(scores.Name), scores.Mean);
        Add(DeviationOf(scores.Name), scores.Deviation);
        if (double.IsNaN(scores.Mean))
            return;
        SeqGanTelemetry.ScorerMean.Record(scores.Mean, scores.Name);
        SeqGanTelemetry.ScorerDeviation.Record(scores.Deviation, scores.Name);

        void Add(string metric, double value)
        {
            if (!_scores.TryGetValue(metric, out Figure? figure))
                _scores.Add(metric, figure = new Figure(MetricAveraging.Mean));
            if (!double.IsNaN(value))
                figure.Add(value);
        }
    }

    /// <summary>Gives what the present round measured; null if it has no value of its own.</summary>
    public double? RoundValueOf(TrainingMetric metric) => _figures[metric].RoundValue;

    public TrainingProgress Fill(TrainingProgress report) => report with
    {
        Step = Steps,
        Figures = report.Figures.SetItems(Known(_figures, figure => figure.Value)),
        Metrics = report is { EndOfRound: true, Phase: TrainingPhase.Adversarial } && _scores.Count > 0
            ? new Dictionary<string, double>(Known(_scores, score => score.RoundValue))
            : report.Metrics,
    };

    private static IEnumerable<KeyValuePair<T, double>> Known<T>(IReadOnlyDictionary<T, Figure> figures, Func<Figure, double?> valueOf) =>
        from figure in figures
        let value = valueOf(figure.Value)
        where value is not null
        select KeyValuePair.Create(figure.Key, value.Value);

    /// <summary>The values of a round as one.</summary>
    private sealed class Figure(MetricAveraging averaging)
    {
        public FigureState State { get; set; }

        public double? Value => State.Count == 0 ? null : State.Sum / State.Count;

        public double? RoundValue => State.IsStale ? null : Value;

        public void StartRound() => State = averaging == MetricAveraging.Sum ? default : State with { IsStale = true };

        public void Add(double value) => State = averaging switch
        {
            MetricAveraging.Sum => new FigureState(State.Sum + value, 1, false),
            MetricAveraging.Mean when !State.IsStale => new FigureState(State.Sum + value, State.Count + 1, false),
            _ => new FigureState(value, 1, false),
        };
    }
}

/// <summary>What <see cref="TrainingFigures"/> holds; figures by <see cref="TrainingMetric.Key"/>, scores by metric.</summary>
internal sealed record TrainingFiguresState
{
    public long Steps { get; init; }

    public long Tokens { get; init; }

    public IReadOnlyDictionary<string, FigureState> Figures { get; init; } = new Dictionary<string, FigureState>();

    public IReadOnlyDictionary<string, FigureState> Scores { get; init; } = new Dictionary<string, FigureState>();

    public double SumOf(TrainingMetric metric) => Figures.GetValueOrDefault(metric.Key).Sum;
}

/// <summary>The sum of values and their number; stale if they are of an earlier round.</summary>
internal readonly record struct FigureState(double Sum, int Count, bool IsStale);
