namespace SeqGan.Training;

/// <summary>A metric of training reports: its names, its meaning, and its value in a report.</summary>
/// <remarks>
/// This table declares each metric once; reports, checkpoints, early stopping and telemetry read it. <see cref="All"/> has the figures of
/// <see cref="TrainingProgress"/>; <see cref="Evaluations"/> describes what SeqGan's evaluators report in
/// <see cref="TrainingProgress.Metrics"/>. Immutable.
/// </remarks>
public sealed class TrainingMetric
{
    private const TrainingPhase OfGenerator = TrainingPhase.GeneratorPretraining | TrainingPhase.Adversarial;
    private const TrainingPhase OfDiscriminator = TrainingPhase.DiscriminatorPretraining | TrainingPhase.Adversarial;
    private const string Nats = "nats a token", Share = "[0, 1]", Norm = "at least 0", Reward = "units of reward";
    private const string Count = "count", PerSecond = "1/s";

    // First, because each figure adds itself.
    private static readonly List<TrainingMetric> s_figures = [];

    private readonly Func<TrainingProgress, double?> _valueOf;

    private TrainingMetric(
        string key, string tag, string unit, TrainingPhase phases, string description, bool? higherIsBetter = null,
        MetricAveraging averaging = MetricAveraging.Mean, double? initial = null, string? histogram = null, string? gauge = null,
        MetricInstrument? instrument = null, Func<TrainingProgress, double?>? valueOf = null)
    {
        (Key, Tag, Unit, Phases, Description, HigherIsBetter, Averaging) = (key, tag, unit, phases, description, higherIsBetter, averaging);
        string explanation = $"{description}; {unit}";
        Instrument = histogram is not null ? MetricInstrument.Histogram(histogram, unit: null, explanation, SeqGanTelemetry.PhaseTag)
            : gauge is not null ? MetricInstrument.Gauge(gauge, explanation)
            : instrument;
        _valueOf = valueOf ?? (progress => progress.Figures.TryGetValue(this, out double value) ? value : initial);
        if (valueOf is null)
            s_figures.Add(this);
    }

    /// <inheritdoc cref="TrainingProgress.GeneratorLoss"/>
    public static TrainingMetric GeneratorLoss { get; } = new(
        "generator_loss", "generator/loss", "nats a token times weight", OfGenerator, "the generator's negative objective",
        higherIsBetter: false, histogram: "seqgan.generator.loss");

    /// <inheritdoc cref="TrainingProgress.NegativeLogLikelihood"/>
    public static TrainingMetric NegativeLogLikelihood { get; } = new(
        "negative_log_likelihood", "generator/nll", Nats, TrainingPhase.GeneratorPretraining,
        "negative log-likelihood of training sequences under the generator", higherIsBetter: false, histogram: "seqgan.generator.nll");

    /// <inheritdoc cref="TrainingProgress.PolicyEntropy"/>
    public static TrainingMetric PolicyEntropy { get; } = new(
        "policy_entropy", "generator/policy_entropy", Nats, TrainingPhase.Adversarial,
        "entropy of the policy, estimated on the generator's own samples", instrument: NegativeLogLikelihood.Instrument);

    /// <inheritdoc cref="TrainingProgress.GeneratorGradientNorm"/>
    public static TrainingMetric GeneratorGradientNorm { get; } = new(
        "generator_gradient_norm", "generator/gradient_norm", Norm, OfGenerator, "norm of the generator's gradient before clipping",
        histogram: "seqgan.generator.gradient_norm");

    /// <inheritdoc cref="TrainingProgress.Kl"/>
    public static TrainingMetric Kl { get; } = new(
        "kl", "generator/kl", Nats, TrainingPhase.Adversarial,
        "divergence of the policy from the generator that the adversarial phase began with", gauge: "seqgan.generator.kl");

    /// <inheritdoc cref="TrainingProgress.KlCoefficient"/>
    public static TrainingMetric KlCoefficient { get; } = new(
        "kl_coefficient", "generator/kl_coefficient", Reward, TrainingPhase.Adversarial, "cost of a nat of divergence",
        gauge: "seqgan.generator.kl_coefficient");

    /// <inheritdoc cref="TrainingProgress.ClippedShare"/>
    public static TrainingMetric ClippedShare { get; } = new(
        "clipped_share", "generator/clipped_share", Share, TrainingPhase.Adversarial,
        "share of tokens that a later pass over a batch left alone", gauge: "seqgan.generator.clipped_share");

    /// <inheritdoc cref="TrainingProgress.DiscriminatorLoss"/>
    public static TrainingMetric DiscriminatorLoss { get; } = new(
        "discriminator_loss", "discriminator/loss", "nats a sequence", OfDiscriminator, "the discriminator's cross-entropy",
        higherIsBetter: false, histogram: "seqgan.discriminator.loss");

    /// <inheritdoc cref="TrainingProgress.DiscriminatorAccuracy"/>
    public static TrainingMetric DiscriminatorAccuracy { get; } = new(
        "discriminator_accuracy", "discriminator/accuracy", Share, OfDiscriminator,
        "share of its training batches on the right side of 0.5", higherIsBetter: true, histogram: "seqgan.discriminator.accuracy");

    /// <inheritdoc cref="TrainingProgress.HeldOutAccuracy"/>
    public static TrainingMetric HeldOutAccuracy { get; } = new(
        "held_out_accuracy", "discriminator/held_out_accuracy", Share, OfDiscriminator,
        "balanced accuracy on held-out real and fresh generated sequences",
        higherIsBetter: true, MetricAveraging.Last, gauge: "seqgan.discriminator.held_out.accuracy");

    /// <inheritdoc cref="TrainingProgress.HeldOutRealAccuracy"/>
    public static TrainingMetric HeldOutRealAccuracy { get; } = new(
        "held_out_real_accuracy", "discriminator/held_out_real_accuracy", Share, OfDiscriminator,
        "share of held-out real sequences that score 0.5 or more",
        higherIsBetter: true, MetricAveraging.Last, gauge: "seqgan.discriminator.held_out.real_accuracy");

    /// <inheritdoc cref="TrainingProgress.HeldOutLoss"/>
    public static TrainingMetric HeldOutLoss { get; } = new(
        "held_out_loss", "discriminator/held_out_loss", "nats a sequence", OfDiscriminator,
        "cross-entropy on held-out real and fresh generated sequences",
        higherIsBetter: false, MetricAveraging.Last, gauge: "seqgan.discriminator.held_out.loss");

    /// <inheritdoc cref="TrainingProgress.HeldOutCalibrationLoss"/>
    public static TrainingMetric HeldOutCalibrationLoss { get; } = new(
        "held_out_calibration_loss", "discriminator/held_out_calibration_loss", "nats a sequence", OfDiscriminator,
        "what Platt scaling would lower the held-out loss by",
        higherIsBetter: false, MetricAveraging.Last, gauge: "seqgan.discriminator.held_out.calibration_loss");

    /// <inheritdoc cref="TrainingProgress.RealScore"/>
    public static TrainingMetric RealScore { get; } = new(
        "real_score", "discriminator/real_score", Share, OfDiscriminator,
        "mean score of the real sequences in the discriminator's batches");

    /// <inheritdoc cref="TrainingProgress.GeneratedScore"/>
    public static TrainingMetric GeneratedScore { get; } = new(
        "generated_score", "discriminator/generated_score", Share, OfDiscriminator,
        "mean score of the generated sequences in the discriminator's batches");

    /// <inheritdoc cref="TrainingProgress.DiscriminatorGradientNorm"/>
    public static TrainingMetric DiscriminatorGradientNorm { get; } = new(
        "discriminator_gradient_norm", "discriminator/gradient_norm", Norm, OfDiscriminator,
        "norm of the discriminator's gradient before clipping", histogram: "seqgan.discriminator.gradient_norm");

    /// <inheritdoc cref="TrainingProgress.RewardMean"/>
    public static TrainingMetric RewardMean { get; } = new(
        "reward_mean", "reward/mean", Reward, TrainingPhase.Adversarial, "mean reward of a token, before the baseline",
        higherIsBetter: true, gauge: "seqgan.reward.mean");

    /// <inheritdoc cref="TrainingProgress.RewardDeviation"/>
    public static TrainingMetric RewardDeviation { get; } = new(
        "reward_deviation", "reward/deviation", Reward, TrainingPhase.Adversarial, "standard deviation of the rewards of a batch's tokens",
        gauge: "seqgan.reward.deviation");

    /// <inheritdoc cref="TrainingProgress.SampleUniqueness"/>
    public static TrainingMetric SampleUniqueness { get; } = new(
        "sample_uniqueness", "reward/sample_uniqueness", "(0, 1]", TrainingPhase.Adversarial,
        "share of different sequences in the batches that the generator samples to learn from",
        higherIsBetter: true, gauge: "seqgan.sample.uniqueness");

    /// <inheritdoc cref="TrainingProgress.ScoresNotApplicable"/>
    public static TrainingMetric ScoresNotApplicable { get; } = new(
        "scores_not_applicable", "reward/scores_not_applicable", Count, TrainingPhase.Adversarial, "scores that were NaN and left out",
        averaging: MetricAveraging.Sum, initial: 0, instrument: SeqGanTelemetry.ScoresNotApplicable);

    /// <inheritdoc cref="TrainingProgress.StepsNotFinite"/>
    public static TrainingMetric StepsNotFinite { get; } = new(
        "steps_not_finite", "training/steps_not_finite", Count, TrainingPhase.All,
        "steps that were skipped because a loss, gradient or reward was not finite",
        higherIsBetter: false, MetricAveraging.Sum, initial: 0, instrument: SeqGanTelemetry.Divergence);

    /// <inheritdoc cref="TrainingProgress.LearningRateScale"/>
    public static TrainingMetric LearningRateScale { get; } = new(
        "learning_rate_scale", "training/learning_rate_scale", "(0, 1]", TrainingPhase.All, "factor of the learning rates", initial: 1);

    /// <inheritdoc cref="TrainingProgress.TokensPerSecond"/>
    public static TrainingMetric TokensPerSecond { get; } = new(
        "tokens_per_second", "training/tokens_per_second", PerSecond, TrainingPhase.All, "tokens in the batches of both models' steps",
        higherIsBetter: true, initial: 0);

    /// <inheritdoc cref="TrainingProgress.StepsPerSecond"/>
    public static TrainingMetric StepsPerSecond { get; } = new(
        "steps_per_second", "training/steps_per_second", PerSecond, TrainingPhase.All, "steps of both models",
        higherIsBetter: true, initial: 0);

    /// <summary>The figures of <see cref="TrainingProgress"/>, in the order of their declarations.</summary>
    public static IReadOnlyList<TrainingMetric> All { get; } = s_figures.AsReadOnly();

    /// <summary>Those that need held-out sequences.</summary>
    internal static IReadOnlyList<TrainingMetric> HeldOut { get; } =
        [HeldOutAccuracy, HeldOutRealAccuracy, HeldOutLoss, HeldOutCalibrationLoss];

    /// <summary>What SeqGan's evaluators report, under the keys of <see cref="EvaluationMetricNames"/>.</summary>
    public static IReadOnlyList<TrainingMetric> Evaluations { get; } =
    [
        Evaluation(EvaluationMetricNames.NllTest, Nats, false,
            "negative log-likelihood of held-out sequences under the generator, nats a token; lower covers the data better"),
        Evaluation(EvaluationMetricNames.NllTestKnown, Nats, false,
            "negative log-likelihood of held-out sequences without their unknown tokens, nats a token; lower covers the data better"),
        Evaluation(EvaluationMetricNames.NllOracle, Nats, false,
            "negative log-likelihood of generated sequences under the oracle, nats a token; lower is likelier, but repetition is, too"),
        Evaluation(EvaluationMetricNames.Uniqueness, "(0, 1]", null,
            "share of distinct sequences; compare columns of equally many sequences"),
        Evaluation(EvaluationMetricNames.Novelty, Share, null, "share of sequences that are not in the training data; 0 is memorised"),
        Evaluation(EvaluationMetricNames.MeanLength, "tokens", null, "tokens, the end token included"),
        Evaluation(EvaluationMetricNames.EndTokenRate, Share, null, "share of sequences that end with an end token"),
        .. NGrams(
            true,
            "similarity to held-out data, by runs of up to {0} tokens, in [0, 1]; higher is closer, but repeating one good sequence "
            + "is close, too",
            EvaluationMetricNames.Bleu2, EvaluationMetricNames.Bleu3, EvaluationMetricNames.Bleu4, EvaluationMetricNames.Bleu5),
        .. NGrams(
            false,
            "similarity of each sequence to the others, by runs of up to {0} tokens, in [0, 1]; lower is more diverse, and noise is "
            + "lowest: compare with the data's, of equally many sequences",
            EvaluationMetricNames.SelfBleu2, EvaluationMetricNames.SelfBleu3, EvaluationMetricNames.SelfBleu4,
            EvaluationMetricNames.SelfBleu5),
        .. NGrams(
            true, "distinct runs of {0} tokens, divided by all; higher is more diverse; compare columns of equally many sequences",
            EvaluationMetricNames.Distinct1, EvaluationMetricNames.Distinct2, EvaluationMetricNames.Distinct3,
            EvaluationMetricNames.Distinct4),
        Evaluation(EvaluationMetricNames.JensenShannon, Share, false,
            "distance of the distribution of token pairs from held-out data's, in [0, 1]; lower is closer"),
        Evaluation(EvaluationMetricNames.LengthDistance, Share, false,
            "distance of the distribution of lengths from held-out data's, in [0, 1]; lower is closer"),
        Evaluation(EvaluationMetricNames.RepetitionRate, "[0, 1)", null,
            "share of runs of 4 tokens that repeat one of the same sequence; lower repeats less"),
    ];

    private static readonly Dictionary<string, TrainingMetric> s_byKey = All.Concat(Evaluations).ToDictionary(metric => metric.Key);

    /// <summary>The name in JSON, in checkpoints, and in the options that take a metric, such as <c>generator_loss</c>.</summary>
    public string Key { get; }

    /// <summary>The name in TensorBoard: a group, a slash, a name, such as <c>generator/loss</c>.</summary>
    public string Tag { get; }

    /// <summary>The unit, or the range of a share.</summary>
    public string Unit { get; }

    /// <summary>The direction of improvement; null if neither direction is better in itself.</summary>
    public bool? HigherIsBetter { get; }

    /// <summary>The phases that measure it; in others the report repeats the last value.</summary>
    public TrainingPhase Phases { get; }

    /// <summary>What it is, in a phrase.</summary>
    public string Description { get; }

    internal MetricAveraging Averaging { get; }

    /// <summary>Its instrument, which takes one tag at most; null if it has none.</summary>
    internal MetricInstrument? Instrument { get; }

    /// <summary>Finds a metric of either table by its <see cref="Key"/>; null for other names.</summary>
    public static TrainingMetric? Find(string key) => s_byKey.GetValueOrDefault(key);

    /// <summary>Gives the value in a report; null if it is not known.</summary>
    public double? ValueOf(TrainingProgress progress)
    {
        ArgumentNullException.ThrowIfNull(progress);
        return _valueOf(progress);
    }

    /// <summary>Gives the value if the report's phase measures this metric; null otherwise, or if the value is not known.</summary>
    public double? MeasuredIn(TrainingProgress progress)
    {
        double? value = ValueOf(progress);
        return Phases.HasFlag(progress.Phase) ? value : null;
    }

    /// <inheritdoc/>
    public override string ToString() => Key;

    /// <summary>Gives what a report measured under a key: a figure of the table, otherwise a metric of an observer.</summary>
    /// <returns>The value, which may be NaN; null if the report did not measure it.</returns>
    internal static double? Find(TrainingProgress progress, string key) => Find(key) is { } metric
        ? metric.MeasuredIn(progress)
        : progress.Metrics.TryGetValue(key, out double value) ? value : null;

    /// <summary>Gives all values that a report measured, by their keys.</summary>
    internal static IReadOnlyDictionary<string, double> Known(TrainingProgress progress)
    {
        var known = new Dictionary<string, double>(progress.Metrics);
        foreach (TrainingMetric metric in All)
        {
            known.Remove(metric.Key);
            if (metric.MeasuredIn(progress) is { } value)
                known.Add(metric.Key, value);
        }

        return known;
    }

    private static IEnumerable<TrainingMetric> NGrams(bool higherIsBetter, string description, params string[] keys) =>
        keys.Select(key => Evaluation(key, Share, higherIsBetter, description.Replace("{0}", key[^1..], StringComparison.Ordinal)));

    private static TrainingMetric Evaluation(string key, string unit, bool? higherIsBetter, string description) =>
        new(key, $"evaluation/{key}", unit, TrainingPhase.All, description, higherIsBetter,
            valueOf: progress => progress.Metrics.TryGetValue(key, out double value) ? value : null);
}

/// <summary>How the values of a round become one.</summary>
internal enum MetricAveraging
{
    /// <summary>Their mean; until the new round has a value, the last round's.</summary>
    Mean,

    /// <summary>The latest, also of earlier rounds.</summary>
    Last,

    /// <summary>Their sum, which starts at 0 in each round.</summary>
    Sum,
}
