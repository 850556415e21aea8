namespace SeqGan;

/// <summary>
/// A scorer that changes during a training, with the round or with the sequences generated so far. Between these two calls, the same
/// sequence gets the same score.
/// </summary>
/// <remarks>
/// A reward estimator makes both calls around each estimation, so the scores of completions do not depend on how they are batched. If the
/// state must survive a checkpoint, implement <see cref="ICheckpointable"/>. Not thread-safe.
/// </remarks>
public interface IAdaptiveScorer : ISequenceScorer
{
    /// <summary>Begins an estimation.</summary>
    void BeginBatch(RewardRequest request);

    /// <summary>Ends an estimation. Remember only these sequences, not the completions that were scored for them.</summary>
    /// <param name="sequences">The generator's own sequences, [Count, Length]; valid during the call.</param>
    /// <param name="scores">The scores that this scorer gave them, [Count]; NaN if it does not apply.</param>
    void EndBatch(TokenBatch sequences, ReadOnlySpan<float> scores);
}
