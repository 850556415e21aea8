namespace SeqGan.Rewards;

/// <summary>A scorer made from a function of a sequence's token ids. As thread-safe as its function.</summary>
internal sealed class DelegateScorer : ISequenceScorer
{
    private readonly Func<ReadOnlySpan<int>, double> _score;

    public DelegateScorer(string name, Func<ReadOnlySpan<int>, double> score, bool allowsConcurrency = false)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(score);
        (Name, _score, AllowsConcurrency) = (name, score, allowsConcurrency);
    }

    public string Name { get; }

    public bool AllowsConcurrency { get; init; }

    public ValueTask ScoreAsync(TokenBatch sequences, Memory<float> scores, CancellationToken cancellationToken = default)
    {
        Span<float> destination = scores.Span;
        for (int row = 0; row < sequences.Count; row++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            destination[row] = (float)_score(sequences[row]);
        }

        return ValueTask.CompletedTask;
    }
}
