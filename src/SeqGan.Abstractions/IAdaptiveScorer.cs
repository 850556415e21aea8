namespace SeqGan;

/// <summary>
/// A scorer that changes in the course of a training: by the round, or by what the generator has produced so far. Between two of these
/// calls the same sequence gets the same score.
/// </summary>
/// <remarks>
/// A reward estimator calls both, around each estimation: then the scores of completions do not depend on how they were cut into
/// batches. A state that must survive a checkpoint is the scorer's to save (<see cref="ICheckpointable"/>). Not thread-safe.
/// </remarks>
public interface IAdaptiveScorer : ISequenceScorer
{
    /// <summary>An estimation begins.</summary>
    /// <param name="request">What the estimator was asked for.</param>
    void BeginBatch(RewardRequest request);

    /// <summary>An estimation ends; the only sequences to remember are these, not the completions that were scored for them.</summary>
    /// <param name="sequences">The generator's own sequences, [Count, Length]; valid during the call.</param>
    /// <param name="scores">What this scorer gave them, [Count]; NaN where it does not apply.</param>
    void EndBatch(TokenBatch sequences, ReadOnlySpan<float> scores);
}
