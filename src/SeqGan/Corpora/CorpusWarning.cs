namespace SeqGan;

/// <summary>Something about a corpus that will spoil a training, though nothing forbids it.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Message">What it is in figures, and what to do.</param>
public sealed record CorpusWarning(CorpusWarningKind Kind, string Message);
