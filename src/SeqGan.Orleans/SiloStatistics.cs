namespace SeqGan.Orleans;

/// <summary>What a silo did for a training.</summary>
public sealed record SiloStatistics
{
    /// <summary>The silo's address.</summary>
    public required string Silo { get; init; }

    /// <summary>Pieces whose results came from it while the batch was not yet done.</summary>
    public long Pieces { get; init; }

    /// <summary>
    /// How often a piece that it got had to be given to a silo again, this one or another: it failed, took longer than
    /// <see cref="OrleansRewardOptions.PieceTimeout"/>, had too many, lacked something, or had forgotten the weights.
    /// </summary>
    public long Retries { get; init; }

    /// <summary>Bytes of weights, sequences and texts that it was sent.</summary>
    public long Sent { get; init; }

    /// <summary>Bytes of completions and scores that it returned.</summary>
    public long Received { get; init; }

    /// <summary>How long the pieces that it did waited on it, in total.</summary>
    public TimeSpan Queued { get; init; }

    /// <summary>How long it worked on them, in total.</summary>
    public TimeSpan Computed { get; init; }
}
