namespace SeqGan.Orleans;

/// <summary>How a trainer uses a cluster.</summary>
public sealed class OrleansRewardOptions
{
    /// <summary>
    /// How small the pieces of a batch are, at least 1: each is what is left of the batch, divided by this number for each piece that the
    /// silos work on at a time, so that the last ones are small and end together. More share the work more evenly, fewer cost fewer
    /// messages. A piece is at least one sequence with its completions. The default value is 4.
    /// </summary>
    public int PiecesPerSlot { get; set; } = 4;

    /// <summary>
    /// How long a silo may take for a piece before it is done elsewhere as well; positive. The default value is 1 minute: raise it for
    /// scorers that take longer.
    /// </summary>
    public TimeSpan PieceTimeout { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// How long a batch waits for a silo that can do a piece, while there is none; positive. Then the training fails with
    /// <see cref="RewardClusterException"/>, or works by itself. The default value is 30 seconds.
    /// </summary>
    public TimeSpan SiloTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How often the trainer asks which silos there are; positive. The default value is 1 second.</summary>
    public TimeSpan RefreshInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Whether this process completes and scores a batch by itself where no silo can within <see cref="SiloTimeout"/>, and the next ones
    /// at once until silos are back. Scorers of the silos have no such way. The default value is false: a training would be slow without
    /// anybody noticing.
    /// </summary>
    public bool FallsBackToLocal { get; set; }

    /// <summary>The most bytes of weights in a message, at least 1,024. The default value is 4 MiB.</summary>
    public int ChunkBytes { get; set; } = 4 << 20;

    /// <summary>Receives what the silos do for this training; null, the default, for nothing. Of one trainer alone.</summary>
    public ClusterStatistics? Statistics { get; set; }

    internal void ThrowIfInvalid()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(PiecesPerSlot, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(ChunkBytes, 1024);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(PieceTimeout, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(SiloTimeout, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(RefreshInterval, TimeSpan.Zero);
    }
}
