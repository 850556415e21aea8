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

    /// <summary>Whether the last round looked as if the training was going wrong: who goes back has to go back behind that.</summary>
    public bool ShowsSigns => DiscriminatorWon > 0 || GeneratorCollapsed > 0;
}
