using Microsoft.Extensions.Options;

namespace SeqGan.Training;

/// <summary>The schedule of a training. The defaults suit a first try on a small corpus; the paper trains far longer.</summary>
public sealed class TrainingOptions
{
    /// <summary>The sequences of a training step; a discriminator's are half real and half generated. The default value is 64.</summary>
    [FixedOnResume, AllowedRange(2, 1_048_576)]
    public int BatchSize { get; set; } = 64;

    /// <summary>Passes over the training sequences by maximum likelihood; 0 skips the phase. The default value is 20.</summary>
    [AllowedRange(0, int.MaxValue)]
    public int GeneratorPretrainingEpochs { get; set; } = 20;

    /// <summary>
    /// How the generator's learning rate falls over all epochs of pre-training, and the discriminator's over all rounds of its own. The
    /// generator must be an <see cref="IScalableLearningRate"/>; a discriminator that is none keeps its rate. The default value
    /// is <see cref="LearningRateSchedule.Constant"/>.
    /// </summary>
    [FixedOnResume, AllowedValuesOf(typeof(LearningRateSchedule))]
    public LearningRateSchedule LearningRateSchedule { get; set; }

    /// <summary>The share of each pre-training in which the learning rate rises from 0, in [0, 0.9]. The default value is 0.</summary>
    [FixedOnResume, AllowedRange(0.0, 0.9)]
    public double WarmupShare { get; set; }

    /// <summary>The share of the learning rate that is left at the end of the schedule, in [0, 1]. The default value is 0.</summary>
    [FixedOnResume, AllowedRange(0.0, 1.0)]
    public double FinalLearningRateShare { get; set; }

    internal bool HasLearningRateSchedule => LearningRateSchedule != LearningRateSchedule.Constant || WarmupShare > 0;

    /// <summary>
    /// Whether pre-training feeds the generator its own tokens now and then, more often from epoch to epoch. The generator must be an
    /// <see cref="IScheduledSampler"/>. The default value is <see cref="ScheduledSampling.None"/>.
    /// </summary>
    [AllowedValuesOf(typeof(ScheduledSampling))]
    public ScheduledSampling ScheduledSampling { get; set; }

    /// <summary>The probability of the data's token in the first epoch of scheduled sampling, in [0, 1]. The default value is 1.</summary>
    [AllowedRange(0.0, 1.0)]
    public double ScheduledSamplingStart { get; set; } = 1;

    /// <summary>The probability of the data's token in its last epoch, in [0, 1]. The default value is 0.75.</summary>
    [AllowedRange(0.0, 1.0)]
    public double ScheduledSamplingEnd { get; set; } = 0.75;

    /// <summary>
    /// Rounds of discriminator pre-training, each with fresh generated sequences and <see cref="DiscriminatorEpochs"/> passes over them; 0
    /// skips the phase. The default value is 5.
    /// </summary>
    [AllowedRange(0, int.MaxValue)]
    public int DiscriminatorPretrainingRounds { get; set; } = 5;

    /// <summary>Passes over one set of generated sequences (k in the paper's Algorithm 1). The default value is 3.</summary>
    [AllowedRange(1, int.MaxValue)]
    public int DiscriminatorEpochs { get; set; } = 3;

    /// <summary>Rounds of adversarial training; 0 skips the phase. The default value is 50.</summary>
    [AllowedRange(0, int.MaxValue)]
    public int AdversarialRounds { get; set; } = 50;

    /// <summary>Policy gradient steps in each adversarial round (g-steps in the paper). The default value is 1.</summary>
    [AllowedRange(1, int.MaxValue)]
    public int GeneratorStepsPerRound { get; set; } = 1;

    /// <summary>Discriminator rounds in each adversarial round (d-steps in the paper); 0 for none. The default value is 1.</summary>
    [AllowedRange(0, int.MaxValue)]
    public int DiscriminatorRoundsPerRound { get; set; } = 1;

    /// <summary>Sequences generated for each discriminator round; 0 for as many as training sequences. The default value is 0.</summary>
    [AllowedRange(0, int.MaxValue)]
    public int NegativeSamples { get; set; }

    /// <summary>
    /// The discriminator stops learning, until the phase or the adversarial round ends, when its loss on held-out real and fresh
    /// generated sequences (<see cref="TrainingProgress.HeldOutLoss"/>) has not improved for this many epochs; 0 never stops it. It needs
    /// held-out sequences. The default value is 0.
    /// </summary>
    [AllowedRange(0, int.MaxValue)]
    public int DiscriminatorPatience { get; set; }

    /// <summary>The most held-out sequences that the discriminator is measured on. The default value is 500.</summary>
    [AllowedRange(1, int.MaxValue)]
    public int HeldOutSamples { get; set; } = 500;

    /// <summary>The time between reports within a round; zero or less for none. The default value is one second.</summary>
    public TimeSpan ProgressInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>When a phase ends early. The default value is empty: never.</summary>
    [NotNullOption, ValidateEnumeratedItems]
    public IList<EarlyStoppingOptions> EarlyStopping { get; set; } = [];

    internal TrainingOptions Copy()
    {
        var copy = (TrainingOptions)MemberwiseClone();
        copy.EarlyStopping = [.. EarlyStopping.Select(stopping => stopping.Copy())];
        return copy;
    }
}
