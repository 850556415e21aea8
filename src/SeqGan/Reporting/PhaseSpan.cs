namespace SeqGan;

/// <summary>The training steps from <paramref name="Start"/> to <paramref name="End"/>, which were one phase's.</summary>
internal readonly record struct PhaseSpan(TrainingPhase Phase, long Start, long End)
{
    public static string NameOf(TrainingPhase phase) => phase switch
    {
        TrainingPhase.GeneratorPretraining => "Generator pre-training",
        TrainingPhase.DiscriminatorPretraining => "Discriminator pre-training",
        _ => "Adversarial",
    };
}
