using Microsoft.Extensions.Options;

namespace SeqGan;

/// <summary>All options of a SeqGAN; can be bound from configuration.</summary>
public sealed class SeqGanOptions
{
    /// <summary>Determines all random numbers. The default value is 0 and not a drawn one: a run can be repeated and resumed.</summary>
    [FixedOnResume]
    public ulong Seed { get; set; }

    /// <summary>The generator that the builder makes.</summary>
    [NotNullOption, ValidateObjectMembers]
    public GeneratorOptions Generator { get; set; } = new();

    /// <summary>The discriminator that the builder makes.</summary>
    [NotNullOption, ValidateObjectMembers]
    public DiscriminatorOptions Discriminator { get; set; } = new();

    /// <summary>The rollout policy.</summary>
    [NotNullOption, ValidateObjectMembers]
    public RolloutOptions Rollout { get; set; } = new();

    /// <summary>The rewards.</summary>
    [NotNullOption, ValidateObjectMembers]
    public RewardOptions Rewards { get; set; } = new();

    /// <summary>The schedule.</summary>
    [NotNullOption, ValidateObjectMembers]
    public TrainingOptions Training { get; set; } = new();

    /// <summary>What keeps the policy gradient near the data.</summary>
    [NotNullOption, ValidateObjectMembers]
    public PolicyGradientOptions PolicyGradient { get; set; } = new();

    /// <summary>Divergence.</summary>
    [NotNullOption, ValidateObjectMembers]
    public TrainingHealthOptions Health { get; set; } = new();

    /// <summary>Checkpoints.</summary>
    [NotNullOption, ValidateObjectMembers]
    public CheckpointOptions Checkpoints { get; set; } = new();

    /// <summary>What <see cref="For"/> chose by; null if it chose nothing.</summary>
    internal string? Reason { get; set; }

    /// <summary>
    /// Options for a corpus: network, sizes, regularisation, schedule and rounds by the number of its tokens, its vocabulary and the time
    /// that there is. Change what you like; <see cref="ToString"/> says what they are and why.
    /// </summary>
    /// <remarks>
    /// The discriminator may be one on the generator's states, which needs a <see cref="NeuralGenerator"/> and runs on the CPU; with a
    /// generator of your own, or for a GPU, choose another <see cref="DiscriminatorOptions.Network"/>.
    /// </remarks>
    /// <param name="corpus">What will be learned from.</param>
    /// <param name="plan">What you decide before; by default nothing.</param>
    /// <exception cref="OptionsValidationException">
    /// The corpus has fewer than two training sequences, the budget is too short for an epoch, or the plan contradicts itself; all failures
    /// are listed.
    /// </exception>
    /// <exception cref="LibTorchNotAvailableException">There is a budget, and libtorch cannot be loaded.</exception>
    public static SeqGanOptions For(Corpus corpus, PlanOptions? plan = null)
    {
        ArgumentNullException.ThrowIfNull(corpus);
        return CorpusPlan.For(corpus, plan ?? new PlanOptions());
    }

    /// <summary>
    /// The generator, how it learns, the epochs and the rounds in a line, such as <c>Lstm, 2 layers of 192 units, dropout 0.2, weight decay
    /// 0.1, learning rate 0.006 (Cosine), 15 epochs, 0 adversarial rounds</c>, and what <see cref="For"/> chose them by.
    /// </summary>
    public override string ToString()
    {
        // Options that validation would refuse can be printed, too.
        if (Generator is null || Training is null)
            return nameof(SeqGanOptions);
        string dropout = Generator.Dropout > 0 ? $", dropout {Number(Generator.Dropout)}" : "";
        string decay = Generator.WeightDecay > 0 ? $", weight decay {Number(Generator.WeightDecay)}" : "";
        string averaging = Generator.WeightAveraging > 0 ? $", weights averaged at {Number(Generator.WeightAveraging)}" : "";
        string heads = Generator.Network == GeneratorNetwork.Transformer ? $", {Count(Generator.Heads, "head")}" : "";
        string tied = Generator.TiedEmbeddings ? ", tied embeddings" : "";
        string schedule = Training.LearningRateSchedule == LearningRateSchedule.Constant ? "" : $" ({Training.LearningRateSchedule})";
        return $"{Generator.Network}, {Count(Generator.Layers, "layer")} of {Count(Generator.HiddenSize, "unit")}{heads}{tied}{dropout}"
            + $"{decay}{averaging}, learning rate {Number(Generator.LearningRate)}{schedule}, "
            + $"{Count(Training.GeneratorPretrainingEpochs, "epoch")}, {Count(Training.AdversarialRounds, "adversarial round")}"
            + (Reason is null ? "" : $", for {Reason}");

        static string Number(double value) => value.ToString(CultureInfo.InvariantCulture);

        static string Count(int count, string unit) => $"{count} {unit}{(count == 1 ? "" : "s")}";
    }

    /// <summary>Sets all but seed, devices, divergence and checkpoints as in the published synthetic experiment (Yu et al. 2017).</summary>
    public void UsePaperParameters()
    {
        Reason = null;
        Generator = new GeneratorOptions
        {
            EmbeddingSize = 32,
            HiddenSize = 32,
            Initialization = WeightInitialization.Normal,
            InitialDeviation = 0.1,
            LearningRate = 0.01,
            PolicyGradientLearningRate = 0.01,
            GradientClip = 5,
            Device = Generator.Device,
        };
        Discriminator = new DiscriminatorOptions
        {
            EmbeddingSize = 64,
            FilterWidths = DiscriminatorOptions.PublishedFilterWidths,
            FilterCounts = DiscriminatorOptions.PublishedFilterCounts,
            HighwayLayers = 1,
            Dropout = 0.25,
            L2 = 0.2,
            LearningRate = 1e-4,
            Device = Discriminator.Device,
        };
        Rollout = new RolloutOptions { UpdateRate = 0.8 };
        Rewards = new RewardOptions { SamplesPerPrefix = 16, Baseline = RewardBaseline.None };
        PolicyGradient = new PolicyGradientOptions();
        Training = new TrainingOptions
        {
            BatchSize = 64,
            GeneratorPretrainingEpochs = 120,
            DiscriminatorPretrainingRounds = 50,
            DiscriminatorEpochs = 3,
            AdversarialRounds = 200,
            GeneratorStepsPerRound = 1,
            DiscriminatorRoundsPerRound = 5,
        };
    }

    internal SeqGanOptions Copy() => new()
    {
        Seed = Seed,
        Generator = Generator.Copy(),
        Discriminator = Discriminator.Copy(),
        Rollout = Rollout.Copy(),
        Rewards = Rewards.Copy(),
        Training = Training.Copy(),
        PolicyGradient = PolicyGradient.Copy(),
        Health = Health.Copy(),
        Checkpoints = Checkpoints.Copy(),
        Reason = Reason,
    };
}

/// <summary>Checks the options against their attributes; a source generator writes it.</summary>
[OptionsValidator]
internal sealed partial class SeqGanOptionsValidator : IValidateOptions<SeqGanOptions>;
