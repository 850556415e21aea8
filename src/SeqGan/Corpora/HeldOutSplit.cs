namespace SeqGan.Corpora;

/// <summary>Chooses the held-out sequences: copies of a sequence stay on one side, and each label has one to train on.</summary>
internal static class HeldOutSplit
{
    public static bool[] Choose(LabelledSequence[] sequences, double fraction, ulong seed)
    {
        var groups = new Numbering<ReadOnlyMemory<int>>(SequenceComparer.Instance);
        int[] groupOf = Array.ConvertAll(sequences, sequence => groups.Of(sequence.Tokens));
        if (fraction == 0 || groups.Count < 2)
            return new bool[sequences.Length];

        int[] sizes = new int[groups.Count];
        foreach (int group in groupOf)
            sizes[group]++;
        ILookup<int, int>? labelsOf = sequences[0].Label == LabelledSequence.NoLabel
            ? null
            : Enumerable.Range(0, sequences.Length).ToLookup(row => groupOf[row], row => sequences[row].Label);
        Dictionary<int, int> left = sequences.CountBy(sequence => sequence.Label).ToDictionary();
        bool[] chosen = new bool[sizes.Length];

        // Fewer than all, to leave something to train on.
        int wanted = Math.Clamp((int)Math.Round(fraction * sequences.Length), 1, sequences.Length - 1);
        int held = 0;
        foreach (int group in new RandomKey(seed, RandomPurpose.HeldOutSplit).NextPermutation(sizes.Length))
        {
            if (held + sizes[group] <= wanted && TryTake(group))
                held += sizes[group];
        }

        if (held == 0)
            _ = Enumerable.Range(0, sizes.Length).OrderBy(group => sizes[group]).Any(TryTake);
        return Array.ConvertAll(groupOf, group => chosen[group]);

        // False if a label would have no sequence left to train on.
        bool TryTake(int group)
        {
            Dictionary<int, int> taken = labelsOf?[group].CountBy(label => label).ToDictionary() ?? [];
            if (taken.Any(label => left[label.Key] <= label.Value))
                return false;
            foreach ((int label, int count) in taken)
                left[label] -= count;
            return chosen[group] = true;
        }
    }
}
