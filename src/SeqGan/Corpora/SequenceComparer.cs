namespace SeqGan.Corpora;

/// <summary>Sequences are equal when all their tokens are; spans find them without a copy.</summary>
internal sealed class SequenceComparer
    : IEqualityComparer<ReadOnlyMemory<int>>, IAlternateEqualityComparer<ReadOnlySpan<int>, ReadOnlyMemory<int>>
{
    public static SequenceComparer Instance { get; } = new();

    public bool Equals(ReadOnlyMemory<int> x, ReadOnlyMemory<int> y) => x.Span.SequenceEqual(y.Span);

    public int GetHashCode(ReadOnlyMemory<int> obj) => GetHashCode(obj.Span);

    public bool Equals(ReadOnlySpan<int> alternate, ReadOnlyMemory<int> other) => alternate.SequenceEqual(other.Span);

    public int GetHashCode(ReadOnlySpan<int> alternate)
    {
        var hash = default(HashCode);
        hash.AddBytes(MemoryMarshal.AsBytes(alternate));
        return hash.ToHashCode();
    }

    public ReadOnlyMemory<int> Create(ReadOnlySpan<int> alternate) => alternate.ToArray();

    /// <summary>The distinct sequences of a batch, as views of its memory.</summary>
    public static HashSet<ReadOnlyMemory<int>> Distinct(TokenBatch sequences) =>
        Enumerable.Range(0, sequences.Count).Select(row => Sequence(sequences, row)).ToHashSet(Instance);

    public static ReadOnlyMemory<int> Sequence(TokenBatch sequences, int row) =>
        sequences.Tokens.Slice(row * sequences.Length, sequences.LengthOf(row));
}
