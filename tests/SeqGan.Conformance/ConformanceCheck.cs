namespace SeqGan.Conformance;

/// <summary>The result of one check.</summary>
/// <param name="Name">The promise that was checked, as a sentence.</param>
/// <param name="Passed">Whether the implementation kept it.</param>
/// <param name="Explanation">What was found and what the contract promises; empty where the check passed.</param>
/// <param name="Exception">What the implementation threw where it should not have; otherwise null.</param>
public sealed record ConformanceCheck(string Name, bool Passed, string Explanation, Exception? Exception = null);
