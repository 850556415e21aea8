namespace SeqGan.Orleans;

/// <summary>What a silo did for a training.</summary>
public sealed record SiloStatistics
{
    /// <summary>The silo's address.</summary>
    public required string Silo { get; init; }

    /// <summary>Pieces that it did.</summary>
    public long Pieces { get; init; }

    /// <summary>Pieces that it did not do, and that were given to a silo again: it failed, was too slow, or had too many.</summary>
    public long Retries { get; init; }

    /// <summary>Bytes of weights, sequences and texts that it was sent.</summary>
    public long Sent { get; init; }

    /// <summary>Bytes of completions and scores that it returned.</summary>
    public long Received { get; init; }

    /// <summary>How long pieces waited on the silo, together.</summary>
    public TimeSpan Queued { get; init; }

    /// <summary>How long it worked on pieces, together.</summary>
    public TimeSpan Computed { get; init; }
}
