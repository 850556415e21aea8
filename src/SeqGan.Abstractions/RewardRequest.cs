namespace SeqGan;

/// <summary>How to estimate the rewards of a batch.</summary>
public sealed record RewardRequest
{
    /// <summary>Determines every draw of the estimation.</summary>
    public required RandomKey Key { get; init; }

    /// <summary>The round of the adversarial phase, at least 1; schedules of weights use it. The default value is 1.</summary>
    public int Round { get; init; } = 1;
}
