namespace SeqGan.Tests;

/// <summary>The one thing that a <see cref="TokenDiscriminator"/> does wrong.</summary>
public enum ScorerFlaw
{
    None,
    NoName,
    ChangesName,
    LeavesLastScore,
    WritesBeside,
    FailsOnEmptyBatch,
    FailsOnLargeBatch,
    DropsOut,
    CountsBatch,
    LooksAtNeighbour,
    LooksAtPadding,
    CountsColumns,
    ChangesBatch,
    NeedsItsThread,
    IgnoresCancellation,
    IgnoresDisposal,
    ScoresInfinity,
    ScoresNaN,
    ScoresLogits,
    InsaneAccuracy,
    SaysItDidNotTrain,
    NeedsEqualSizes,
    TrainsWhenCancelled,
    TrainsTheWrongWay,
    DropsOutAfterTraining,
    ChangesTrainingBatch,
    TrainsAfterDisposal,
}
