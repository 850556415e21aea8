using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace SeqGan.Telemetry;

/// <summary>The names under which SeqGan publishes its metrics and traces, for OpenTelemetry, dotnet-counters and the like.</summary>
/// <remarks>
/// <para>
/// The meter <see cref="MeterName"/> has an instrument for most training metrics, and counters of steps, tokens, cached scores and
/// checkpoints. Each instrument describes itself. Histograms and step counters carry the tag <c>seqgan.phase</c>.
/// </para>
/// <para>
/// The source <see cref="ActivitySourceName"/> has one activity a phase, <c>seqgan.phase</c>, and within it one a round,
/// <c>seqgan.round</c>, with the tags <c>seqgan.phase</c> and <c>seqgan.round</c>.
/// </para>
/// </remarks>
public static class SeqGanTelemetry
{
    /// <summary>The name of the meter.</summary>
    public const string MeterName = "SeqGan";

    /// <summary>The name of the activity source.</summary>
    public const string ActivitySourceName = "SeqGan";

    internal const string PhaseTag = "seqgan.phase";

    private const string ScorerTag = "seqgan.scorer";

    private static readonly ActivitySource s_activities = new(ActivitySourceName);

    internal static MetricInstrument Steps { get; } =
        MetricInstrument.Counter("seqgan.training.steps", "{step}", "Training steps.", PhaseTag, "seqgan.model");

    internal static MetricInstrument Tokens { get; } =
        MetricInstrument.Counter("seqgan.training.tokens", "{token}", "Tokens of their batches.", PhaseTag, "seqgan.model");

    internal static MetricInstrument ScorerMean { get; } = MetricInstrument.Gauge(
        "seqgan.reward.scorer.mean", "The mean of one scorer's scores of a batch's sequences, if several reward together.", ScorerTag);

    internal static MetricInstrument ScorerDeviation { get; } =
        MetricInstrument.Gauge("seqgan.reward.scorer.deviation", "The standard deviation of these scores.", ScorerTag);

    internal static MetricInstrument CacheHits { get; } =
        MetricInstrument.Counter("seqgan.reward.cache.hits", "{score}", "Scores that a cache had.", ScorerTag);

    internal static MetricInstrument CacheMisses { get; } =
        MetricInstrument.Counter("seqgan.reward.cache.misses", "{score}", "Scores that a cache asked for.", ScorerTag);

    internal static MetricInstrument ScoresNotApplicable { get; } =
        MetricInstrument.Counter("seqgan.reward.not_applicable", "{score}", "Scores that were NaN and left out.", ScorerTag);

    internal static MetricInstrument Divergence { get; } = MetricInstrument.Counter(
        "seqgan.training.divergence", "{sign}", "Rounds that showed a sign of divergence, and steps that were not finite.", "seqgan.sign");

    internal static MetricInstrument Evaluation { get; } =
        MetricInstrument.Gauge("seqgan.evaluation", "What evaluators measured.", "seqgan.metric");

    internal static MetricInstrument CheckpointsWritten { get; } =
        MetricInstrument.Counter("seqgan.checkpoint.written", "{checkpoint}", "Checkpoints that are safely on disk.");

    internal static MetricInstrument CheckpointsFailed { get; } =
        MetricInstrument.Counter("seqgan.checkpoint.failed", "{checkpoint}", "Checkpoints that could not be written.");

    internal static MetricInstrument CheckpointSize { get; } =
        MetricInstrument.Histogram("seqgan.checkpoint.size", "By", "The size of a checkpoint.");

    internal static MetricInstrument CheckpointPause { get; } =
        MetricInstrument.Histogram("seqgan.checkpoint.pause", "s", "How long the training waited for a checkpoint.");

    internal static Activity? StartPhase(string phase) => s_activities.StartActivity("seqgan.phase")?.SetTag(PhaseTag, phase);

    internal static Activity? StartRound(string phase, int round) =>
        s_activities.StartActivity("seqgan.round")?.SetTag(PhaseTag, phase).SetTag("seqgan.round", round);
}

/// <summary>An instrument of SeqGan's meter, with the names of its tags.</summary>
internal sealed class MetricInstrument
{
    private static readonly Meter s_meter = new(SeqGanTelemetry.MeterName);

    private readonly Instrument _instrument;
    private readonly string[] _tags;

    private MetricInstrument(Instrument instrument, string[] tags) => (_instrument, _tags) = (instrument, tags);

    public string Name => _instrument.Name;

    public static MetricInstrument Counter(string name, string unit, string description, params string[] tags) =>
        new(s_meter.CreateCounter<long>(name, unit, description), tags);

    public static MetricInstrument Gauge(string name, string description, params string[] tags) =>
        new(s_meter.CreateGauge<double>(name, unit: null, description), tags);

    public static MetricInstrument Histogram(string name, string? unit, string description, params string[] tags) =>
        new(s_meter.CreateHistogram<double>(name, unit, description), tags);

    /// <summary>Publishes a value, by which a counter rises, with a value for each tag.</summary>
    public void Record(double value, params ReadOnlySpan<string> tags)
    {
        if (!_instrument.Enabled)
            return;
        var named = new TagList();
        for (int i = 0; i < _tags.Length; i++)
            named.Add(_tags[i], tags[i]);
        if (_instrument is Counter<long> counter)
            counter.Add((long)value, named);
        else if (_instrument is Gauge<double> gauge)
            gauge.Record(value, named);
        else
            ((Histogram<double>)_instrument).Record(value, named);
    }
}
