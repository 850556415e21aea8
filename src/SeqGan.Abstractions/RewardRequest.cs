namespace SeqGan;

/// <summary>How to estimate the rewards of a batch.</summary>
public sealed record RewardRequest
{
    /// <summary>Determines every draw of the estimation.</summary>
    public required RandomKey Key { get; init; }
}
