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

    /// <summary>One sequence without padding and without the end token.</summary>
    public static ReadOnlySpan<int> Words(TokenBatch sequences, int row, int? endToken) => Words(sequences[row], endToken);

    public static ReadOnlySpan<int> Words(ReadOnlySpan<int> sequence, int? endToken) =>
        sequence.Length > 0 && sequence[^1] == endToken ? sequence[..^1] : sequence;
}
