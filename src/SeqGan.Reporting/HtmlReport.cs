namespace SeqGan.Reporting;

/// <summary>Collects a training's figures and sequences, and writes them as one HTML file to read, keep and send.</summary>
/// <remarks>
/// <para>
/// The file needs no script and no network. It shows the learning curves, sequences that were always generated with the same random
/// numbers, the distributions of scores and lengths beside the data's, metrics, and the configuration. Texts are never interpreted.
/// </para>
/// <para>
/// You can write it while the training runs, and after it was cancelled or failed. Its samples do not affect the training. Memory is
/// bounded: each curve keeps about 1000 points, and the report keeps 12 samples. A report belongs to one run; successive calls of
/// the trainer are one run. Thread-safe, except that only one training may report to it.
/// </para>
/// <para>
/// After a resume, the report has all that it had at the checkpoint, but the present program's title and options. Times are added up.
/// </para>
/// </remarks>
/// <example>
/// <code>
/// var report = new HtmlReport { Title = "Names" };
/// using SeqGanTrainer trainer = new SeqGanBuilder()
///     .UseCorpus(corpus)
///     .Configure(report.ShowOptions)
///     .AddObserver(report)
///     .Build();
/// await trainer.TrainAsync();
/// report.Write("names.html");
/// </code>
/// </example>
public sealed class HtmlReport : ITrainingObserver, ICheckpointable
{
    private const int MaxSamples = 10_000;

    // Larger than any page that a browser could open.
    private const int MaxStateBytes = 256 << 20;

    private readonly Lock _gate = new();
    private ReportData _data = new();
    private SampleMeter? _meter;
    private SeqGanOptions? _options;
    private ReportedProgress? _resumedFrom;
    private double _secondsBefore;

    /// <summary>The heading. The default value is "Training report".</summary>
    public string Title { get; init; } = "Training report";

    /// <summary>
    /// How many sequences to generate and measure at each sampled round, and how many held-out ones to compare with; in [1, 10000].
    /// The default value is 200.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of range.</exception>
    public int SampleCount
    {
        get;
        init => field = value is >= 1 and <= MaxSamples ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, $"The number of samples must be in [1, {MaxSamples}].");
    } = 200;

    /// <summary>How many of them to show; at least 0. The default value is 8.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of range.</exception>
    public int ShownSequences
    {
        get;
        init => field = value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "It must be at least 0.");
    } = 8;

    /// <summary>Determines what is sampled for the report. The default value is 0.</summary>
    public ulong Seed { get; init; }

    /// <summary>Shows options in the report, with their values at the training's first report or an earlier write.</summary>
    /// <param name="options">The options. To show a builder's: <c>builder.Configure(report.ShowOptions)</c>.</param>
    public void ShowOptions(SeqGanOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        lock (_gate)
            _options = options;
    }

    /// <summary>Adds a column to the table of metrics, or to a table of its own.</summary>
    /// <param name="column">What was measured, such as <c>MLE</c>; not empty. A known column gets new values for the same names.</param>
    /// <param name="values">Names and values; NaN if a metric does not apply.</param>
    /// <param name="table">The heading of a table of its own, such as <c>Silos</c>; null for the table of metrics.</param>
    /// <exception cref="ArgumentException"><paramref name="column"/> or <paramref name="table"/> is empty.</exception>
    public void AddMetrics(string column, IReadOnlyDictionary<string, double> values, string? table = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(column);
        ArgumentNullException.ThrowIfNull(values);
        if (table is not null)
            ArgumentException.ThrowIfNullOrWhiteSpace(table);
        lock (_gate)
            _data.AddMetrics(column, values, table);
    }

    /// <summary>Adds a chart below the others, such as quality over diversity at several temperatures.</summary>
    /// <param name="title">The heading; not empty.</param>
    /// <param name="xLabel">The horizontal axis; not empty.</param>
    /// <param name="yLabel">The vertical axis; not empty.</param>
    /// <param name="series">The lines; at least one.</param>
    /// <exception cref="ArgumentException">A text is empty, or there is no series.</exception>
    public void AddChart(string title, string xLabel, string yLabel, IEnumerable<ChartSeries> series)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(title);
        ArgumentException.ThrowIfNullOrWhiteSpace(xLabel);
        ArgumentException.ThrowIfNullOrWhiteSpace(yLabel);
        ArgumentNullException.ThrowIfNull(series);
        ChartSeries[] lines = [.. series];
        if (lines.Length == 0)
            throw new ArgumentException($"The chart '{title}' has no series; it needs at least one.", nameof(series));
        lock (_gate)
            _data.Charts.Add(new LineChart(title, xLabel, yLabel, lines));
    }

    /// <inheritdoc/>
    public ValueTask OnRoundEndAsync(TrainingProgress progress, TrainingContext context, CancellationToken cancellationToken = default) =>
        OnProgressAsync(progress, context, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask OnProgressAsync(
        TrainingProgress progress, TrainingContext context, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(progress);
        ArgumentNullException.ThrowIfNull(context);
        _meter ??= new SampleMeter(context.Corpus, SampleCount, Seed);
        bool isDue;
        lock (_gate)
        {
            _data.Data = _meter.Data;
            _data.Options ??= _options is null ? null : OptionTable.Of(_options);
            isDue = Add(progress);
        }

        if (!isDue)
            return;
        (SampleMeasurement measurement, IReadOnlyList<string> texts) =
            await _meter.MeasureAsync(progress, context, ShownSequences, cancellationToken).ConfigureAwait(false);
        lock (_gate)
            _data.AddSample(texts, measurement);
    }

    /// <inheritdoc/>
    public void SaveState(Stream destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        HtmlReportState state;
        lock (_gate)
            state = _data.Save();
        JsonSerializer.Serialize(destination, state, ObserverStateJson.Default.HtmlReportState);
    }

    /// <inheritdoc/>
    public void RestoreState(Stream source, int version)
    {
        ArgumentNullException.ThrowIfNull(source);
        Restore(ObserverState.Read(source, MaxStateBytes, ObserverStateJson.Default.HtmlReportState));
    }

    // Before every report: without JSON.
    object ICheckpointable.Capture()
    {
        lock (_gate)
            return _data.Save();
    }

    void ICheckpointable.Revert(object captured) => Restore((HtmlReportState)captured);

    /// <summary>Gives the report as HTML; before the training's first report, a page that says so.</summary>
    public string ToHtml()
    {
        lock (_gate)
            return new ReportPage(Title, _data, _data.Options ?? (_options is null ? null : OptionTable.Of(_options))).Build();
    }

    /// <summary>Writes <see cref="ToHtml"/> to a file: under a temporary name, then renamed; readers never see half a file.</summary>
    /// <param name="path">The file, such as <c>report.html</c>; an existing one is replaced. Its folder must exist.</param>
    /// <exception cref="ArgumentException"><paramref name="path"/> is empty.</exception>
    /// <exception cref="IOException">The file cannot be written; an existing one is unchanged.</exception>
    /// <exception cref="UnauthorizedAccessException">The file must not be written.</exception>
    public void Write(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        string full = Path.GetFullPath(path);
        // In the same folder: a rename is atomic only within one file system.
        string temporary = Path.Combine(Path.GetDirectoryName(full)!, $".{Path.GetFileName(full)}.{Guid.NewGuid():N}.tmp");
        try
        {
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write))
            {
                stream.Write(Encoding.UTF8.GetBytes(ToHtml()));
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, full, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    private void Restore(HtmlReportState state)
    {
        var data = ReportData.Restore(state);
        lock (_gate)
            (_data, _resumedFrom, _secondsBefore) = (data, data.History.Latest, 0);
    }

    // Returns whether the sample should be drawn.
    private bool Add(TrainingProgress progress)
    {
        // A resumed training may repeat the report that a checkpoint interrupted, perhaps in its sample.
        if (_resumedFrom is not null && _resumedFrom.Key == ReportKey.Of(progress))
            return _data.Schedule.IsPending;
        // The clock has started again since the state was saved.
        if (_resumedFrom is not null && progress.Elapsed.TotalSeconds < _resumedFrom.ElapsedSeconds)
            _secondsBefore = _resumedFrom.ElapsedSeconds;
        _resumedFrom = null;
        return _data.Add(progress, _secondsBefore);
    }
}

/// <summary>
/// A report's state, null where there is nothing yet. A measurement that is both the latest and the pretrained one is stored once.
/// </summary>
internal sealed record HtmlReportState(
    RunHistoryState History, SnapshotSchedule Schedule, SampleMeasurement? Measurement, SampleMeasurement? Pretrained,
    bool IsLatestPretrained, DataSummary? Data, MetricColumn[] Columns, ChartState[] Charts);
