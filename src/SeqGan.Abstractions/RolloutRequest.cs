namespace SeqGan;

/// <summary>How to complete the prefixes of a batch.</summary>
public sealed record RolloutRequest
{
    /// <summary>Determines every draw.</summary>
    public required RandomKey Key { get; init; }

    /// <summary>Completions of each prefix (N in the paper); at least 1. The default value is 16.</summary>
    public int SamplesPerPrefix { get; init; } = 16;

    /// <summary>
    /// How many prefixes of a sequence as long as its batch's rows are completed, at least 1: evenly spaced, from a random one. A shorter
    /// sequence has those that are shorter than it. Rows have the format's length: if they were as long as the batch's longest sequence,
    /// prefixes would depend on tokens. The default value is null: every proper prefix.
    /// </summary>
    public int? PrefixesPerSequence { get; init; }

    /// <summary>The batch's first row in the random key, to complete a batch in several calls. The default value is 0.</summary>
    public int FirstRow { get; init; }

    /// <summary>
    /// The lengths of the prefixes of a sequence that are completed, ascending, each at least 1 and less than the sequence's. They depend
    /// on the key and the row, and on none of the sequence's tokens but for its length, which ends them.
    /// </summary>
    public IEnumerable<int> PrefixesOf(TokenBatch sequences, int row)
    {
        int length = sequences.LengthOf(row), most = sequences.Length - 1;
        if (PrefixesPerSequence is not { } count || count >= most)
            return Enumerable.Range(1, Math.Max(0, length - 1));

        // Sample 0 of a row: a completion's number is at least 1.
        double distance = (double)most / count, offset = Key.NextUniform(FirstRow + row);
        return Enumerable.Range(0, count).Select(i => 1 + (int)((i + offset) * distance)).TakeWhile(prefix => prefix < length);
    }

    /// <summary>
    /// The number of completions: for each prefix of <see cref="PrefixesOf"/>, <see cref="SamplesPerPrefix"/>. A sequence of L tokens has
    /// L - 1 proper prefixes.
    /// </summary>
    public int CountCompletions(TokenBatch sequences) =>
        checked(Enumerable.Range(0, sequences.Count).Sum(row => PrefixesOf(sequences, row).Count() * SamplesPerPrefix));
}
