namespace SeqGan.Rewards;

/// <summary>How the generator's tokens are rewarded.</summary>
public sealed class RewardOptions
{
    /// <summary>How often each prefix is completed (N in the paper). The default value is 16.</summary>
    [AllowedRange(1, 65_536)]
    public int SamplesPerPrefix { get; set; } = 16;

    /// <summary>The most completions in memory, at least one sequence's; it changes no reward. The default value is 16384.</summary>
    [AllowedRange(1, 16_777_216)]
    public int MaxCompletions { get; set; } = 16_384;

    /// <summary>
    /// The discriminator's weight in the sum that rewards a sequence (in a product, its power), beside the weights of added rewards: a
    /// number in [0, 1000000], or a <see cref="WeightSchedule"/> that changes with the round. 0 leaves it out. The default value is 1.
    /// </summary>
    [WeightRange(0.0, 1e6)]
    public WeightSchedule DiscriminatorWeight { get; set; } = 1;

    /// <summary>How the discriminator's score and others become one. The default value is <see cref="RewardCombination.Sum"/>.</summary>
    [AllowedValuesOf(typeof(RewardCombination))]
    public RewardCombination Combination { get; set; }

    /// <summary>What is subtracted from the rewards. The default value is <see cref="RewardBaseline.BatchMean"/>.</summary>
    [AllowedValuesOf(typeof(RewardBaseline))]
    public RewardBaseline Baseline { get; set; } = RewardBaseline.BatchMean;

    /// <summary>The share of the past in each <see cref="RewardBaseline.MovingAverage"/>, in [0, 1]. The default value is 0.9.</summary>
    [AllowedRange(0.0, 1.0)]
    public double BaselineDecay { get; set; } = 0.9;

    internal RewardOptions Copy() => (RewardOptions)MemberwiseClone();
}
