namespace SeqGan;

/// <summary>The best of the sequences that it has seen, a bounded number of them.</summary>
internal sealed class BestSequences(int capacity, bool keepDuplicates)
{
    private readonly PriorityQueue<Candidate, Rank> _worstFirst = new();
    private readonly HashSet<ReadOnlyMemory<int>> _kept = new(SequenceComparer.Instance);

    /// <summary>Looks at a sequence; <paramref name="index"/> grows from call to call.</summary>
    public void Offer(ReadOnlySpan<int> sequence, int label, float score, int index)
    {
        var rank = new Rank(score, index);
        if (_worstFirst.Count == capacity && _worstFirst.TryPeek(out _, out Rank worst) && rank.CompareTo(worst) <= 0)
            return;

        // A duplicate of one that was dropped is worse than all that are kept: it does not get here.
        ReadOnlyMemory<int> tokens = sequence.ToArray();
        if (!keepDuplicates && !_kept.Add(tokens))
            return;
        if (_worstFirst.Count == capacity)
            _kept.Remove(_worstFirst.Dequeue().Tokens);
        _worstFirst.Enqueue(new Candidate(tokens, label, score), rank);
    }

    /// <summary>Hands the sequences out, best first.</summary>
    public IReadOnlyList<Candidate> Take()
    {
        var all = new Candidate[_worstFirst.Count];
        for (int i = all.Length - 1; i >= 0; i--)
            all[i] = _worstFirst.Dequeue();
        return all;
    }

    internal readonly record struct Candidate(ReadOnlyMemory<int> Tokens, int Label, float Score);

    // Higher is better; a float compares NaN below all numbers.
    private readonly record struct Rank(float Score, int Index) : IComparable<Rank>
    {
        public int CompareTo(Rank other) => Score.CompareTo(other.Score) is var order and not 0 ? order : other.Index.CompareTo(Index);
    }
}
