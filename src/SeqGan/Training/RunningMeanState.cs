namespace SeqGan;

/// <summary>What a <see cref="RunningMean"/> holds.</summary>
internal readonly record struct RunningMeanState(double Sum, int Count, bool IsStale);
