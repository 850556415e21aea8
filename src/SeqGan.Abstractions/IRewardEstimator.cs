namespace SeqGan;

/// <summary>Gives every token of a batch its reward (the action value Q of equation 4 of the paper).</summary>
/// <remarks>Not thread-safe: one caller at a time, on any thread.</remarks>
public interface IRewardEstimator
{
    /// <summary>Estimates the rewards of sequences that the generator sampled.</summary>
    /// <param name="sequences">Complete sequences, [Count, Length]; valid until the returned task completes.</param>
    /// <param name="request">The random key and the round.</param>
    /// <param name="rewards">Receives one finite reward per token, exactly [Count, Length] in row-major order; 0 at padding.</param>
    /// <param name="cancellationToken">Cancels; the rewards are then unspecified.</param>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    ValueTask EstimateAsync(
        TokenBatch sequences, RewardRequest request, Memory<float> rewards, CancellationToken cancellationToken = default);
}
