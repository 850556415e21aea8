namespace SeqGan;

/// <summary>What a corpus does with a sequence that has more tokens than its maximum length.</summary>
public enum LongSequencePolicy
{
    /// <summary>Leaves it out and counts it.</summary>
    Drop = 0,

    /// <summary>Keeps its first tokens, as many as the maximum length. It then has no end token, so a model learns that sequences may go on.</summary>
    Truncate = 1,
}
