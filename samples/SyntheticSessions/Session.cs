namespace SyntheticSessions;

/// <summary>What one user did, in order, and the segment that the user belongs to.</summary>
internal sealed record Session(string? Segment, IReadOnlyList<string> Events);
