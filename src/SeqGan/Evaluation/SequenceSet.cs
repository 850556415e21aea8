namespace SeqGan.Evaluation;

/// <summary>Helpers of the metrics of a set.</summary>
internal static class SequenceSet
{
    public static void ThrowIfEmpty(TokenBatch sequences, [CallerArgumentExpression(nameof(sequences))] string? parameterName = null)
    {
        if (sequences.Count == 0)
            throw new ArgumentException("The set has 0 sequences; a metric needs at least 1.", parameterName);
    }

    /// <summary>The sequences with a token replaced by one that no other set has.</summary>
    /// <remarks>Two unknown tokens are rarely the same word; if they matched, a generator would be better the less it says.</remarks>
    public static TokenBatch WithoutMatch(TokenBatch sequences, int token)
    {
        const int Unmatched = -1;
        int[] tokens = sequences.Tokens.ToArray();
        tokens.AsSpan().Replace(token, Unmatched);
        return new TokenBatch(tokens, sequences.Count, sequences.Length, sequences.Lengths);
    }

    /// <summary>A sequence without its end token.</summary>
    public static ReadOnlySpan<int> Words(ReadOnlySpan<int> sequence, int? endToken) =>
        sequence.Length > 0 && sequence[^1] == endToken ? sequence[..^1] : sequence;
}
