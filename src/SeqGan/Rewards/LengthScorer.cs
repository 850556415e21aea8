namespace SeqGan;

/// <summary>
/// Scores a sequence by its length: 1 within a range, falling in equal steps to 0 outside. The end token does not count. May run
/// beside other scorers.
/// </summary>
public sealed class LengthScorer : ISequenceScorer
{
    private readonly int _minimum;
    private readonly int _maximum;
    private readonly int _tolerance;
    private readonly int? _endToken;

    /// <summary>Creates the scorer. A target is a range of one length.</summary>
    /// <param name="minimum">The least number of tokens that scores 1; at least 0.</param>
    /// <param name="maximum">The largest number of tokens that scores 1; at least <paramref name="minimum"/>.</param>
    /// <param name="tolerance">How many tokens outside the range the score reaches 0; at least 1, which gives 0 to all outside.</param>
    /// <param name="format">Names the end token; null where sequences have none.</param>
    /// <param name="name">The name in metrics, logs and errors; not empty.</param>
    /// <exception cref="ArgumentException">A number is out of range, or the name is empty.</exception>
    public LengthScorer(int minimum, int maximum, int tolerance = 1, SequenceFormat? format = null, string name = "length")
    {
        ArgumentOutOfRangeException.ThrowIfNegative(minimum);
        ArgumentOutOfRangeException.ThrowIfLessThan(maximum, minimum);
        ArgumentOutOfRangeException.ThrowIfLessThan(tolerance, 1);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        (_minimum, _maximum, _tolerance, _endToken, Name) = (minimum, maximum, tolerance, format?.EndToken, name);
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
        {
            int length = SequenceSet.Words(sequences, row, _endToken).Length;
            int outside = Math.Max(Math.Max(_minimum - length, length - _maximum), 0);
            scores.Span[row] = Math.Max(0, 1 - (float)outside / _tolerance);
        }

        return ValueTask.CompletedTask;
    }
}
