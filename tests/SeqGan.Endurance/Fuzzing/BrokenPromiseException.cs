namespace SeqGan.Endurance.Fuzzing;

/// <summary>A reader took an input and made something of it that contradicts its documentation.</summary>
internal sealed class BrokenPromiseException(string message) : Exception(message);
