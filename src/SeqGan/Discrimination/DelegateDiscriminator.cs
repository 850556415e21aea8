namespace SeqGan.Discrimination;

/// <summary>A discriminator made from a rule; it does not train.</summary>
/// <remarks>It is as thread-safe as its rule.</remarks>
public sealed class DelegateDiscriminator : IDiscriminator
{
    private readonly Func<ReadOnlySpan<int>, double> _probability;

    /// <summary>Creates a discriminator.</summary>
    /// <param name="name">The name in metrics, logs and errors; not empty.</param>
    /// <param name="probability">The probability, in [0, 1], that a sequence is real; called once for each sequence, in order.</param>
    public DelegateDiscriminator(string name, Func<ReadOnlySpan<int>, double> probability)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(probability);
        Name = name;
        _probability = probability;
    }

    /// <inheritdoc />
    public string Name { get; }

    /// <inheritdoc />
    /// <exception cref="ScorerException">The rule threw, or gave a value outside [0, 1].</exception>
    public ValueTask ScoreAsync(TokenBatch sequences, Memory<float> scores, CancellationToken cancellationToken = default)
    {
        if (scores.Length != sequences.Count)
            throw new ArgumentException(
                $"{sequences.Count} sequences need {sequences.Count} scores; there is room for {scores.Length}.", nameof(scores));
        for (int row = 0; row < sequences.Count; row++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            float probability;
            try
            {
                probability = (float)_probability(sequences[row]);
            }
            catch (Exception error) when (error is not (OperationCanceledException or ScorerException))
            {
                throw new ScorerException(Name, $"Discriminator '{Name}' failed on sequence {row}: {error.Message}", error);
            }

            if (probability is not (>= 0 and <= 1))
                throw new ScorerException(
                    Name, $"Discriminator '{Name}' gave sequence {row} the score {probability}; it must be a probability in [0, 1].");
            scores.Span[row] = probability;
        }

        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.CompletedTask;
    }
}
