namespace SeqGan.Rewards;

/// <summary>
/// What is subtracted from a reward to make the advantage that weights a token's log-probability. A baseline that does not depend on the
/// token keeps the policy gradient's expectation and lowers its variance; a mean that includes the token's own reward nearly does.
/// </summary>
public enum RewardBaseline
{
    /// <summary>Nothing: the advantage is the reward, as in the paper.</summary>
    None = 0,

    /// <summary>At each position, the batch's mean reward over the sequences that reach it.</summary>
    BatchMean = 1,

    /// <summary>At each position, a moving average of the means of the batches before.</summary>
    MovingAverage = 2,

    /// <summary>
    /// At each position, the mean reward of the batch's other sequences that reach it (RLOO; Kool, van Hoof, Welling 2019): it does not
    /// depend on the sequence's own tokens, except where it is alone: its advantage is 0 there.
    /// </summary>
    LeaveOneOut = 3,
}
