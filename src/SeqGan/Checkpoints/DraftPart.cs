namespace SeqGan;

/// <summary>A component's state in a draft's memory.</summary>
/// <param name="Component">What it is the state of.</param>
/// <param name="Type">The component's type.</param>
/// <param name="StateVersion">At least 1.</param>
/// <param name="Begin">Its first byte.</param>
/// <param name="End">The byte after its last.</param>
internal sealed record DraftPart(string Component, Type Type, int StateVersion, long Begin, long End);
