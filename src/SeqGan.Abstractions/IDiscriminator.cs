namespace SeqGan;

/// <summary>Tells real sequences from generated ones: its score is the probability that a sequence is real (D in the paper).</summary>
/// <remarks>
/// The contract of <see cref="ISequenceScorer"/> applies, but every score is in [0, 1], never NaN. Scoring changes nothing: it uses no
/// dropout and updates no statistics.
/// </remarks>
/// <example>
/// <code>
/// // A rule, which does not train: real sequences never repeat a token.
/// public sealed class NoRepetition : IDiscriminator
/// {
///     public string Name => "no repetition";
///
///     public ValueTask ScoreAsync(TokenBatch sequences, Memory&lt;float&gt; scores, CancellationToken cancellationToken = default)
///     {
///         for (int row = 0; row &lt; sequences.Count; row++)
///         {
///             int[] tokens = sequences[row].ToArray();
///             scores.Span[row] = tokens.Distinct().Count() == tokens.Length ? 0.9f : 0.1f;
///         }
///
///         return ValueTask.CompletedTask;
///     }
/// }
/// </code>
/// </example>
public interface IDiscriminator : ISequenceScorer
{
    /// <summary>
    /// Takes one training step towards score 1 for the real sequences and 0 for the generated ones. By default it does not train and
    /// returns <see cref="DiscriminatorStep.NotTrained"/>.
    /// </summary>
    /// <param name="real">Sequences from the training data, [Count, Length]; valid until the returned task completes.</param>
    /// <param name="generated">Sequences from the generator, [Count, Length]; valid until the returned task completes.</param>
    /// <param name="cancellationToken">Cancels before the step, which is taken whole or not at all.</param>
    /// <exception cref="OperationCanceledException">Cancelled; nothing was changed.</exception>
    ValueTask<DiscriminatorStep> TrainAsync(TokenBatch real, TokenBatch generated, CancellationToken cancellationToken = default) =>
        cancellationToken.IsCancellationRequested
            ? ValueTask.FromCanceled<DiscriminatorStep>(cancellationToken)
            : ValueTask.FromResult(DiscriminatorStep.NotTrained);
}
