namespace SeqGan.Rollouts;

/// <summary>The rollout policy of a <see cref="MonteCarloRollout"/>.</summary>
public sealed class RolloutOptions
{
    /// <summary>A generator step makes the policy rate * policy + (1 - rate) * generator. The default value is 0.8, as published.</summary>
    [AllowedRange(0.0, 1.0)]
    public double UpdateRate { get; set; } = 0.8;

    internal RolloutOptions Copy() => (RolloutOptions)MemberwiseClone();
}
