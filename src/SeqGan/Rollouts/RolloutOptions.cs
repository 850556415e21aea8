namespace SeqGan.Rollouts;

/// <summary>The rollout policy of a <see cref="MonteCarloRollout"/>.</summary>
public sealed class RolloutOptions
{
    /// <summary>
    /// After each generator step the rollout policy becomes rate * policy + (1 - rate) * generator; 0 follows the generator at
    /// once, 1 never moves. The default value is 0.8, which the published code names too.
    /// </summary>
    [AllowedRange(0.0, 1.0)]
    public double UpdateRate { get; set; } = 0.8;

    internal RolloutOptions Copy() => (RolloutOptions)MemberwiseClone();
}
