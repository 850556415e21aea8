namespace SeqGan.Reporting;

/// <summary>What an <see cref="HtmlReport"/> has collected.</summary>
internal sealed class ReportData
{
    private readonly List<(string Column, Dictionary<string, double> Values)> _columns = [];

    private Corpus? _corpus;

    public RunHistory History { get; private init; } = new();

    public SnapshotSchedule Schedule { get; private init; } = new();

    public List<LineChart> Charts { get; } = [];

    public OptionTable? Options { get; private set; }

    public DataSummary? Data { get; private set; }

    /// <summary>Of the latest snapshot.</summary>
    public SampleMeasurement? Measurement { get; private set; }

    /// <summary>At the end of maximum likelihood, if that was seen.</summary>
    public SampleMeasurement? Pretrained { get; private set; }

    public void Begin(Corpus corpus, SampleMeter meter, SeqGanOptions? options)
    {
        if (_corpus != corpus)
            (_corpus, Data) = (corpus, DataSummary.Of(corpus, meter));
        if (options is not null)
            Options ??= OptionTable.Of(options);
    }

    public void AddSample(IEnumerable<string> texts, SampleMeasurement measurement)
    {
        Schedule.Add(measurement.Progress, texts);
        Measurement = measurement;
        if (measurement.Progress is { Phase: TrainingPhase.GeneratorPretraining, IsEndOfPhase: true })
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
        if (Data is { HasHeldOut: true })
            columns.Add(("held-out data", Data.HeldOutMetrics));
        if (Data is not null)
            columns.Add(("training data", Data.TrainingMetrics));
        columns.AddRange(_columns.Select(entry => (entry.Column, (IReadOnlyDictionary<string, double>)entry.Values)));
        return columns;
    }

    public HtmlReportState Save()
    {
        bool isLatestPretrained = Pretrained is not null && Pretrained == Measurement;
        return new HtmlReportState(
            History.Save(),
            Schedule.Save(),
            Measurement,
            isLatestPretrained ? null : Pretrained,
            isLatestPretrained,
            Data,
            [.. _columns.Select(entry => new MetricColumnState(entry.Column, new Dictionary<string, double>(entry.Values)))],
            [.. Charts.Select(ChartState.Of)]);
    }

    /// <exception cref="InvalidDataException">No report has this state.</exception>
    public static ReportData Restore(HtmlReportState state)
    {
        state.Data?.ThrowIfInvalid();
        state.Measurement?.ThrowIfInvalid();
        state.Pretrained?.ThrowIfInvalid();
        var data = new ReportData
        {
            History = RunHistory.Restore(state.History),
            Schedule = SnapshotSchedule.Restore(state.Schedule),
            Measurement = state.Measurement,
            Pretrained = state.IsLatestPretrained ? state.Measurement : state.Pretrained,
            Data = state.Data,
        };
        data._columns.AddRange(ObserverState.NotNull(state.Columns).Select(entry => (entry.Column, entry.Values)));
        data.Charts.AddRange(ObserverState.NotNull(state.Charts).Select(chart => chart.ToChart()));
        return data;
    }
}

/// <summary>What a report shows of the data.</summary>
/// <param name="TrainingSequences">How many sequences there are to train on.</param>
/// <param name="Facts">The table about the corpus.</param>
/// <param name="Lengths">How many training sequences have each length, [MaxLength + 1].</param>
/// <param name="TrainingMetrics">Of some training sequences.</param>
/// <param name="HeldOutMetrics">Of some held-out ones; empty if nothing is held out.</param>
internal sealed record DataSummary(
    int TrainingSequences, DataFact[] Facts, long[] Lengths, IReadOnlyDictionary<string, double> TrainingMetrics,
    IReadOnlyDictionary<string, double> HeldOutMetrics)
{
    public bool HasHeldOut => HeldOutMetrics.Count > 0;

    public static DataSummary Of(Corpus corpus, SampleMeter meter) =>
        new(corpus.Training.Count, [.. FactsOf(corpus)], meter.TrainingLengths, meter.TrainingMetrics, meter.HeldOutMetrics);

    /// <exception cref="InvalidDataException">No corpus is like this.</exception>
    public void ThrowIfInvalid()
    {
        ObserverState.NotNull(Facts);
        ThrowIfNoLengths(Lengths);
    }

    /// <exception cref="InvalidDataException">A number of sequences is not valid.</exception>
    public static void ThrowIfNoLengths(long[] lengths)
    {
        if (lengths.Length < 2 || lengths.Any(count => count is < 0 or > int.MaxValue))
            throw new InvalidDataException("The numbers of sequences by length are not valid.");
    }

    private static IEnumerable<DataFact> FactsOf(Corpus corpus)
    {
        CorpusReport report = corpus.Report;
        yield return new("Read", HtmlWriter.Number(report.Read));
        yield return new("Training", HtmlWriter.Number(report.Training));
        yield return new("Held out", HtmlWriter.Number(report.HeldOut));
        foreach ((DropReason reason, int count) in report.Dropped.OrderBy(entry => entry.Key))
            yield return new($"Left out: {reason}", HtmlWriter.Number(count));
        yield return new("Cut to the maximum length", HtmlWriter.Number(report.Truncated));
        yield return new("Unknown tokens", HtmlWriter.Number(100 * report.UnknownTokenRate) + "%");
        yield return new("Vocabulary", HtmlWriter.Number(corpus.Format.VocabularySize));
        yield return new("Maximum length", HtmlWriter.Number(corpus.Format.MaxLength));
    }
}

/// <summary>A line of the table about the corpus.</summary>
internal sealed record DataFact(string Name, string Value);

/// <summary>A column that was added to the table of metrics.</summary>
internal sealed record MetricColumnState(string Column, Dictionary<string, double> Values);
