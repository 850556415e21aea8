namespace SeqGan;

/// <summary>The state of a <see cref="TensorBoardObserver"/>.</summary>
/// <param name="Last">The last report that was written; null before the first.</param>
internal sealed record TensorBoardState(ReportKey? Last);
