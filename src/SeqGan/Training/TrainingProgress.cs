using System.Collections.Immutable;
using System.Collections.ObjectModel;
using System.Globalization;
using System.Text;

namespace SeqGan;

/// <summary>The progress of a training, and what it measured.</summary>
/// <remarks>
/// A figure of a model is the mean over the steps of the current round, or of the last round in which that model took a
/// step; null until it is known. Immutable.
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
    public double? GeneratorLoss { get => this[TrainingMetric.GeneratorLoss]; init => this[TrainingMetric.GeneratorLoss] = value; }

    /// <summary>Of training sequences under the generator, in nats a token; measured in pre-training steps.</summary>
    public double? NegativeLogLikelihood
    {
        get => this[TrainingMetric.NegativeLogLikelihood];
        init => this[TrainingMetric.NegativeLogLikelihood] = value;
    }

    /// <summary>
    /// Estimated by the negative log-likelihood of the generator's own samples, in nats a token; measured in policy gradient steps.
    /// </summary>
    public double? PolicyEntropy { get => this[TrainingMetric.PolicyEntropy]; init => this[TrainingMetric.PolicyEntropy] = value; }

    /// <summary>The norm of the generator's gradient before clipping.</summary>
    public double? GeneratorGradientNorm
    {
        get => this[TrainingMetric.GeneratorGradientNorm];
        init => this[TrainingMetric.GeneratorGradientNorm] = value;
    }

    /// <summary>The discriminator's cross-entropy, in nats a sequence.</summary>
    public double? DiscriminatorLoss
    {
        get => this[TrainingMetric.DiscriminatorLoss];
        init => this[TrainingMetric.DiscriminatorLoss] = value;
    }

    /// <summary>The share of training and generated sequences on the right side of 0.5, in the batches it was trained on.</summary>
    public double? DiscriminatorAccuracy
    {
        get => this[TrainingMetric.DiscriminatorAccuracy];
        init => this[TrainingMetric.DiscriminatorAccuracy] = value;
    }

    /// <summary>The share of held-out real sequences that the discriminator scores 0.5 or more; null without held-out sequences.</summary>
    public double? HeldOutRealAccuracy
    {
        get => this[TrainingMetric.HeldOutRealAccuracy];
        init => this[TrainingMetric.HeldOutRealAccuracy] = value;
    }

    /// <summary>
    /// The mean of <see cref="HeldOutRealAccuracy"/> and the share of fresh generated sequences, on which it never trained,
    /// that it scores below 0.5. If this falls below <see cref="DiscriminatorAccuracy"/>, the discriminator memorises.
    /// </summary>
    public double? HeldOutAccuracy { get => this[TrainingMetric.HeldOutAccuracy]; init => this[TrainingMetric.HeldOutAccuracy] = value; }

    /// <summary>The mean score of the real sequences that the discriminator was trained on.</summary>
    public double? RealScore { get => this[TrainingMetric.RealScore]; init => this[TrainingMetric.RealScore] = value; }

    /// <summary>The mean score of the generated sequences that the discriminator was trained on.</summary>
    public double? GeneratedScore { get => this[TrainingMetric.GeneratedScore]; init => this[TrainingMetric.GeneratedScore] = value; }

    /// <summary>The norm of the discriminator's gradient before clipping.</summary>
    public double? DiscriminatorGradientNorm
    {
        get => this[TrainingMetric.DiscriminatorGradientNorm];
        init => this[TrainingMetric.DiscriminatorGradientNorm] = value;
    }

    /// <summary>The mean reward of a token, before the baseline is subtracted.</summary>
    public double? RewardMean { get => this[TrainingMetric.RewardMean]; init => this[TrainingMetric.RewardMean] = value; }

    /// <summary>The standard deviation of the rewards of a batch's tokens.</summary>
    public double? RewardDeviation { get => this[TrainingMetric.RewardDeviation]; init => this[TrainingMetric.RewardDeviation] = value; }

    /// <summary>The share of different sequences in the batches that the generator sampled to learn from, in (0, 1].</summary>
    public double? SampleUniqueness { get => this[TrainingMetric.SampleUniqueness]; init => this[TrainingMetric.SampleUniqueness] = value; }

    /// <summary>
    /// The divergence of the policy from the generator that the adversarial phase began with, in nats a token, estimated on the
    /// sampled batches; null without a <see cref="PolicyGradientOptions.KlCoefficient"/>.
    /// </summary>
    public double? Kl { get => this[TrainingMetric.Kl]; init => this[TrainingMetric.Kl] = value; }

    /// <summary>What a nat of divergence cost; null without a <see cref="PolicyGradientOptions.KlCoefficient"/>.</summary>
    public double? KlCoefficient { get => this[TrainingMetric.KlCoefficient]; init => this[TrainingMetric.KlCoefficient] = value; }

    /// <summary>
    /// The share of tokens that later <see cref="PolicyGradientOptions.Passes"/> left alone because of
    /// <see cref="PolicyGradientOptions.ClipRange"/>; null if there are none.
    /// </summary>
    public double? ClippedShare { get => this[TrainingMetric.ClippedShare]; init => this[TrainingMetric.ClippedShare] = value; }

    /// <summary>
    /// Steps of this round that were skipped because a loss, a gradient or a reward was not finite; see
    /// <see cref="TrainingHealthOptions.OnNotFinite"/>.
    /// </summary>
    public long StepsNotFinite
    {
        get => (long)this[TrainingMetric.StepsNotFinite]!.Value;
        init => this[TrainingMetric.StepsNotFinite] = value;
    }

    /// <summary>Signs that the training has gone wrong; see <see cref="TrainingHealthOptions"/>.</summary>
    public DivergenceSigns Signs { get; init; }

    /// <summary>The factor of the learning rates; below 1 after the training went back to a checkpoint.</summary>
    public double LearningRateScale
    {
        get => this[TrainingMetric.LearningRateScale]!.Value;
        init => this[TrainingMetric.LearningRateScale] = value;
    }

    /// <summary>Scores of this round that were NaN, not applicable, and left out of the rewards.</summary>
    public long ScoresNotApplicable
    {
        get => (long)this[TrainingMetric.ScoresNotApplicable]!.Value;
        init => this[TrainingMetric.ScoresNotApplicable] = value;
    }

    /// <summary>Tokens in the batches of both models' steps a second, in this phase so far.</summary>
    public double TokensPerSecond
    {
        get => this[TrainingMetric.TokensPerSecond]!.Value;
        init => this[TrainingMetric.TokensPerSecond] = value;
    }

    /// <summary>Steps of both models a second, in this phase so far.</summary>
    public double StepsPerSecond { get => this[TrainingMetric.StepsPerSecond]!.Value; init => this[TrainingMetric.StepsPerSecond] = value; }

    /// <summary>The time since training was called.</summary>
    public TimeSpan Elapsed { get; init; }

    /// <summary>The time until the phase ends at its present pace; null at its beginning, and if no time span is long enough.</summary>
    public TimeSpan? EstimatedRemaining { get; init; }

    /// <summary>
    /// What observers such as <see cref="EvaluationObserver"/> measured for this report; may be empty. If several scorers reward together,
    /// the end of an adversarial round also has <c>reward_NAME_mean</c> and <c>reward_NAME_deviation</c> of each: over a
    /// batch of the generator's sequences, unweighted, averaged over the round.
    /// </summary>
    public IReadOnlyDictionary<string, double> Metrics { get; init; } = ReadOnlyDictionary<string, double>.Empty;

    /// <summary>The values of the table's metrics; copied on each change.</summary>
    internal ImmutableDictionary<TrainingMetric, double> Figures { get; init; } = ImmutableDictionary<TrainingMetric, double>.Empty;

    private double? this[TrainingMetric metric]
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
