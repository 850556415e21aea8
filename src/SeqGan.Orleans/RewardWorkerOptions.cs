namespace SeqGan.Orleans;

/// <summary>How a silo works on the rewards of trainers.</summary>
public sealed class RewardWorkerOptions
{
    /// <summary>
    /// How many pieces it works on at a time, each with as many threads as the process has; at least 0. More than one helps where several
    /// scorers wait for something else; calls of one scorer never overlap. With 0, it only passes messages on. The default value is 1.
    /// </summary>
    public int ConcurrentPieces { get; set; } = 1;

    /// <summary>How many pieces may wait, of all trainers together; more are sent elsewhere. At least 1. The default value is 64.</summary>
    public int MostWaitingPieces { get; set; } = 64;

    /// <summary>
    /// How many trainings it holds weights of, at least 1; beyond that, the least recently used training must send its weights again. The
    /// default value is 4.
    /// </summary>
    public int MostTrainings { get; set; } = 4;

    /// <summary>
    /// How long it holds the weights of a training that it does not hear of; positive. Then the trainer sends them again. The default value
    /// is 1 hour.
    /// </summary>
    public TimeSpan IdleTime { get; set; } = TimeSpan.FromHours(1);

    /// <summary>The most bytes of one network's weights; larger ones are refused. At least 1. The default value is 256 MiB.</summary>
    public int MostWeightsBytes { get; set; } = 1 << 28;

    /// <summary>
    /// The most memory, in MiB, of a discriminator's tables (<see cref="DiscriminatorOptions.TableMemory"/> of the trainer). One that may
    /// use more is for other silos. At least 1. The default value is 1,024.
    /// </summary>
    public int MostTableMemory { get; set; } = 1024;

    /// <summary>
    /// The most tokens of a piece's completions, or characters of its texts. A larger piece is for other silos. At least 1. The default
    /// value is 67,108,864.
    /// </summary>
    public int MostTokens { get; set; } = 1 << 26;

    // As if it were built from others.
    internal string Packages { get; set; } = Protocol.Packages;

    internal void ThrowIfInvalid()
    {
        foreach ((string name, int value) in new[]
        {
            (nameof(MostWaitingPieces), MostWaitingPieces),
            (nameof(MostTrainings), MostTrainings), (nameof(MostWeightsBytes), MostWeightsBytes),
            (nameof(MostTableMemory), MostTableMemory), (nameof(MostTokens), MostTokens),
        })
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1, $"{nameof(RewardWorkerOptions)}.{name}");
        }

        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(IdleTime, TimeSpan.Zero, $"{nameof(RewardWorkerOptions)}.{nameof(IdleTime)}");
        ArgumentOutOfRangeException.ThrowIfNegative(ConcurrentPieces, $"{nameof(RewardWorkerOptions)}.{nameof(ConcurrentPieces)}");
    }
}
