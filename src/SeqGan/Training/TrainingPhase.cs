using System.Numerics;

namespace SeqGan;

/// <summary>The phases of a training; they run in this order. Values combine to a choice of phases.</summary>
[Flags]
public enum TrainingPhase
{
    /// <summary>No phase: every component is tried as before a training, and nothing is trained.</summary>
    None = 0,

    /// <summary>The generator learns by maximum likelihood; a round is an epoch.</summary>
    GeneratorPretraining = 1,

    /// <summary>The discriminator learns to reject the pre-trained generator's sequences; a round is one set of them.</summary>
    DiscriminatorPretraining = 2,

    /// <summary>Both take turns; a round is generator steps by policy gradient, then discriminator rounds.</summary>
    Adversarial = 4,

    /// <summary>All phases.</summary>
    All = GeneratorPretraining | DiscriminatorPretraining | Adversarial,
}

internal static class TrainingPhaseExtensions
{
    /// <summary>Whether the value is one phase, not a combination.</summary>
    public static bool IsSingle(this TrainingPhase phase) => Enum.IsDefined(phase) && BitOperations.IsPow2((int)phase);
}
