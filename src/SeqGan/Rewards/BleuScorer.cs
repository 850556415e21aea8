namespace SeqGan.Rewards;

/// <summary>Scores by BLEU against a reference set; on several threads if a batch is large.</summary>
internal sealed class BleuScorer : ISequenceScorer
{
    private const int RowsPerThread = 256;

    private readonly BleuReferences _references;
    private readonly bool _smoothing;

    public BleuScorer(BleuReferences references, bool smoothing, string name)
    {
        ArgumentNullException.ThrowIfNull(references);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        (_references, _smoothing, Name) = (references, smoothing, name);
    }

    public string Name { get; }

    public bool AllowsConcurrency => true;

    public ValueTask ScoreAsync(TokenBatch sequences, Memory<float> scores, CancellationToken cancellationToken = default)
    {
        int parts = (sequences.Count + RowsPerThread - 1) / RowsPerThread;
        if (parts <= 1)
            Score(sequences, scores, 0, cancellationToken);
        else
            ScoreTogether(sequences, scores, parts, cancellationToken);
        return ValueTask.CompletedTask;
    }

    private void ScoreTogether(TokenBatch sequences, Memory<float> scores, int parts, CancellationToken cancellationToken) => Parallel.For(
        0, parts, new ParallelOptions { CancellationToken = cancellationToken },
        part => Score(sequences, scores, part * RowsPerThread, cancellationToken));

    private void Score(TokenBatch sequences, Memory<float> scores, int start, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Span<double> orders = stackalloc double[_references.MaxOrder];
        for (int row = start; row < Math.Min(sequences.Count, start + RowsPerThread); row++)
            scores.Span[row] = (float)_references.ScoreLargest(sequences[row], _smoothing, orders);
    }
}
