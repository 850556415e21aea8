namespace SeqGan.Rewards;

/// <summary>How the scores of several scorers become one.</summary>
public enum RewardCombination
{
    /// <summary>The sum of weight times score: what one scorer denies, another can make up for.</summary>
    Sum = 0,

    /// <summary>The product of scores to the power of their weights: a score of 0 denies all. Scores must not be negative.</summary>
    Product = 1,
}
