namespace SeqGan;

/// <summary>How to complete the prefixes of a batch.</summary>
public sealed record RolloutRequest
{
    /// <summary>Determines every draw.</summary>
    public required RandomKey Key { get; init; }

    /// <summary>Completions of each prefix (N in the paper); at least 1. The default value is 16.</summary>
    public int SamplesPerPrefix { get; init; } = 16;

    /// <summary>The batch's first row in the random key, to complete a batch in several calls. The default value is 0.</summary>
    public int FirstRow { get; init; }

    /// <summary>The number of completions: for each sequence of L tokens, (L - 1) times <see cref="SamplesPerPrefix"/>.</summary>
    public int CountCompletions(TokenBatch sequences) =>
        checked(Enumerable.Range(0, sequences.Count).Sum(row => Math.Max(0, sequences.LengthOf(row) - 1) * SamplesPerPrefix));
}
