namespace SeqGan;

/// <summary>Monte Carlo search: completes proper prefixes of every sequence a number of times (equation 3 of the paper).</summary>
/// <remarks>Not thread-safe: one caller at a time, on any thread.</remarks>
public interface IRollout
{
    /// <summary>The format of the sequences; constant.</summary>
    SequenceFormat Format { get; }

    /// <summary>
    /// Completes the prefixes of each sequence that <see cref="RolloutRequest.PrefixesOf"/> names: by default, of a sequence of L tokens,
    /// those of 1 to L - 1.
    /// </summary>
    /// <param name="sequences">Complete sequences, [Count, Length]; valid until the returned task completes.</param>
    /// <param name="request">The number of samples, and the random key.</param>
    /// <param name="destination">
    /// Reset to <see cref="RolloutRequest.CountCompletions"/> rows: for each sequence in order, for each of its prefixes in ascending
    /// order of length, the samples in order. Each begins with its prefix.
    /// </param>
    /// <param name="cancellationToken">Cancels; the destination is then unspecified.</param>
    /// <exception cref="ArgumentException">A token is outside the vocabulary, or the samples or the prefixes are fewer than 1.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    ValueTask CompleteAsync(
        TokenBatch sequences, RolloutRequest request, SequenceBuffer destination, CancellationToken cancellationToken = default);

    /// <summary>Copies the generator to the rollout policy; called when adversarial training begins (Algorithm 1, line 3).</summary>
    void ResetPolicy();

    /// <summary>Moves the rollout policy towards the generator's current weights; called after each policy gradient step.</summary>
    void UpdatePolicy();
}
