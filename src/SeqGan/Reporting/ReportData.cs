namespace SeqGan;

/// <summary>What an <see cref="HtmlReport"/> has gathered.</summary>
internal sealed class ReportData
{
    private readonly List<(string Column, Dictionary<string, double> Values)> _columns = [];

    public RunHistory History { get; } = new();

    public List<LineChart> Charts { get; } = [];

    public OptionTable? Options { get; private set; }

    public Corpus? Corpus { get; private set; }

    public SampleMeter? Meter { get; private set; }

    public IReadOnlyList<SampleSnapshot> Snapshots { get; private set; } = [];

    /// <summary>Of the latest snapshot.</summary>
    public SampleMeasurement? Measurement { get; private set; }

    /// <summary>At the end of maximum likelihood, if that was seen.</summary>
    public SampleMeasurement? Pretrained { get; private set; }

    public void Begin(Corpus corpus, SampleMeter meter, SeqGanOptions? options)
    {
        Corpus = corpus;
        Meter = meter;
        if (options is not null)
            Options ??= OptionTable.Of(options);
    }

    public void AddMeasurement(SampleMeasurement measurement, IReadOnlyList<SampleSnapshot> snapshots)
    {
        Measurement = measurement;
        Snapshots = snapshots;
        if (measurement.Progress is { Phase: TrainingPhase.GeneratorPretraining, EndOfRound: true } progress && progress.Round == progress.Rounds)
            Pretrained = measurement;
    }

    public void AddMetrics(string column, IReadOnlyDictionary<string, double> values)
    {
        Dictionary<string, double>? known = _columns.Find(entry => entry.Column == column).Values;
        if (known is null)
            _columns.Add((column, known = []));
        foreach ((string name, double value) in values)
            known[name] = value;
    }

    /// <summary>The table of metrics: what was measured by default, then what was added.</summary>
    public IReadOnlyList<(string Column, IReadOnlyDictionary<string, double> Values)> MetricColumns()
    {
        var columns = new List<(string, IReadOnlyDictionary<string, double>)>();
        if (Pretrained is not null && Pretrained != Measurement)
            columns.Add(("generated after pre-training", Pretrained.Metrics));
        if (Measurement is not null)
            columns.Add(("generated, latest", Measurement.Metrics));
        if (History.LatestMetrics.Count > 0)
            columns.Add(("latest evaluation", History.LatestMetrics));
        if (Meter is { HasHeldOut: true })
            columns.Add(("held-out data", Meter.HeldOutMetrics));
        if (Meter is not null)
            columns.Add(("training data", Meter.TrainingMetrics));
        columns.AddRange(_columns.Select(entry => (entry.Column, (IReadOnlyDictionary<string, double>)entry.Values)));
        return columns;
    }
}
