namespace SeqGan;

/// <summary>Chooses the held-out sequences; copies of a sequence stay on one side.</summary>
internal static class HeldOutSplit
{
    public static bool[] Choose(int[][] sequences, double fraction, ulong seed)
    {
        (int[] groupOf, List<int> sizes) = GroupCopies(sequences);
        if (fraction == 0 || sizes.Count < 2)
            return new bool[sequences.Length];

        // Fewer than all, so that something is left to train on.
        int wanted = Math.Clamp((int)Math.Round(fraction * sequences.Length), 1, sequences.Length - 1);
        bool[] chosen = new bool[sizes.Count];
        int held = 0;
        foreach (int group in new RandomKey(seed, RandomPurpose.HeldOutSplit).NextPermutation(sizes.Count))
        {
            if (held + sizes[group] > wanted)
                continue;
            chosen[group] = true;
            held += sizes[group];
        }

        if (held == 0)
            chosen[sizes.IndexOf(sizes.Min())] = true;
        return Array.ConvertAll(groupOf, group => chosen[group]);
    }

    private static (int[] GroupOf, List<int> Sizes) GroupCopies(int[][] sequences)
    {
        int[] groupOf = new int[sequences.Length];
        var sizes = new List<int>();
        var known = new Dictionary<ReadOnlyMemory<int>, int>(SequenceComparer.Instance);
        for (int row = 0; row < sequences.Length; row++)
        {
            if (!known.TryGetValue(sequences[row], out int group))
            {
                known.Add(sequences[row], group = sizes.Count);
                sizes.Add(0);
            }

            groupOf[row] = group;
            sizes[group]++;
        }

        return (groupOf, sizes);
    }
}
