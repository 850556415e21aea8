namespace SeqGan.Training;

/// <summary>The signs by which a training diverges, and what it does then.</summary>
public sealed class TrainingHealthOptions
{
    /// <summary>When a loss, gradient, reward or weight is not finite. The default value is <see cref="DivergenceAction.Stop"/>.</summary>
    [AllowedValuesOf(typeof(DivergenceAction))]
    public DivergenceAction OnNotFinite { get; set; } = DivergenceAction.Stop;

    /// <summary>When the discriminator has won. The default value is <see cref="DivergenceAction.Continue"/>.</summary>
    [AllowedValuesOf(typeof(DivergenceAction))]
    public DivergenceAction OnDiscriminatorWon { get; set; } = DivergenceAction.Continue;

    /// <summary>When the generator has collapsed. The default value is <see cref="DivergenceAction.Continue"/>.</summary>
    [AllowedValuesOf(typeof(DivergenceAction))]
    public DivergenceAction OnGeneratorCollapsed { get; set; } = DivergenceAction.Continue;

    /// <summary>
    /// The discriminator has won in an adversarial round where its accuracy in training is at least this and the rewards' deviation below
    /// <see cref="MinimumRewardDeviation"/>; above 1 never. The default value is 0.995.
    /// </summary>
    [AllowedRange(0.0, 2.0)]
    public double MaximumAccuracy { get; set; } = 0.995;

    /// <summary>See <see cref="MaximumAccuracy"/>. The default value is 0.005.</summary>
    [AllowedRange(0.0, 1e6)]
    public double MinimumRewardDeviation { get; set; } = 0.005;

    /// <summary>
    /// The generator has collapsed in an adversarial round whose <see cref="TrainingProgress.PolicyEntropy"/>, in nats a token, is below
    /// this; 0 never. The default value is 0.02.
    /// </summary>
    [AllowedRange(0.0, 1e6)]
    public double MinimumEntropy { get; set; } = 0.02;

    /// <summary>
    /// The generator has collapsed in an adversarial round whose <see cref="TrainingProgress.SampleUniqueness"/> is below this; 0 never.
    /// The default value is 0.1.
    /// </summary>
    [AllowedRange(0.0, 1.0)]
    public double MinimumUniqueness { get; set; } = 0.1;

    /// <summary>How many rounds in a row must show a sign; a value that is not finite counts at once. The default value is 3.</summary>
    [AllowedRange(1, int.MaxValue)]
    public int Patience { get; set; } = 3;

    /// <summary>What each <see cref="DivergenceAction.RollBack"/> multiplies the learning rates by. The default value is 0.5.</summary>
    [AllowedRange(1e-6, 1.0)]
    public double LearningRateFactor { get; set; } = 0.5;

    /// <summary>How often <see cref="DivergenceAction.RollBack"/> returns before the training stops. The default value is 3.</summary>
    [AllowedRange(1, int.MaxValue)]
    public int MaximumRollBacks { get; set; } = 3;

    internal bool RollsBack => new[] { OnNotFinite, OnDiscriminatorWon, OnGeneratorCollapsed }.Contains(DivergenceAction.RollBack);

    internal TrainingHealthOptions Copy() => (TrainingHealthOptions)MemberwiseClone();
}
