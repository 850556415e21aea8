namespace SeqGan.Tests;

/// <summary>The one thing that a <see cref="CheckpointableSeries"/> does wrong.</summary>
public enum StateFlaw
{
    None,
    ForgetsCount,
    KeepsLaterValue,
    CountsSaves,
    SavesTheTime,
    ClosesTheStream,
    TakesShortStates,
    TakesAnyBytes,
    ThrowsAnotherException,
    ChangesBeforeChecking,
    HasVersionZero,
}
