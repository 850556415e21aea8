namespace SeqGan;

/// <summary>A line of the table about the corpus.</summary>
internal sealed record DataFact(string Name, string Value);
