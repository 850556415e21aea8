namespace SeqGan;

/// <summary>
/// A few sequences of a batch, as cells of tokens: time step by time step, the longest sequence first, without padding.
/// </summary>
internal sealed class TrainingGroup
{
    /// <summary>The cells that a group's row stands for: indices into the batch's tokens.</summary>
    public required int[] Tokens { get; init; }

    /// <summary>How many sequences have a token at each step.</summary>
    public required int[] Steps { get; init; }

    /// <summary>Cuts a batch into groups of consecutive sequences; those without a token are left out.</summary>
    public static TrainingGroup[] Cut(TrainingTokens tokens, int groups)
    {
        (int First, int Length)[] sequences = tokens.Sequences().ToArray();
        int size = (sequences.Length + groups - 1) / groups;
        return [.. sequences.Chunk(size).Select(Create)];
    }

    private static TrainingGroup Create((int First, int Length)[] sequences)
    {
        (int First, int Length)[] ordered = [.. sequences.OrderByDescending(sequence => sequence.Length)];
        var steps = new int[ordered[0].Length];
        var tokens = new List<int>();
        for (int step = 0; step < steps.Length; step++)
        {
            while (steps[step] < ordered.Length && ordered[steps[step]].Length > step)
                tokens.Add(ordered[steps[step]++].First + step);
        }

        return new TrainingGroup { Steps = steps, Tokens = [.. tokens] };
    }
}
