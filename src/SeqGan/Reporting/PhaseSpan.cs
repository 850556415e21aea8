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

    /// <summary>Its names, ever shorter.</summary>
    public static string[] ShortNamesOf(TrainingPhase phase) => phase switch
    {
        TrainingPhase.GeneratorPretraining => [NameOf(phase), "G pre-training", "G"],
        TrainingPhase.DiscriminatorPretraining => [NameOf(phase), "D pre-training", "D"],
        _ => [NameOf(phase), "Adv."],
    };
}
