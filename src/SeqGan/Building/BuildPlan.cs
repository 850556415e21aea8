namespace SeqGan.Building;

/// <summary>What a builder was told.</summary>
internal sealed class BuildPlan(SeqGanOptions options)
{
    public SeqGanOptions Options { get; } = options;

    public Corpus? Corpus { get; set; }

    /// <summary>What is said if there is no corpus.</summary>
    public string MissingCorpus { get; set; } = $"There is no corpus: call {nameof(SeqGanBuilder.UseCorpus)}.";

    public ILoggerFactory? LoggerFactory { get; set; }

    public Func<SeqGanBuildContext, ITokenConstraint>? Constraint { get; set; }

    public Component<IGenerator>? Generator { get; set; }

    public Component<IDiscriminator>? Discriminator { get; set; }

    /// <summary>Makes what is asked for the discriminator's scores as rewards.</summary>
    public Func<SeqGanBuildContext, ISequenceScorer>? DiscriminatorScores { get; set; }

    public Component<IRollout>? Rollout { get; set; }

    public Component<IRewardEstimator>? RewardEstimator { get; set; }

    public List<Reward> Rewards { get; } = [];

    public Func<ISequenceScorer, ISequenceScorer>? Decorate { get; set; }

    public List<ITrainingObserver> Observers { get; } = [];

    public Action<CheckpointInfo>? CheckpointWritten { get; set; }
}

/// <summary>How a component is made, and whether the trainer disposes it.</summary>
internal sealed record Component<T>(Func<SeqGanBuildContext, T> Create, bool IsOwned)
{
    /// <summary>Whether it is of the device of this training's options.</summary>
    public bool UsesDevice { get; init; }
}

/// <summary>A scorer that was added; without a name it is a factory's, and its scorer has the name.</summary>
internal sealed record Reward(
    string? Name, WeightSchedule Weight, Func<SeqGanBuildContext, ISequenceScorer> Create, bool NeedsText = false);
