using System.Collections.Immutable;
using System.Collections.ObjectModel;
using Metric = SeqGan.Training.TrainingMetric;

namespace SeqGan;

/// <summary>The progress of a training, and what it measured.</summary>
/// <remarks>
/// A figure of a model is the mean over the steps of the current round, or of the last round in which that model took a step; null until it
/// is known. Immutable.
/// </remarks>
public sealed record TrainingProgress
{
    /// <summary>The phase.</summary>
    public required TrainingPhase Phase { get; init; }

    /// <summary>The round of the phase, from 1; an epoch in <see cref="TrainingPhase.GeneratorPretraining"/>.</summary>
    public required int Round { get; init; }

    /// <summary>The number of rounds of the phase.</summary>
    public required int Rounds { get; init; }

    /// <summary>Whether the round is complete; otherwise this is a report from within.</summary>
    public bool EndOfRound { get; init; }

    /// <summary>Training steps of generator and discriminator since the trainer was made.</summary>
    public long Step { get; init; }

    /// <summary>The part of the phase that is done, in [0, 1].</summary>
    public double Fraction { get; init; }

    /// <summary>The generator's negative objective: minus the mean over tokens of weight times log-probability.</summary>
    public double? GeneratorLoss { get => this[Metric.GeneratorLoss]; init => this[Metric.GeneratorLoss] = value; }

    /// <summary>Of training sequences under the generator, in nats a token; measured in pre-training steps.</summary>
    public double? NegativeLogLikelihood { get => this[Metric.NegativeLogLikelihood]; init => this[Metric.NegativeLogLikelihood] = value; }

    /// <summary>
    /// Estimated by the negative log-likelihood of the generator's own samples, in nats a token; measured in policy gradient steps.
    /// </summary>
    public double? PolicyEntropy { get => this[Metric.PolicyEntropy]; init => this[Metric.PolicyEntropy] = value; }

    /// <summary>The norm of the generator's gradient before clipping.</summary>
    public double? GeneratorGradientNorm { get => this[Metric.GeneratorGradientNorm]; init => this[Metric.GeneratorGradientNorm] = value; }

    /// <summary>The discriminator's cross-entropy, in nats a sequence.</summary>
    public double? DiscriminatorLoss { get => this[Metric.DiscriminatorLoss]; init => this[Metric.DiscriminatorLoss] = value; }

    /// <summary>The share of training and generated sequences on the right side of 0.5, in the batches it was trained on.</summary>
    public double? DiscriminatorAccuracy { get => this[Metric.DiscriminatorAccuracy]; init => this[Metric.DiscriminatorAccuracy] = value; }

    /// <summary>The share of held-out real sequences that the discriminator scores 0.5 or more; null without held-out sequences.</summary>
    public double? HeldOutRealAccuracy { get => this[Metric.HeldOutRealAccuracy]; init => this[Metric.HeldOutRealAccuracy] = value; }

    /// <summary>
    /// The mean of <see cref="HeldOutRealAccuracy"/> and the share of fresh generated sequences, on which it never trained, that it scores
    /// below 0.5. If this falls below <see cref="DiscriminatorAccuracy"/>, the discriminator memorises.
    /// </summary>
    public double? HeldOutAccuracy { get => this[Metric.HeldOutAccuracy]; init => this[Metric.HeldOutAccuracy] = value; }

    /// <summary>
    /// The discriminator's cross-entropy on held-out real and fresh generated sequences, in nats a sequence, both counting equally; one
    /// that knows nothing has ln 2, 0.693.
    /// </summary>
    public double? HeldOutLoss { get => this[Metric.HeldOutLoss]; init => this[Metric.HeldOutLoss] = value; }

    /// <summary>
    /// By how much Platt scaling, fitted on the same sequences, would lower <see cref="HeldOutLoss"/>; 0 is calibrated.
    /// </summary>
    public double? HeldOutCalibrationLoss
    {
        get => this[Metric.HeldOutCalibrationLoss];
        init => this[Metric.HeldOutCalibrationLoss] = value;
    }

    /// <summary>The mean score of the real sequences that the discriminator was trained on.</summary>
    public double? RealScore { get => this[Metric.RealScore]; init => this[Metric.RealScore] = value; }

    /// <summary>The mean score of the generated sequences that the discriminator was trained on.</summary>
    public double? GeneratedScore { get => this[Metric.GeneratedScore]; init => this[Metric.GeneratedScore] = value; }

    /// <summary>The norm of the discriminator's gradient before clipping.</summary>
    public double? DiscriminatorGradientNorm
    {
        get => this[Metric.DiscriminatorGradientNorm];
        init => this[Metric.DiscriminatorGradientNorm] = value;
    }

    /// <summary>The mean reward of a token, before the baseline is subtracted.</summary>
    public double? RewardMean { get => this[Metric.RewardMean]; init => this[Metric.RewardMean] = value; }

    /// <summary>The standard deviation of the rewards of a batch's tokens.</summary>
    public double? RewardDeviation { get => this[Metric.RewardDeviation]; init => this[Metric.RewardDeviation] = value; }

    /// <summary>The share of different sequences in the batches that the generator sampled to learn from, in (0, 1].</summary>
    public double? SampleUniqueness { get => this[Metric.SampleUniqueness]; init => this[Metric.SampleUniqueness] = value; }

    /// <summary>
    /// The divergence of the policy from the generator that the adversarial phase began with, in nats a token, estimated on the sampled
    /// batches; null without a <see cref="PolicyGradientOptions.KlCoefficient"/>.
    /// </summary>
    public double? Kl { get => this[Metric.Kl]; init => this[Metric.Kl] = value; }

    /// <summary>What a nat of divergence cost; null without a <see cref="PolicyGradientOptions.KlCoefficient"/>.</summary>
    public double? KlCoefficient { get => this[Metric.KlCoefficient]; init => this[Metric.KlCoefficient] = value; }

    /// <summary>
    /// The share of tokens that later <see cref="PolicyGradientOptions.Passes"/> left alone because of
    /// <see cref="PolicyGradientOptions.ClipRange"/>; null if there are none.
    /// </summary>
    public double? ClippedShare { get => this[Metric.ClippedShare]; init => this[Metric.ClippedShare] = value; }

    /// <summary>
    /// Steps of this round that were skipped because a loss, a gradient or a reward was not finite; see
    /// <see cref="TrainingHealthOptions.OnNotFinite"/>.
    /// </summary>
    public long StepsNotFinite { get => (long)this[Metric.StepsNotFinite]!.Value; init => this[Metric.StepsNotFinite] = value; }

    /// <summary>Signs that the training has gone wrong; see <see cref="TrainingHealthOptions"/>.</summary>
    public DivergenceSigns Signs { get; init; }

    /// <summary>The factor of the learning rates; below 1 after the training went back to a checkpoint.</summary>
    public double LearningRateScale { get => this[Metric.LearningRateScale]!.Value; init => this[Metric.LearningRateScale] = value; }

    /// <summary>Scores of this round that were NaN, not applicable, and left out of the rewards.</summary>
    public long ScoresNotApplicable
    {
        get => (long)this[Metric.ScoresNotApplicable]!.Value;
        init => this[Metric.ScoresNotApplicable] = value;
    }

    /// <summary>Tokens in the batches of both models' steps a second, in this phase so far.</summary>
    public double TokensPerSecond { get => this[Metric.TokensPerSecond]!.Value; init => this[Metric.TokensPerSecond] = value; }

    /// <summary>Steps of both models a second, in this phase so far.</summary>
    public double StepsPerSecond { get => this[Metric.StepsPerSecond]!.Value; init => this[Metric.StepsPerSecond] = value; }

    /// <summary>The time since training was called.</summary>
    public TimeSpan Elapsed { get; init; }

    /// <summary>
    /// The time until all phases that the training was called for have ended; null before the first step, and if no time span is long
    /// enough.
    /// </summary>
    /// <remarks>
    /// Each kind of work that is left counts with the time that it has taken so far. Work that has not come yet, such as rollouts during
    /// pre-training, is estimated by its tokens, and corrected by its first step. A phase that early stopping may end is expected to last
    /// for the geometric mean of the fewest and the most rounds that it can have.
    /// </remarks>
    public TimeSpan? EstimatedRemaining { get; init; }

    /// <summary>
    /// What observers such as <see cref="EvaluationObserver"/> measured for this report; may be empty. If several scorers reward together,
    /// the end of an adversarial round also has <c>reward_NAME_mean</c> and <c>reward_NAME_deviation</c> of each: over a batch of the
    /// generator's sequences, unweighted, averaged over the round.
    /// </summary>
    public IReadOnlyDictionary<string, double> Metrics { get; init; } = ReadOnlyDictionary<string, double>.Empty;

    /// <summary>The values of the table's metrics; copied on each change.</summary>
    internal ImmutableDictionary<Metric, double> Figures { get; init; } = ImmutableDictionary<Metric, double>.Empty;

    private double? this[Metric metric]
    {
        get => metric.ValueOf(this);
        init => Figures = value is { } known ? Figures.SetItem(metric, known) : Figures.Remove(metric);
    }

    /// <summary>One line for people.</summary>
    public override string ToString()
    {
        var line = new StringBuilder();
        line.Append(CultureInfo.InvariantCulture, $"{Phase} {Round}/{Rounds} ({100 * Fraction:0}%)");
        if (Phase != TrainingPhase.DiscriminatorPretraining)
            Append(line, "G loss", GeneratorLoss);
        if (Phase == TrainingPhase.Adversarial)
        {
            Append(line, "entropy", PolicyEntropy);
            Append(line, "reward", RewardMean);
            Append(line, "+-", RewardDeviation, separator: " ");
            Append(line, "KL", Kl);
        }

        if (Phase != TrainingPhase.GeneratorPretraining)
        {
            Append(line, "D loss", DiscriminatorLoss);
            Append(line, "accuracy", DiscriminatorAccuracy);
            Append(line, "held out", HeldOutAccuracy);
        }

        if (Signs != DivergenceSigns.None)
            line.Append(CultureInfo.InvariantCulture, $", {Signs}");
        foreach ((string name, double value) in Metrics)
            Append(line, name, value);
        line.Append(CultureInfo.InvariantCulture, $", {StepsPerSecond:0.#} steps/s");
        if (EstimatedRemaining is { } remaining)
            line.Append(CultureInfo.InvariantCulture, $", {TimeSpan.FromSeconds(Math.Ceiling(remaining.TotalSeconds)):g} left");
        return line.ToString();
    }

    private static void Append(StringBuilder line, string name, double? value, string separator = ", ")
    {
        if (value is { } known && !double.IsNaN(known))
            line.Append(CultureInfo.InvariantCulture, $"{separator}{name} {known:0.000}");
    }
}
