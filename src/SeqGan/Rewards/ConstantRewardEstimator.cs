namespace SeqGan;

/// <summary>
/// Gives every token the same reward: the control of an experiment. What a run gains with it, it gains from sharpening its
/// own distribution, not from a discriminator.
/// </summary>
/// <remarks>Thread-safe.</remarks>
public sealed class ConstantRewardEstimator : IRewardEstimator
{
    private readonly float _reward;

    /// <summary>Creates the estimator.</summary>
    /// <param name="reward">The reward; finite. 0.5 is what a discriminator that knows nothing would give.</param>
    /// <exception cref="ArgumentOutOfRangeException">The reward is not finite.</exception>
    public ConstantRewardEstimator(float reward = 0.5f)
    {
        if (!float.IsFinite(reward))
            throw new ArgumentOutOfRangeException(nameof(reward), reward, "A reward must be finite.");
        _reward = reward;
    }

    /// <inheritdoc/>
    public ValueTask EstimateAsync(TokenBatch sequences, RewardRequest request, Memory<float> rewards, CancellationToken cancellationToken = default)
    {
        RewardLayout.Check(sequences, request, rewards);
        cancellationToken.ThrowIfCancellationRequested();
        rewards.Span.Clear();
        for (int row = 0; row < sequences.Count; row++)
            RewardLayout.Row(sequences, rewards, row).Fill(_reward);
        return ValueTask.CompletedTask;
    }
}
