namespace SeqGan.Conformance;

/// <summary>Ends a check that failed.</summary>
internal sealed class BrokenPromiseException(string message) : Exception(message);
