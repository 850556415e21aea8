namespace SeqGan;

/// <summary>Something about a corpus that will spoil a training, though nothing forbids it.</summary>
public sealed record CorpusWarning
{
    internal CorpusWarning(CorpusWarningKind kind, string message) =>
        (Kind, Message) = (kind, message);

    /// <summary>What it is.</summary>
    public CorpusWarningKind Kind { get; }

    /// <summary>What it is in figures, and what to do.</summary>
    public string Message { get; }
}
