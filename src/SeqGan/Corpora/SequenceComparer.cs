using System.Runtime.InteropServices;

namespace SeqGan.Corpora;

/// <summary>Sequences are equal when all their tokens are.</summary>
internal sealed class SequenceComparer : IEqualityComparer<ReadOnlyMemory<int>>
{
    public static SequenceComparer Instance { get; } = new();

    public bool Equals(ReadOnlyMemory<int> x, ReadOnlyMemory<int> y) => x.Span.SequenceEqual(y.Span);

    public int GetHashCode(ReadOnlyMemory<int> obj)
    {
        var hash = default(HashCode);
        hash.AddBytes(MemoryMarshal.AsBytes(obj.Span));
        return hash.ToHashCode();
    }

    /// <summary>The distinct sequences of a batch, as views of its memory.</summary>
    public static HashSet<ReadOnlyMemory<int>> Distinct(TokenBatch sequences)
    {
        var set = new HashSet<ReadOnlyMemory<int>>(sequences.Count, Instance);
        for (int row = 0; row < sequences.Count; row++)
            set.Add(Sequence(sequences, row));
        return set;
    }

    public static ReadOnlyMemory<int> Sequence(TokenBatch sequences, int row) =>
        sequences.Tokens.Slice(row * sequences.Length, sequences.LengthOf(row));
}
