namespace SeqGan.Conformance;

/// <summary>The result of one check.</summary>
public sealed record ConformanceCheck
{
    internal ConformanceCheck(string name, bool passed, string explanation, Exception? exception = null) =>
        (Name, Passed, Explanation, Exception) = (name, passed, explanation, exception);

    /// <summary>The promise that was checked, as a sentence.</summary>
    public string Name { get; }

    /// <summary>Whether the implementation kept it.</summary>
    public bool Passed { get; }

    /// <summary>What was found and what the contract promises; empty where the check passed.</summary>
    public string Explanation { get; }

    /// <summary>What the implementation threw where it should not have; otherwise null.</summary>
    public Exception? Exception { get; }
}
