namespace SeqGan;

/// <summary>Scores whole sequences: a rule, a network, an ONNX model, a remote service.</summary>
/// <remarks>
/// Not thread-safe unless the implementation says so: SeqGan calls one scorer from one caller at a time, on any thread.
/// The same sequence gets the same score until the scorer is trained or changed. Whoever constructs a scorer disposes it.
/// </remarks>
public interface ISequenceScorer
{
    /// <summary>The scorer's name in metrics, logs and errors; not empty, constant.</summary>
    string Name { get; }

    /// <summary>
    /// Whether a call may run while other scorers run, on another thread than theirs; never while another call of this scorer runs.
    /// Scores must not depend on it. Constant; the default value is false.
    /// </summary>
    /// <remarks>
    /// True for what shares nothing with other scorers: a service, a rule over token ids. False where both use one network or one cache.
    /// </remarks>
    bool AllowsConcurrency => false;

    /// <summary>Scores each sequence of a batch.</summary>
    /// <param name="sequences">
    /// Complete sequences, [Count, Length]; valid until the returned task completes. Count may be 0, and a batch may be far
    /// larger than a training batch. Padding is no part of a sequence and must not influence its score, nor may the other sequences.
    /// </param>
    /// <param name="scores">
    /// Receives one finite number for each sequence, [Count]; NaN says "not applicable to this sequence" and is left out of
    /// sums and means. It is exactly as long as the batch; every value must be written.
    /// </param>
    /// <param name="cancellationToken">Cancels the scoring; the scores are then unspecified.</param>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The scorer was disposed.</exception>
    ValueTask ScoreAsync(TokenBatch sequences, Memory<float> scores, CancellationToken cancellationToken = default);
}
