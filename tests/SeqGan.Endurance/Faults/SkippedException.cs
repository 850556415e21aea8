namespace SeqGan.Endurance.Faults;

/// <summary>This machine does not let a case be tried.</summary>
internal sealed class SkippedException(string reason) : Exception(reason);
