namespace SeqGan;

/// <summary>The state of an <see cref="HtmlReport"/>: what it has gathered.</summary>
/// <param name="History">The curves.</param>
/// <param name="Schedule">The samples.</param>
/// <param name="Measurement">Of the latest sample; null before the first.</param>
/// <param name="Pretrained">At the end of maximum likelihood; null where that was not seen.</param>
/// <param name="IsLatestPretrained">Whether <paramref name="Measurement"/> is that of the end of maximum likelihood.</param>
/// <param name="Data">What is shown of the corpus; null before the first report.</param>
/// <param name="Columns">What was added to the table of metrics.</param>
/// <param name="Charts">What was added to the charts.</param>
internal sealed record HtmlReportState(
    RunHistoryState History,
    SnapshotScheduleState Schedule,
    MeasurementState? Measurement,
    MeasurementState? Pretrained,
    bool IsLatestPretrained,
    DataSummary? Data,
    MetricColumnState[] Columns,
    ChartState[] Charts);
