namespace SeqGan;

/// <summary>Scores one sequence: a rule as a plain function.</summary>
/// <param name="sequence">Token ids without padding; valid during the call.</param>
/// <returns>A finite number, or NaN for "not applicable to this sequence".</returns>
public delegate float SequenceScore(ReadOnlySpan<int> sequence);
