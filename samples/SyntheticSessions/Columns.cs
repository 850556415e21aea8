namespace SyntheticSessions;

/// <summary>The names of a table of events, one a row, and of its columns.</summary>
internal sealed record Columns(string Table, string Session, string Order, string Segment, string Event)
{
    public IEnumerable<string> All => [Session, Order, Segment, Event];
}
