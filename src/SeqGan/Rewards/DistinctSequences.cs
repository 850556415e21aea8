namespace SeqGan.Rewards;

/// <summary>The different sequences among some rows of a batch: they are equal if all tokens and the label are.</summary>
internal sealed class DistinctSequences
{
    private readonly Dictionary<ReadOnlyMemory<int>, int> _indices = new(SequenceComparer.Instance);
    private readonly List<int> _rows = [];
    private int[] _key = [];

    public int Count => _rows.Count;

    /// <summary>The sequences, as <see cref="KeyOf"/> gives them, and their indices in the order in which they came.</summary>
    public IEnumerable<KeyValuePair<ReadOnlyMemory<int>, int>> Indices => _indices;

    public void Clear()
    {
        _indices.Clear();
        _rows.Clear();
    }

    /// <summary>A row's label and tokens, until the next call.</summary>
    public ReadOnlySpan<int> KeyOf(TokenBatch sequences, int row)
    {
        ReadOnlySpan<int> sequence = sequences[row];
        if (_key.Length <= sequence.Length)
            _key = new int[sequence.Length + 1];
        _key[0] = sequences.LabelOf(row);
        sequence.CopyTo(_key.AsSpan(1));
        return _key.AsSpan(0, sequence.Length + 1);
    }

    /// <summary>The index of a row's sequence, a new one if it has not come before.</summary>
    /// <remarks>The key is the row's, of <see cref="KeyOf"/>.</remarks>
    public int IndexOf(ReadOnlySpan<int> key, int row)
    {
        var indices = _indices.GetAlternateLookup<ReadOnlySpan<int>>();
        if (indices.TryGetValue(key, out int index))
            return index;
        indices[key] = _rows.Count;
        _rows.Add(row);
        return _rows.Count - 1;
    }

    /// <summary>The different sequences of the batch whose rows were given, by their indices.</summary>
    public TokenBatch Of(TokenBatch sequences)
    {
        if (_rows.Count == sequences.Count)
            return sequences;
        int[] tokens = new int[_rows.Count * sequences.Length], lengths = new int[_rows.Count];
        int[] labels = new int[sequences.Labels.IsEmpty ? 0 : _rows.Count];
        for (int index = 0; index < _rows.Count; index++)
        {
            int row = _rows[index];
            sequences.Tokens.Span.Slice(row * sequences.Length, sequences.Length).CopyTo(tokens.AsSpan(index * sequences.Length));
            lengths[index] = sequences.LengthOf(row);
            if (labels.Length > 0)
                labels[index] = sequences.Labels.Span[row];
        }

        return new TokenBatch(tokens, lengths.Length, sequences.Length, lengths, labels);
    }
}
