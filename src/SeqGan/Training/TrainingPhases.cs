namespace SeqGan;

/// <summary>A choice of phases.</summary>
[Flags]
public enum TrainingPhases
{
    /// <summary>No phase.</summary>
    None = 0,

    /// <summary>See <see cref="TrainingPhase.GeneratorPretraining"/>.</summary>
    GeneratorPretraining = 1 << TrainingPhase.GeneratorPretraining,

    /// <summary>See <see cref="TrainingPhase.DiscriminatorPretraining"/>.</summary>
    DiscriminatorPretraining = 1 << TrainingPhase.DiscriminatorPretraining,

    /// <summary>See <see cref="TrainingPhase.Adversarial"/>.</summary>
    Adversarial = 1 << TrainingPhase.Adversarial,

    /// <summary>All phases.</summary>
    All = GeneratorPretraining | DiscriminatorPretraining | Adversarial,
}
