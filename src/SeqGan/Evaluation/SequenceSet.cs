using System.Runtime.CompilerServices;

namespace SeqGan;

/// <summary>What the metrics of a set have in common.</summary>
internal static class SequenceSet
{
    /// <exception cref="ArgumentException">There is no sequence.</exception>
    public static void ThrowIfEmpty(TokenBatch sequences, [CallerArgumentExpression(nameof(sequences))] string? parameterName = null)
    {
        if (sequences.Count == 0)
            throw new ArgumentException("The set has 0 sequences; a metric needs at least 1.", parameterName);
    }

    /// <summary>Whether a token is there, of which there may be none.</summary>
    public static bool Contains(ReadOnlySpan<int> sequence, int? token) => token is { } id && sequence.Contains(id);

    /// <summary>
    /// The sequences with an id in place of a token that no other set has. Two unknown tokens are hardly the same word: taken for
    /// a match, they would make a generator the better, the less it says.
    /// </summary>
    public static TokenBatch WithoutMatch(TokenBatch sequences, int token)
    {
        const int Unmatched = -1;
        int[] tokens = sequences.Tokens.ToArray();
        tokens.AsSpan().Replace(token, Unmatched);
        return new TokenBatch(tokens, sequences.Count, sequences.Length, sequences.Lengths);
    }

    /// <summary>One sequence without padding and without the end token.</summary>
    public static ReadOnlySpan<int> Words(TokenBatch sequences, int row, int? endToken) => Words(sequences[row], endToken);

    public static ReadOnlySpan<int> Words(ReadOnlySpan<int> sequence, int? endToken) =>
        sequence.Length > 0 && sequence[^1] == endToken ? sequence[..^1] : sequence;
}
