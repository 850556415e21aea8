namespace SeqGan.Rewards;

/// <summary>Gives every token its sequence's final score, or what is made of the batch's: no rollouts, one score a sequence.</summary>
/// <remarks>
/// A sequence whose score is NaN gets the reward 0; one whose call was skipped, the mean of its position. Not thread-safe. The scorer stays
/// the caller's to dispose.
/// </remarks>
internal sealed class SequenceRewardEstimator(ISequenceScorer scorer, Action<Span<float>>? weigh = null) : IRewardEstimator, IScorerUser
{
    private readonly CheckedScorer _scorer = new(scorer);
    private float[] _scores = [];

    CheckedScorer IScorerUser.Scorer => _scorer;

    public async ValueTask EstimateAsync(
        TokenBatch sequences, RewardRequest request, Memory<float> rewards, CancellationToken cancellationToken = default)
    {
        RewardLayout.Check(sequences, request, rewards);
        _scorer.BeginBatch(request);
        if (_scores.Length < sequences.Count)
            _scores = new float[sequences.Count];
        await _scorer.ScoreAsync(sequences, _scores.AsMemory(0, sequences.Count), cancellationToken).ConfigureAwait(false);
        weigh?.Invoke(_scores.AsSpan(0, sequences.Count));
        rewards.Span.Clear();
        for (int row = 0; row < sequences.Count; row++)
            RewardLayout.Row(sequences, rewards, row).Fill(float.IsNaN(_scores[row]) && !_scorer.HasSkipped ? 0 : _scores[row]);
        RewardLayout.FillSkipped(sequences, rewards);
        _scorer.EndBatch(sequences, _scores.AsMemory(0, sequences.Count));
    }
}

/// <summary>
/// MaliGAN's weights (Che et al. 2017, arXiv 1702.07983, equation 8): the odds that a sequence is real, D / (1 - D), divided by the batch's
/// mean of them.
/// </summary>
internal static class MaliGanWeights
{
    // A discriminator that is sure gives infinite odds: one sequence would be the whole batch.
    private const double HighestOdds = 1000;

    /// <summary>Makes a discriminator's scores into weights, in place.</summary>
    public static void Apply(Span<float> scores)
    {
        double sum = 0;
        foreach (float score in scores)
            sum += Odds(score);
        foreach (ref float score in scores)
            score = sum > 0 ? (float)(Odds(score) * scores.Length / sum) : 1;
    }

    private static double Odds(float score) => Math.Min(HighestOdds, score / (1.0 - score));
}

/// <summary>
/// Cooperative training's (Lu et al. 2018, arXiv 1804.03782, equation 13): a token's reward is how much likelier the mediator finds it than
/// the generator does, given the tokens before it. No rollouts; the cost is two likelihoods. Not thread-safe.
/// </summary>
internal sealed class CooperativeRewardEstimator(Mediator mediator, ITokenConstraint? drawnUnder) : IRewardEstimator
{
    public ValueTask EstimateAsync(
        TokenBatch sequences, RewardRequest request, Memory<float> rewards, CancellationToken cancellationToken = default)
    {
        RewardLayout.Check(sequences, request, rewards);
        mediator.LogRatios(sequences, rewards.Span, drawnUnder, cancellationToken);
        return ValueTask.CompletedTask;
    }
}

/// <summary>Gives every token the same reward. Thread-safe.</summary>
internal sealed class ConstantRewardEstimator : IRewardEstimator
{
    private readonly float _reward;

    public ConstantRewardEstimator(float reward = 0.5f)
    {
        if (!float.IsFinite(reward))
            throw new ArgumentOutOfRangeException(nameof(reward), reward, "A reward must be finite.");
        _reward = reward;
    }

    public ValueTask EstimateAsync(
        TokenBatch sequences, RewardRequest request, Memory<float> rewards, CancellationToken cancellationToken = default)
    {
        RewardLayout.Check(sequences, request, rewards);
        cancellationToken.ThrowIfCancellationRequested();
        rewards.Span.Clear();
        for (int row = 0; row < sequences.Count; row++)
            RewardLayout.Row(sequences, rewards, row).Fill(_reward);
        return ValueTask.CompletedTask;
    }
}

/// <summary>Where the rewards of a batch lie: [row][position], as its tokens.</summary>
internal static class RewardLayout
{
    public static void Check(TokenBatch sequences, RewardRequest request, Memory<float> rewards)
    {
        ArgumentNullException.ThrowIfNull(request);
        int needed = sequences.Count * sequences.Length;
        if (rewards.Length != needed)
        {
            string sizes = $"{sequences.Count} sequences of {sequences.Length} columns have {needed} rewards";
            throw new ArgumentException($"{sizes}; there is room for {rewards.Length}.", nameof(rewards));
        }
    }

    /// <summary>Replaces NaN by the mean of the others at the same position, neither reward nor punishment; by 0 if none.</summary>
    public static void FillSkipped(TokenBatch sequences, Memory<float> rewards)
    {
        for (int position = 0; position < sequences.Length; position++)
        {
            double sum = 0;
            int count = 0;
            for (int row = 0; row < sequences.Count; row++)
            {
                if (position < sequences.LengthOf(row) && Row(sequences, rewards, row)[position] is var reward && !float.IsNaN(reward))
                    (sum, count) = (sum + reward, count + 1);
            }

            for (int row = 0; row < sequences.Count; row++)
            {
                if (position < sequences.LengthOf(row) && float.IsNaN(Row(sequences, rewards, row)[position]))
                    Row(sequences, rewards, row)[position] = count == 0 ? 0 : (float)(sum / count);
            }
        }
    }

    /// <summary>The rewards of one sequence's tokens, without its padding.</summary>
    public static Span<float> Row(TokenBatch sequences, Memory<float> rewards, int row) =>
        rewards.Span.Slice(row * sequences.Length, sequences.LengthOf(row));
}
