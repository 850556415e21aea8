namespace SeqGan;

/// <summary>A scorer made from a plain function.</summary>
/// <remarks>
/// It is as thread-safe as its function. What the function throws comes out of <see cref="ScoreAsync"/> as it is; inside a
/// reward estimator it becomes a <see cref="ScorerException"/>.
/// </remarks>
public sealed class DelegateScorer : ISequenceScorer
{
    private readonly SequenceScore _score;

    /// <summary>Creates a scorer over token ids.</summary>
    /// <param name="name">The name in metrics, logs and errors; not empty.</param>
    /// <param name="score">Called once for each sequence, in order.</param>
    public DelegateScorer(string name, SequenceScore score)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(score);
        Name = name;
        _score = score;
    }

    /// <summary>Creates a scorer over decoded text.</summary>
    /// <param name="name">The name in metrics, logs and errors; not empty.</param>
    /// <param name="score">Called once for each sequence's text, in order; NaN says "not applicable".</param>
    /// <param name="decode">Makes text of a sequence's token ids without padding.</param>
    public DelegateScorer(string name, Func<string, double> score, Func<ReadOnlySpan<int>, string> decode)
        : this(name, Compose(score, decode))
    {
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>Whether the function may run while other scorers do, on another thread. The default value is false.</summary>
    public bool AllowsConcurrency { get; init; }

    /// <inheritdoc/>
    public ValueTask ScoreAsync(TokenBatch sequences, Memory<float> scores, CancellationToken cancellationToken = default)
    {
        Span<float> destination = scores.Span;
        for (int row = 0; row < sequences.Count; row++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            destination[row] = _score(sequences[row]);
        }

        return ValueTask.CompletedTask;
    }

    private static SequenceScore Compose(Func<string, double> score, Func<ReadOnlySpan<int>, string> decode)
    {
        ArgumentNullException.ThrowIfNull(score);
        ArgumentNullException.ThrowIfNull(decode);
        return sequence => (float)score(decode(sequence));
    }
}
