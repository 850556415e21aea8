namespace SeqGan.Orleans;

/// <summary>How a trainer uses a cluster.</summary>
public sealed class OrleansRewardOptions
{
    /// <summary>
    /// About how many pieces of a batch there are for each piece that the silos work on at a time, at least 1. The first pieces are large
    /// and the last small, so that silos end together. More share the work more evenly, fewer cost fewer messages. A piece is at least one
    /// sequence with its completions. The default value is 12.
    /// </summary>
    public int PiecesPerSlot { get; set; } = 12;

    /// <summary>
    /// How long a silo may take for a piece before it is done elsewhere as well, in (0, 1 day]. The time that the piece waits on the silo
    /// counts, too: a silo has one piece more than it works on, and may serve other trainings. The default value is 2 minutes: raise it
    /// for scorers that take longer than half of it.
    /// </summary>
    public TimeSpan PieceTimeout { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>
    /// How long a batch waits for a silo that can do a piece, while there is none, in (0, 1 day]. Then the training fails with
    /// <see cref="RewardClusterException"/>, or works locally. The default value is 30 seconds.
    /// </summary>
    public TimeSpan SiloTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How often the trainer asks which silos there are, in [10 ms, 1 day]. The default value is 1 second.</summary>
    public TimeSpan RefreshInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Whether this process completes and scores a batch locally where no silo can within <see cref="SiloTimeout"/>, and the next ones
    /// at once until silos are back. Scorers of the silos have no such way. The default value is false: a training would be slow without
    /// anybody noticing.
    /// </summary>
    public bool FallsBackToLocal { get; set; }

    /// <summary>The most bytes of weights in a message, at least 1,024. The default value is 4 MiB.</summary>
    public int ChunkBytes { get; set; } = 4 << 20;

    /// <summary>
    /// Receives what the silos do for this training; null, the default, for nothing. Do not share it between
    /// trainers.
    /// </summary>
    public ClusterStatistics? Statistics { get; set; }

    internal void ThrowIfInvalid()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(PiecesPerSlot, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(ChunkBytes, 1024);
        ArgumentOutOfRangeException.ThrowIfLessThan(RefreshInterval, TimeSpan.FromMilliseconds(10));
        foreach ((string name, TimeSpan time) in new[]
        {
            (nameof(PieceTimeout), PieceTimeout), (nameof(SiloTimeout), SiloTimeout), (nameof(RefreshInterval), RefreshInterval),
        })
        {
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(time, TimeSpan.Zero, name);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(time, TimeSpan.FromDays(1), name);
        }
    }
}
