namespace SeqGan;

/// <summary>Scores whole sequences: a rule, a network, an ONNX model, a remote service.</summary>
/// <remarks>
/// Not thread-safe unless the implementation says so: one caller at a time, on any thread. The same sequence gets the same score until the
/// scorer is trained or changed. Whoever constructs a scorer disposes it.
/// </remarks>
/// <example>
/// <code>
/// public sealed class DistinctTokens : ISequenceScorer
/// {
///     public string Name => "distinct tokens";
///
///     public ValueTask ScoreAsync(TokenBatch sequences, Memory&lt;float&gt; scores, CancellationToken cancellationToken = default)
///     {
///         for (int row = 0; row &lt; sequences.Count; row++)
///             scores.Span[row] = sequences[row].ToArray().Distinct().Count();
///         return ValueTask.CompletedTask;
///     }
/// }
/// </code>
/// </example>
public interface ISequenceScorer
{
    /// <summary>The scorer's name in metrics, logs and errors; not empty, constant.</summary>
    string Name { get; }

    /// <summary>
    /// Whether a call may run while other scorers run on other threads; calls of this scorer never overlap. It must not change the scores.
    /// Return true if it shares nothing with other scorers, such as a network or a cache. Constant; the default value is false.
    /// </summary>
    bool AllowsConcurrency => false;

    /// <summary>Scores each sequence of a batch.</summary>
    /// <param name="sequences">
    /// Complete sequences, [Count, Length]; valid until the returned task completes. Count may be 0, or far larger than a training batch.
    /// Neither padding nor the other sequences may influence a sequence's score.
    /// </param>
    /// <param name="scores">
    /// Receives one finite number for each sequence, exactly [Count]; every value must be written. NaN means "not applicable": sums and
    /// means leave it out.
    /// </param>
    /// <param name="cancellationToken">Cancels the scoring; the scores are then unspecified.</param>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The scorer was disposed.</exception>
    ValueTask ScoreAsync(TokenBatch sequences, Memory<float> scores, CancellationToken cancellationToken = default);
}
