namespace SeqGan;

/// <summary>The parts of a training, in their order.</summary>
public enum TrainingPhase
{
    /// <summary>The generator learns by maximum likelihood; a round is an epoch.</summary>
    GeneratorPretraining = 0,

    /// <summary>The discriminator learns to reject the pre-trained generator's sequences; a round is one set of them.</summary>
    DiscriminatorPretraining = 1,

    /// <summary>Both take turns; a round is generator steps by policy gradient, then discriminator rounds.</summary>
    Adversarial = 2,
}
