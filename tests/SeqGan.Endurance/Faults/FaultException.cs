namespace SeqGan.Endurance.Faults;

/// <summary>The library did not do what it promises when something fails.</summary>
internal sealed class FaultException(string message) : Exception(message);
