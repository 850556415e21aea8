namespace SeqGan;

/// <summary>Scores 1 where a condition holds, and 0 elsewhere. As thread-safe as its condition.</summary>
public sealed class PredicateScorer : ISequenceScorer
{
    private readonly Func<ReadOnlySpan<int>, bool> _holds;

    /// <summary>Creates a scorer over token ids.</summary>
    /// <param name="name">The name in metrics, logs and errors; not empty.</param>
    /// <param name="holds">Called once for each sequence, in order, with its token ids without padding.</param>
    public PredicateScorer(string name, Func<ReadOnlySpan<int>, bool> holds)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(holds);
        (Name, _holds) = (name, holds);
    }

    /// <summary>Creates a scorer over decoded text.</summary>
    /// <param name="name">The name in metrics, logs and errors; not empty.</param>
    /// <param name="holds">Called once for each sequence's text, in order.</param>
    /// <param name="decode">Makes text of a sequence's token ids without padding, such as <see cref="Corpus.Decode(ReadOnlySpan{int})"/>.</param>
    public PredicateScorer(string name, Func<string, bool> holds, Func<ReadOnlySpan<int>, string> decode)
        : this(name, Compose(holds, decode))
    {
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>Whether the condition may be asked while other scorers run, on another thread. The default value is false.</summary>
    public bool AllowsConcurrency { get; init; }

    /// <inheritdoc/>
    public ValueTask ScoreAsync(TokenBatch sequences, Memory<float> scores, CancellationToken cancellationToken = default)
    {
        Span<float> destination = scores.Span;
        for (int row = 0; row < sequences.Count; row++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            destination[row] = _holds(sequences[row]) ? 1 : 0;
        }

        return ValueTask.CompletedTask;
    }

    private static Func<ReadOnlySpan<int>, bool> Compose(Func<string, bool> holds, Func<ReadOnlySpan<int>, string> decode)
    {
        ArgumentNullException.ThrowIfNull(holds);
        ArgumentNullException.ThrowIfNull(decode);
        return sequence => holds(decode(sequence));
    }
}
