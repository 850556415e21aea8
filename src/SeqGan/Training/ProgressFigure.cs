namespace SeqGan;

/// <summary>A figure of <see cref="TrainingProgress"/>, under the names that it has outside.</summary>
/// <param name="Tag">Its name in TensorBoard: a group, a slash, a name.</param>
/// <param name="Key">Its name in JSON.</param>
/// <param name="Phases">Where it is measured; elsewhere the report repeats the last value.</param>
/// <param name="ValueOf">The value; null where it is not known.</param>
internal sealed record ProgressFigure(string Tag, string Key, TrainingPhase Phases, Func<TrainingProgress, double?> ValueOf)
{
    private const TrainingPhase OfGenerator = TrainingPhase.GeneratorPretraining | TrainingPhase.Adversarial;
    private const TrainingPhase OfDiscriminator = TrainingPhase.DiscriminatorPretraining | TrainingPhase.Adversarial;

    public static ProgressFigure GeneratorLoss { get; } = new("generator/loss", "generator_loss", OfGenerator, progress => progress.GeneratorLoss);

    public static ProgressFigure NegativeLogLikelihood { get; } = new("generator/nll", "negative_log_likelihood", TrainingPhase.GeneratorPretraining, progress => progress.NegativeLogLikelihood);

    public static ProgressFigure PolicyEntropy { get; } = new("generator/policy_entropy", "policy_entropy", TrainingPhase.Adversarial, progress => progress.PolicyEntropy);

    public static ProgressFigure GeneratorGradientNorm { get; } = new("generator/gradient_norm", "generator_gradient_norm", OfGenerator, progress => progress.GeneratorGradientNorm);

    public static ProgressFigure Kl { get; } = new("generator/kl", "kl", TrainingPhase.Adversarial, progress => progress.Kl);

    public static ProgressFigure KlCoefficient { get; } = new("generator/kl_coefficient", "kl_coefficient", TrainingPhase.Adversarial, progress => progress.KlCoefficient);

    public static ProgressFigure ClippedShare { get; } = new("generator/clipped_share", "clipped_share", TrainingPhase.Adversarial, progress => progress.ClippedShare);

    public static ProgressFigure DiscriminatorLoss { get; } = new("discriminator/loss", "discriminator_loss", OfDiscriminator, progress => progress.DiscriminatorLoss);

    public static ProgressFigure DiscriminatorAccuracy { get; } = new("discriminator/accuracy", "discriminator_accuracy", OfDiscriminator, progress => progress.DiscriminatorAccuracy);

    public static ProgressFigure HeldOutAccuracy { get; } = new("discriminator/held_out_accuracy", "held_out_accuracy", OfDiscriminator, progress => progress.HeldOutAccuracy);

    public static ProgressFigure HeldOutRealAccuracy { get; } = new("discriminator/held_out_real_accuracy", "held_out_real_accuracy", OfDiscriminator, progress => progress.HeldOutRealAccuracy);

    public static ProgressFigure RealScore { get; } = new("discriminator/real_score", "real_score", OfDiscriminator, progress => progress.RealScore);

    public static ProgressFigure GeneratedScore { get; } = new("discriminator/generated_score", "generated_score", OfDiscriminator, progress => progress.GeneratedScore);

    public static ProgressFigure DiscriminatorGradientNorm { get; } = new("discriminator/gradient_norm", "discriminator_gradient_norm", OfDiscriminator, progress => progress.DiscriminatorGradientNorm);

    public static ProgressFigure RewardMean { get; } = new("reward/mean", "reward_mean", TrainingPhase.Adversarial, progress => progress.RewardMean);

    public static ProgressFigure RewardDeviation { get; } = new("reward/deviation", "reward_deviation", TrainingPhase.Adversarial, progress => progress.RewardDeviation);

    public static ProgressFigure SampleUniqueness { get; } = new("reward/sample_uniqueness", "sample_uniqueness", TrainingPhase.Adversarial, progress => progress.SampleUniqueness);

    public static ProgressFigure ScoresNotApplicable { get; } = new("reward/scores_not_applicable", "scores_not_applicable", TrainingPhase.Adversarial, progress => progress.ScoresNotApplicable);

    public static ProgressFigure StepsNotFinite { get; } = new("training/steps_not_finite", "steps_not_finite", TrainingPhase.All, progress => progress.StepsNotFinite);

    public static ProgressFigure LearningRateScale { get; } = new("training/learning_rate_scale", "learning_rate_scale", TrainingPhase.All, progress => progress.LearningRateScale);

    public static ProgressFigure TokensPerSecond { get; } = new("training/tokens_per_second", "tokens_per_second", TrainingPhase.All, progress => progress.TokensPerSecond);

    public static ProgressFigure StepsPerSecond { get; } = new("training/steps_per_second", "steps_per_second", TrainingPhase.All, progress => progress.StepsPerSecond);

    public static IReadOnlyList<ProgressFigure> All { get; } =
    [
        GeneratorLoss, NegativeLogLikelihood, PolicyEntropy, GeneratorGradientNorm, Kl, KlCoefficient, ClippedShare,
        DiscriminatorLoss, DiscriminatorAccuracy, HeldOutAccuracy, HeldOutRealAccuracy, RealScore, GeneratedScore, DiscriminatorGradientNorm,
        RewardMean, RewardDeviation, SampleUniqueness, ScoresNotApplicable, StepsNotFinite, LearningRateScale, TokensPerSecond, StepsPerSecond,
    ];

    private static readonly Dictionary<string, ProgressFigure> s_byKey = All.ToDictionary(figure => figure.Key);

    /// <summary>The value of a name at a report: the figure of this <see cref="Key"/>, otherwise what observers measured under it.</summary>
    /// <returns>The value, which may be NaN; null where the report does not measure it, as a figure outside its phases or an evaluation between its rounds.</returns>
    public static double? Find(TrainingProgress progress, string name)
    {
        if (s_byKey.TryGetValue(name, out ProgressFigure? figure))
            return figure.Measured(progress);
        return progress.Metrics.TryGetValue(name, out double value) ? value : null;
    }

    /// <summary>All values that <see cref="Find"/> finds at a report, by their names.</summary>
    public static IReadOnlyDictionary<string, double> Known(TrainingProgress progress)
    {
        var known = new Dictionary<string, double>(progress.Metrics);
        foreach (ProgressFigure figure in All)
        {
            if (figure.Measured(progress) is { } value)
                known[figure.Key] = value;
            else
                known.Remove(figure.Key);
        }

        return known;
    }

    /// <summary>The value where the report's phase measures it and it is known.</summary>
    public double? Measured(TrainingProgress progress) =>
        Phases.HasFlag(progress.Phase) ? ValueOf(progress) : null;
}
