namespace SeqGan.Tests;

/// <summary>The one thing that a <see cref="BigramRollout"/> does wrong.</summary>
public enum RolloutFlaw
{
    None,
    SamplesBeforePrefixes,
    ForgetsLastPrefix,
    RunsPastTheEnd,
    UsesGlobalState,
    IgnoresSample,
    IgnoresFirstRow,
    CompletesWholeSequences,
    CompletesAllPrefixes,
    CannotUpdate,
    CannotReset,
    ChangesBatch,
    NeedsItsThread,
    TakesAnySamples,
    WrapsTokens,
    IgnoresCancellation,
}
