namespace SeqGan;

/// <summary>Scores 1 where a sequence is not among known ones, such as the training data, and 0 where it is. May run beside other scorers.</summary>
/// <remarks>Sequences are compared token by token, the end token included and padding left out.</remarks>
public sealed class NoveltyScorer : ISequenceScorer
{
    private readonly Func<ReadOnlySpan<int>, bool> _isKnown;

    /// <summary>Creates the scorer.</summary>
    /// <param name="known">The known sequences, [Count, Length], such as <see cref="Corpus.Training"/>; they are copied.</param>
    /// <param name="name">The name in metrics, logs and errors; not empty.</param>
    public NoveltyScorer(TokenBatch known, string name = "novelty")
        : this(Copy(known), name)
    {
    }

    /// <summary>Creates the scorer.</summary>
    /// <param name="isKnown">Says whether a sequence, without its padding, is known, such as <see cref="SequenceFingerprints.Contains"/>; from any thread.</param>
    /// <param name="name">The name in metrics, logs and errors; not empty.</param>
    public NoveltyScorer(Func<ReadOnlySpan<int>, bool> isKnown, string name = "novelty")
    {
        ArgumentNullException.ThrowIfNull(isKnown);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        (_isKnown, Name) = (isKnown, name);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public bool AllowsConcurrency => true;

    /// <inheritdoc/>
    public ValueTask ScoreAsync(TokenBatch sequences, Memory<float> scores, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        for (int row = 0; row < sequences.Count; row++)
            scores.Span[row] = _isKnown(sequences[row]) ? 0 : 1;
        return ValueTask.CompletedTask;
    }

    private static Func<ReadOnlySpan<int>, bool> Copy(TokenBatch known)
    {
        var set = new HashSet<int[]>(known.Count, TokensComparer.Instance);
        for (int row = 0; row < known.Count; row++)
            set.Add(known[row].ToArray());
        return set.GetAlternateLookup<ReadOnlySpan<int>>().Contains;
    }
}
