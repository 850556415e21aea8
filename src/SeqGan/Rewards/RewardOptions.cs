namespace SeqGan.Rewards;

/// <summary>How the generator's tokens are rewarded.</summary>
public sealed class RewardOptions
{
    /// <summary>How often each prefix is completed (N in the paper). The default value is 16.</summary>
    [AllowedRange(1, 65_536)]
    public int SamplesPerPrefix { get; set; } = 16;

    /// <summary>
    /// How many prefixes of a sequence of the maximum length are completed, evenly spaced; the tokens between have the value of the next
    /// prefix that is, which keeps the gradient unbiased. The cost of a step then grows with the length instead of its square. The default
    /// value is null: every prefix, as in the paper.
    /// </summary>
    [AllowedRange(1, 65_536)]
    public int? PrefixesPerSequence { get; set; }

    /// <summary>
    /// The most completions that are in memory at once, at least those of one sequence. Rewards do not depend on it. The default value is
    /// 16384.
    /// </summary>
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

    /// <summary>
    /// The share of the past that <see cref="RewardBaseline.MovingAverage"/> keeps at each batch, in [0, 1]; other baselines
    /// ignore it. The default value is 0.9.
    /// </summary>
    [AllowedRange(0.0, 1.0)]
    public double BaselineDecay { get; set; } = 0.9;

    internal RewardOptions Copy() => (RewardOptions)MemberwiseClone();
}
