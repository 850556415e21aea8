namespace SeqGan;

/// <summary>A detached copy of a generator's weights that completes prefixes (the rollout policy, G_beta in the paper).</summary>
/// <remarks>Not thread-safe: one caller at a time, and not while its generator is in use.</remarks>
public interface IRolloutPolicy : IDisposable
{
    /// <summary>The format of the sequences; constant.</summary>
    SequenceFormat Format { get; }

    /// <summary>
    /// <see cref="IGenerator.LogProbabilities"/> for these weights, as they complete: under the generator's constraint, and without the
    /// unknown token.
    /// </summary>
    /// <param name="sequences">Sequences, [Count, Length].</param>
    /// <param name="destination">Receives natural logarithms, at most 0, [Count, Length] in row-major order; 0 at padding.</param>
    /// <param name="cancellationToken">Cancels; the destination is then unspecified.</param>
    /// <exception cref="NotSupportedException">The policy can only complete, which is the default.</exception>
    void LogProbabilities(TokenBatch sequences, Span<float> destination, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException($"{GetType().Name} gives no log-probabilities.");

    /// <summary>Moves the copy towards its generator: beta becomes rate * beta + (1 - rate) * theta.</summary>
    /// <param name="rate">In [0, 1]; 0 copies the generator, 1 changes nothing.</param>
    /// <exception cref="ArgumentOutOfRangeException">The rate is outside [0, 1].</exception>
    /// <exception cref="ObjectDisposedException">The policy or its generator was disposed.</exception>
    void MoveTowardGenerator(double rate);

    /// <summary>Completes prefixes of given sequences, under the generator's constraint; a completion has its sequence's label.</summary>
    /// <param name="sequences">Sequences, [Count, Length], that satisfy the constraint.</param>
    /// <param name="completions">What to complete, in any order.</param>
    /// <param name="key">Determines every draw.</param>
    /// <param name="firstRow">The number of the first sequence in the random key.</param>
    /// <param name="destination">
    /// Reset to one row for each completion: the prefix, then sampled tokens up to the end token or the maximum length, then padding. A
    /// prefix that is already complete is copied; a prefix may have the unknown token.
    /// </param>
    /// <param name="cancellationToken">Cancels; the destination is then unspecified.</param>
    /// <remarks>Tokens are drawn with <see cref="RandomKey.NextUniform"/>(firstRow + row, sample, position).</remarks>
    /// <exception cref="ArgumentException">A token, or a completion's row or prefix, is out of range.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    void Complete(
        TokenBatch sequences, ReadOnlySpan<Completion> completions, RandomKey key, int firstRow, SequenceBuffer destination,
        CancellationToken cancellationToken = default);
}
