namespace SeqGan;

/// <summary>What a <see cref="TrainingHealth"/> has seen.</summary>
internal sealed record TrainingHealthState
{
    /// <summary>Rounds in a row in which the discriminator had won.</summary>
    public int DiscriminatorWon { get; init; }

    /// <summary>Rounds in a row in which the generator had collapsed.</summary>
    public int GeneratorCollapsed { get; init; }

    /// <summary>What the learning rates are multiplied by.</summary>
    public double LearningRateScale { get; init; } = 1;

    public int RollBacks { get; init; }

    /// <summary>Whether the rounds up to here show that the training has gone wrong.</summary>
    public bool ShowsSigns(TrainingHealthOptions options) => DiscriminatorWon >= options.Patience || GeneratorCollapsed >= options.Patience;
}
