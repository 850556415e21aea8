namespace SeqGan;

/// <summary>
/// Gives every token its sequence's final score: no rollouts, one score a sequence. Cheaper than
/// <see cref="MonteCarloRewardEstimator"/> and noisier, because early tokens share the blame for late ones.
/// </summary>
/// <remarks>Not thread-safe. The scorer stays the caller's to dispose.</remarks>
public sealed class SequenceRewardEstimator : IRewardEstimator, IScoreTally, ICompositeComponent
{
    private readonly CheckedScorer _scorer;
    private float[] _scores = [];

    /// <summary>Creates the estimator.</summary>
    /// <param name="scorer">Scores the sequences, usually the discriminator.</param>
    public SequenceRewardEstimator(ISequenceScorer scorer) => _scorer = new CheckedScorer(scorer);

    IEnumerable<KeyValuePair<string, long>> IScoreTally.NotApplicable => _scorer.NotApplicable;

    IEnumerable<ScoreSummary> IScoreTally.Components => _scorer.Components;

    IEnumerable<(string Name, object Component)> ICompositeComponent.Parts => [("scorer", _scorer.Scorer)];

    /// <inheritdoc/>
    /// <remarks>A sequence whose score is NaN (not applicable) gets the reward 0.</remarks>
    /// <exception cref="ScorerException">The scorer failed, left scores unwritten, or wrote one that is not valid.</exception>
    public async ValueTask EstimateAsync(TokenBatch sequences, RewardRequest request, Memory<float> rewards, CancellationToken cancellationToken = default)
    {
        RewardLayout.Check(sequences, request, rewards);
        _scorer.BeginBatch(request);
        if (_scores.Length < sequences.Count)
            _scores = new float[sequences.Count];
        await _scorer.ScoreAsync(sequences, _scores.AsMemory(0, sequences.Count), cancellationToken).ConfigureAwait(false);
        rewards.Span.Clear();
        for (int row = 0; row < sequences.Count; row++)
            RewardLayout.Row(sequences, rewards, row).Fill(float.IsNaN(_scores[row]) ? 0 : _scores[row]);
        _scorer.EndBatch(sequences, _scores.AsMemory(0, sequences.Count));
    }
}
