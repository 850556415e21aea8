namespace SeqGan;

/// <summary>
/// Scores a sequence by BLEU against a reference set: the reward of PG-BLEU, the baseline of the paper (section "Synthetic Data
/// Experiments").
/// </summary>
/// <remarks>
/// Scores are in [0, 1], and equal those of <see cref="BleuReferences.Score(ReadOnlySpan{int}, BleuSmoothing)"/>. BLEU rewards what is near the references, not that
/// sequences differ: read it with a metric of diversity. May run beside other scorers; it uses several threads for large batches,
/// and scores do not depend on them.
/// </remarks>
public sealed class BleuScorer : ISequenceScorer
{
    private const int RowsPerThread = 256;

    private readonly BleuReferences _references;
    private readonly BleuSmoothing _smoothing;

    /// <summary>Creates the scorer.</summary>
    /// <param name="references">The references, counted once; their <see cref="BleuReferences.MaxOrder"/> is the n of BLEU-n. Of real sequences, so that training on held-out ones spoils them as a test.</param>
    /// <param name="smoothing">What an order without any match counts.</param>
    /// <param name="name">The name in metrics, logs and errors; not empty.</param>
    /// <exception cref="ArgumentException">The smoothing is unknown, or the name is empty.</exception>
    public BleuScorer(BleuReferences references, BleuSmoothing smoothing = BleuSmoothing.Epsilon, string name = "bleu")
    {
        ArgumentNullException.ThrowIfNull(references);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        BleuReferences.ThrowIfUnknown(smoothing);
        (_references, _smoothing, Name) = (references, smoothing, name);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public bool AllowsConcurrency => true;

    /// <inheritdoc/>
    public ValueTask ScoreAsync(TokenBatch sequences, Memory<float> scores, CancellationToken cancellationToken = default)
    {
        int parts = (sequences.Count + RowsPerThread - 1) / RowsPerThread;
        if (parts <= 1)
            Score(sequences, scores, 0, cancellationToken);
        else
            ScoreTogether(sequences, scores, parts, cancellationToken);
        return ValueTask.CompletedTask;
    }

    private void ScoreTogether(TokenBatch sequences, Memory<float> scores, int parts, CancellationToken cancellationToken) =>
        Parallel.For(0, parts, new ParallelOptions { CancellationToken = cancellationToken }, part => Score(sequences, scores, part * RowsPerThread, cancellationToken));

    private void Score(TokenBatch sequences, Memory<float> scores, int start, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Span<double> orders = stackalloc double[_references.MaxOrder];
        for (int row = start; row < Math.Min(sequences.Count, start + RowsPerThread); row++)
            scores.Span[row] = (float)_references.ScoreLargest(sequences[row], _smoothing, orders);
    }
}
