namespace SeqGan.Reporting;

/// <summary>What an <see cref="HtmlReport"/> has collected.</summary>
internal sealed class ReportData
{
    private readonly List<MetricColumn> _columns = [];

    public RunHistory History { get; private init; } = new();

    public SnapshotSchedule Schedule { get; private set; } = SnapshotSchedule.Empty;

    public List<LineChart> Charts { get; } = [];

    public OptionTable? Options { get; set; }

    public DataSummary? Data { get; set; }

    /// <summary>Of the latest snapshot.</summary>
    public SampleMeasurement? Measurement { get; private set; }

    /// <summary>At the end of maximum likelihood, if that was seen.</summary>
    public SampleMeasurement? Pretrained { get; private set; }

    /// <summary>Adds a report and returns whether a sample is due.</summary>
    public bool Add(TrainingProgress progress, double secondsBefore)
    {
        History.Add(progress, secondsBefore);
        Schedule = Schedule.After(progress);
        return Schedule.IsPending;
    }

    public void AddSample(IEnumerable<string> texts, SampleMeasurement measurement)
    {
        Schedule = Schedule.Add(measurement.Progress, texts);
        Measurement = measurement;
        if (measurement.Progress is { Key.Phase: TrainingPhase.GeneratorPretraining, IsEndOfPhase: true })
            Pretrained = measurement;
    }

    public void AddMetrics(string column, IReadOnlyDictionary<string, double> values, string? table)
    {
        if (_columns.Find(entry => entry.Column == column && entry.Table == table) is not { } known)
            _columns.Add(known = new(column, [], table));
        foreach ((string name, double value) in values)
            known.Values[name] = value;
    }

    /// <summary>The table of metrics: what was measured by default, then what was added.</summary>
    public IReadOnlyList<MetricColumn> MetricColumns()
    {
        (string Column, IReadOnlyDictionary<string, double>? Values)[] measured =
        [
            ("generated after pre-training", Pretrained == Measurement ? null : Pretrained?.Metrics),
            ("generated, latest", Measurement?.Metrics),
            ("latest evaluation", History.LatestMetrics),
            ("held-out data", Data?.HeldOutMetrics),
            ("training data", Data?.TrainingMetrics),
        ];
        return
        [
            .. from column in measured
               where column.Values is { Count: > 0 }
               select new MetricColumn(column.Column, new(column.Values)),
            .. _columns.Where(entry => entry.Table is null),
        ];
    }

    /// <summary>The tables of their own, in the order in which they were added.</summary>
    public IEnumerable<IGrouping<string, MetricColumn>> Tables() =>
        _columns.Where(entry => entry.Table is not null).GroupBy(entry => entry.Table!);

    public HtmlReportState Save()
    {
        bool isLatestPretrained = Pretrained is not null && Pretrained == Measurement;
        return new HtmlReportState(
            History.Save(), Schedule, Measurement, isLatestPretrained ? null : Pretrained, isLatestPretrained, Data,
            [.. _columns.Select(entry => entry with { Values = new(entry.Values) })], [.. Charts.Select(ChartState.Of)]);
    }

    /// <exception cref="InvalidDataException">The state is not valid.</exception>
    public static ReportData Restore(HtmlReportState state)
    {
        state.Schedule.ThrowIfInvalid();
        state.Data?.ThrowIfInvalid();
        state.Measurement?.ThrowIfInvalid();
        state.Pretrained?.ThrowIfInvalid();
        var data = new ReportData
        {
            History = RunHistory.Restore(state.History), Schedule = state.Schedule, Measurement = state.Measurement,
            Pretrained = state.IsLatestPretrained ? state.Measurement : state.Pretrained,
            Data = state.Data,
        };
        data._columns.AddRange(ObserverState.NotNull(state.Columns));
        data.Charts.AddRange(ObserverState.NotNull(state.Charts).Select(chart => chart.ToChart()));
        return data;
    }
}

/// <summary>
/// What a report shows of the data: how many training sequences have each length, [MaxLength + 1], and the metrics of some training
/// sequences and of some held-out ones; empty if nothing is held out.
/// </summary>
internal sealed record DataSummary(
    int TrainingSequences, DataFact[] Facts, long[] Lengths, IReadOnlyDictionary<string, double> TrainingMetrics,
    IReadOnlyDictionary<string, double> HeldOutMetrics)
{
    public bool HasHeldOut => HeldOutMetrics.Count > 0;

    public void ThrowIfInvalid()
    {
        ObserverState.NotNull(Facts);
        ThrowIfNoLengths(Lengths);
    }

    public static void ThrowIfNoLengths(long[] lengths)
    {
        if (lengths.Length < 2 || lengths.Any(count => count is < 0 or > int.MaxValue))
            throw new InvalidDataException("The numbers of sequences by length are not valid.");
    }

    /// <summary>The table about the corpus.</summary>
    public static DataFact[] FactsOf(Corpus corpus) =>
    [
        new("Read", HtmlWriter.Number(corpus.Report.Read)), new("Training", HtmlWriter.Number(corpus.Report.Training)),
        new("Held out", HtmlWriter.Number(corpus.Report.HeldOut)),
        .. corpus.Report.Dropped.OrderBy(entry => entry.Key)
            .Select(entry => new DataFact($"Left out: {entry.Key}", HtmlWriter.Number(entry.Value))),
        new("Cut to the maximum length", HtmlWriter.Number(corpus.Report.Truncated)),
        new("Unknown tokens", HtmlWriter.Number(100 * corpus.Report.UnknownTokenRate) + "%"),
        new("Vocabulary", HtmlWriter.Number(corpus.Format.VocabularySize)),
        new("Maximum length", HtmlWriter.Number(corpus.Format.MaxLengthWithoutEnd)),
        new("Repeat an earlier one", HtmlWriter.Number(100 * corpus.Report.DuplicateShare) + "%"),
    ];
}

/// <summary>A line of the table about the corpus.</summary>
internal sealed record DataFact(string Name, string Value);

/// <summary>A column of the table of metrics, or of another one.</summary>
internal sealed record MetricColumn(string Column, Dictionary<string, double> Values, string? Table = null);
