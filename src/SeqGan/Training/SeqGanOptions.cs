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

    /// <summary>Sets all but seed, devices, divergence and checkpoints as in the published synthetic experiment (Yu et al. 2017).</summary>
    public void UsePaperParameters()
    {
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
    };
}

/// <summary>Checks the options against their attributes; a source generator writes it.</summary>
[OptionsValidator]
internal sealed partial class SeqGanOptionsValidator : IValidateOptions<SeqGanOptions>;
