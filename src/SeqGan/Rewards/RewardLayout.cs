namespace SeqGan;

/// <summary>Where the rewards of a batch lie: [row][position], as its tokens.</summary>
internal static class RewardLayout
{
    public static void Check(TokenBatch sequences, RewardRequest request, Memory<float> rewards)
    {
        ArgumentNullException.ThrowIfNull(request);
        int needed = sequences.Count * sequences.Length;
        if (rewards.Length != needed)
            throw new ArgumentException($"{sequences.Count} sequences of {sequences.Length} columns have {needed} rewards; there is room for {rewards.Length}.", nameof(rewards));
    }

    /// <summary>The rewards of one sequence's tokens, its padding left out.</summary>
    public static Span<float> Row(TokenBatch sequences, Memory<float> rewards, int row) =>
        rewards.Span.Slice(row * sequences.Length, sequences.LengthOf(row));
}
