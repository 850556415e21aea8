namespace SeqGan;

/// <summary>
/// Tells real sequences from generated ones: its score is the probability, in [0, 1], that a sequence is real (D in the paper).
/// </summary>
/// <remarks>
/// The contract of <see cref="ISequenceScorer"/> holds, and narrower: a discriminator applies to every sequence, so NaN is
/// an error. Scoring changes nothing: it uses no dropout and updates no statistics.
/// </remarks>
public interface IDiscriminator : ISequenceScorer
{
    /// <summary>Takes one training step towards scoring the real sequences 1 and the generated ones 0.</summary>
    /// <param name="real">Sequences from the training data, [Count, Length]; valid until the returned task completes.</param>
    /// <param name="generated">Sequences from the generator, [Count, Length]; valid until the returned task completes.</param>
    /// <param name="cancellationToken">Cancels before the step; a step is either taken whole or not at all.</param>
    /// <returns>
    /// What the step measured. The default implementation does not train and returns <see cref="DiscriminatorStep.NotTrained"/>.
    /// </returns>
    /// <exception cref="OperationCanceledException">Cancelled; nothing was changed.</exception>
    /// <exception cref="ObjectDisposedException">The discriminator was disposed.</exception>
    ValueTask<DiscriminatorStep> TrainAsync(TokenBatch real, TokenBatch generated, CancellationToken cancellationToken = default) =>
        cancellationToken.IsCancellationRequested
            ? ValueTask.FromCanceled<DiscriminatorStep>(cancellationToken)
            : ValueTask.FromResult(DiscriminatorStep.NotTrained);
}
