using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace SeqGan;

/// <summary>The names under which SeqGan publishes its metrics and traces, for OpenTelemetry, dotnet-counters and the like.</summary>
/// <remarks>
/// <para>The meter <see cref="MeterName"/> has these instruments; those of steps carry the tag <c>seqgan.phase</c>.</para>
/// <list type="table">
/// <item><term><c>seqgan.training.steps</c></term><description>Counter: training steps; tag <c>seqgan.model</c> is generator or discriminator.</description></item>
/// <item><term><c>seqgan.training.tokens</c></term><description>Counter: tokens in these steps' batches, padding left out; tag <c>seqgan.model</c>.</description></item>
/// <item><term><c>seqgan.generator.loss</c></term><description>Histogram: the negative objective of a step, in nats a token times weight.</description></item>
/// <item><term><c>seqgan.generator.nll</c></term><description>Histogram: the negative log-likelihood of a step's batch, in nats a token; in the adversarial phase it estimates the policy's entropy.</description></item>
/// <item><term><c>seqgan.generator.gradient_norm</c></term><description>Histogram: the gradient's norm before clipping.</description></item>
/// <item><term><c>seqgan.generator.kl</c>, <c>seqgan.generator.kl_coefficient</c></term><description>Gauges: the divergence from the generator that the phase began with, in nats a token, and what a nat costs.</description></item>
/// <item><term><c>seqgan.generator.clipped_share</c></term><description>Gauge: the share of tokens that a further pass over a batch left alone.</description></item>
/// <item><term><c>seqgan.discriminator.loss</c></term><description>Histogram: the cross-entropy of a step, in nats a sequence.</description></item>
/// <item><term><c>seqgan.discriminator.accuracy</c></term><description>Histogram: the share of a step's batch on the right side of 0.5.</description></item>
/// <item><term><c>seqgan.discriminator.gradient_norm</c></term><description>Histogram: the gradient's norm before clipping.</description></item>
/// <item><term><c>seqgan.discriminator.held_out.accuracy</c></term><description>Gauge: the balanced accuracy on held-out real and fresh generated sequences.</description></item>
/// <item><term><c>seqgan.discriminator.held_out.real_accuracy</c></term><description>Gauge: the share of held-out real sequences scored 0.5 or more.</description></item>
/// <item><term><c>seqgan.reward.mean</c>, <c>seqgan.reward.deviation</c></term><description>Gauges: of the rewards of a batch's tokens.</description></item>
/// <item><term><c>seqgan.reward.scorer.mean</c>, <c>seqgan.reward.scorer.deviation</c></term><description>Gauges: of one scorer's scores of a batch's sequences, where several reward together; tag <c>seqgan.scorer</c>.</description></item>
/// <item><term><c>seqgan.reward.cache.hits</c>, <c>seqgan.reward.cache.misses</c></term><description>Counters: scores that a <see cref="CachedScorer"/> knew, and that it asked for; tag <c>seqgan.scorer</c>.</description></item>
/// <item><term><c>seqgan.reward.not_applicable</c></term><description>Counter: scores that were NaN and left out; tag <c>seqgan.scorer</c>.</description></item>
/// <item><term><c>seqgan.sample.uniqueness</c></term><description>Gauge: the share of different sequences in a batch that the generator sampled to learn from.</description></item>
/// <item><term><c>seqgan.training.divergence</c></term><description>Counter: rounds that showed a sign of divergence, and steps that were not finite; tag <c>seqgan.sign</c> is NotFinite, DiscriminatorWon or GeneratorCollapsed.</description></item>
/// <item><term><c>seqgan.evaluation</c></term><description>Gauge: what evaluators measured; tag <c>seqgan.metric</c>.</description></item>
/// <item><term><c>seqgan.checkpoint.written</c></term><description>Counter: checkpoints that are safely on disk.</description></item>
/// <item><term><c>seqgan.checkpoint.failed</c></term><description>Counter: checkpoints that could not be written.</description></item>
/// <item><term><c>seqgan.checkpoint.size</c></term><description>Histogram: the size of a checkpoint in bytes.</description></item>
/// <item><term><c>seqgan.checkpoint.pause</c></term><description>Histogram: how long the training stood still for a checkpoint, in seconds.</description></item>
/// </list>
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

    private const string PhaseTag = "seqgan.phase";
    private const string ModelTag = "seqgan.model";

    private static readonly ActivitySource Activities = new(ActivitySourceName);
    private static readonly Meter Meter = new(MeterName);

    private static readonly Counter<long> Steps = Meter.CreateCounter<long>("seqgan.training.steps", "{step}");
    private static readonly Counter<long> Tokens = Meter.CreateCounter<long>("seqgan.training.tokens", "{token}");
    private static readonly Histogram<double> GeneratorLoss = Meter.CreateHistogram<double>("seqgan.generator.loss");
    private static readonly Histogram<double> GeneratorNll = Meter.CreateHistogram<double>("seqgan.generator.nll");
    private static readonly Histogram<double> GeneratorGradientNorm = Meter.CreateHistogram<double>("seqgan.generator.gradient_norm");
    private static readonly Gauge<double> Kl = Meter.CreateGauge<double>("seqgan.generator.kl");
    private static readonly Gauge<double> KlCoefficient = Meter.CreateGauge<double>("seqgan.generator.kl_coefficient");
    private static readonly Gauge<double> ClippedShare = Meter.CreateGauge<double>("seqgan.generator.clipped_share");
    private static readonly Histogram<double> DiscriminatorLoss = Meter.CreateHistogram<double>("seqgan.discriminator.loss");
    private static readonly Histogram<double> DiscriminatorAccuracy = Meter.CreateHistogram<double>("seqgan.discriminator.accuracy");
    private static readonly Histogram<double> DiscriminatorGradientNorm = Meter.CreateHistogram<double>("seqgan.discriminator.gradient_norm");
    private static readonly Gauge<double> HeldOutAccuracy = Meter.CreateGauge<double>("seqgan.discriminator.held_out.accuracy");
    private static readonly Gauge<double> HeldOutRealAccuracy = Meter.CreateGauge<double>("seqgan.discriminator.held_out.real_accuracy");
    private static readonly Gauge<double> RewardMean = Meter.CreateGauge<double>("seqgan.reward.mean");
    private static readonly Gauge<double> RewardDeviation = Meter.CreateGauge<double>("seqgan.reward.deviation");
    private static readonly Gauge<double> ScorerMean = Meter.CreateGauge<double>("seqgan.reward.scorer.mean");
    private static readonly Gauge<double> ScorerDeviation = Meter.CreateGauge<double>("seqgan.reward.scorer.deviation");
    private static readonly Counter<long> CacheHits = Meter.CreateCounter<long>("seqgan.reward.cache.hits", "{score}");
    private static readonly Counter<long> CacheMisses = Meter.CreateCounter<long>("seqgan.reward.cache.misses", "{score}");
    private static readonly Counter<long> NotApplicable = Meter.CreateCounter<long>("seqgan.reward.not_applicable", "{score}");
    private static readonly Gauge<double> SampleUniqueness = Meter.CreateGauge<double>("seqgan.sample.uniqueness");
    private static readonly Counter<long> Divergence = Meter.CreateCounter<long>("seqgan.training.divergence", "{sign}");
    private static readonly Gauge<double> Evaluation = Meter.CreateGauge<double>("seqgan.evaluation");
    private static readonly Counter<long> CheckpointsWritten = Meter.CreateCounter<long>("seqgan.checkpoint.written", "{checkpoint}");
    private static readonly Counter<long> CheckpointsFailed = Meter.CreateCounter<long>("seqgan.checkpoint.failed", "{checkpoint}");
    private static readonly Histogram<long> CheckpointSize = Meter.CreateHistogram<long>("seqgan.checkpoint.size", "By");
    private static readonly Histogram<double> CheckpointPause = Meter.CreateHistogram<double>("seqgan.checkpoint.pause", "s");

    internal static Activity? StartPhase(string phase) =>
        Activities.StartActivity("seqgan.phase")?.SetTag(PhaseTag, phase);

    internal static Activity? StartRound(string phase, int round) =>
        Activities.StartActivity("seqgan.round")?.SetTag(PhaseTag, phase).SetTag("seqgan.round", round);

    internal static void RecordGeneratorStep(string phase, int tokens, double loss, double nll, double gradientNorm)
    {
        KeyValuePair<string, object?> tag = new(PhaseTag, phase);
        Count(tag, "generator", tokens);
        RecordIfKnown(GeneratorLoss, loss, tag);
        RecordIfKnown(GeneratorNll, nll, tag);
        RecordIfKnown(GeneratorGradientNorm, gradientNorm, tag);
    }

    internal static void RecordDiscriminatorStep(string phase, int tokens, double loss, double accuracy, double gradientNorm)
    {
        KeyValuePair<string, object?> tag = new(PhaseTag, phase);
        Count(tag, "discriminator", tokens);
        RecordIfKnown(DiscriminatorLoss, loss, tag);
        RecordIfKnown(DiscriminatorAccuracy, accuracy, tag);
        RecordIfKnown(DiscriminatorGradientNorm, gradientNorm, tag);
    }

    internal static void RecordHeldOut(double accuracy, double realAccuracy)
    {
        HeldOutAccuracy.Record(accuracy);
        HeldOutRealAccuracy.Record(realAccuracy);
    }

    internal static void RecordRewards(double mean, double deviation)
    {
        RewardMean.Record(mean);
        RewardDeviation.Record(deviation);
    }

    internal static void RecordScores(string scorer, double mean, double deviation)
    {
        if (double.IsNaN(mean))
            return;
        KeyValuePair<string, object?> tag = new("seqgan.scorer", scorer);
        ScorerMean.Record(mean, tag);
        ScorerDeviation.Record(deviation, tag);
    }

    internal static void RecordCache(string scorer, long hits, long misses)
    {
        KeyValuePair<string, object?> tag = new("seqgan.scorer", scorer);
        CacheHits.Add(hits, tag);
        CacheMisses.Add(misses, tag);
    }

    internal static void RecordNotApplicable(string scorer, long count) =>
        NotApplicable.Add(count, new KeyValuePair<string, object?>("seqgan.scorer", scorer));

    internal static void RecordKl(double kl, double coefficient)
    {
        Kl.Record(kl);
        KlCoefficient.Record(coefficient);
    }

    internal static void RecordClipped(double share) => ClippedShare.Record(share);

    internal static void RecordUniqueness(double share) => SampleUniqueness.Record(share);

    internal static void RecordDivergence(string sign) =>
        Divergence.Add(1, new KeyValuePair<string, object?>("seqgan.sign", sign));

    internal static void RecordEvaluation(string metric, double value) =>
        Evaluation.Record(value, new KeyValuePair<string, object?>("seqgan.metric", metric));

    internal static void RecordCheckpoint(long size)
    {
        CheckpointsWritten.Add(1);
        CheckpointSize.Record(size);
    }

    internal static void RecordCheckpointPause(TimeSpan pause) => CheckpointPause.Record(pause.TotalSeconds);

    internal static void RecordCheckpointFailure() => CheckpointsFailed.Add(1);

    private static void Count(KeyValuePair<string, object?> phase, string model, int tokens)
    {
        KeyValuePair<string, object?> modelTag = new(ModelTag, model);
        Steps.Add(1, phase, modelTag);
        Tokens.Add(tokens, phase, modelTag);
    }

    private static void RecordIfKnown(Histogram<double> instrument, double value, KeyValuePair<string, object?> tag)
    {
        if (!double.IsNaN(value))
            instrument.Record(value, tag);
    }
}
