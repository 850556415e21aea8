namespace SeqGan.Corpora;

/// <summary>Chooses the held-out sequences: copies of a sequence stay on one side, and each label has one to train on.</summary>
internal static class HeldOutSplit
{
    // By default: enough to measure with, and few that the training misses.
    private const double DefaultFraction = 0.1;
    private const int DefaultDistinct = 1000;

    /// <summary>
    /// Which sequences are held out, and how many should be; labels can prevent it, or that all sequences are equal. Null chooses the
    /// fraction.
    /// </summary>
    public static (bool[] IsHeldOut, int Wanted) Choose(LabelledSequence[] sequences, double? heldOutFraction, ulong seed)
    {
        double fraction = heldOutFraction ?? DefaultFraction;
        int most = heldOutFraction is null ? DefaultDistinct : int.MaxValue;
        var groups = new Numbering<ReadOnlyMemory<int>>(SequenceComparer.Instance);
        int[] groupOf = Array.ConvertAll(sequences, sequence => groups.Of(sequence.Tokens));
        int share = (int)Math.Round(fraction * sequences.Length);
        if (fraction == 0 || groups.Count < 2)
            return (new bool[sequences.Length], fraction == 0 ? 0 : Math.Max(1, share));

        int[] sizes = new int[groups.Count];
        foreach (int group in groupOf)
            sizes[group]++;
        ILookup<int, int>? labelsOf = sequences[0].Label == LabelledSequence.NoLabel
            ? null
            : Enumerable.Range(0, sequences.Length).ToLookup(row => groupOf[row], row => sequences[row].Label);
        Dictionary<int, int> left = sequences.CountBy(sequence => sequence.Label).ToDictionary();
        bool[] chosen = new bool[sizes.Length];

        // Of a sequence with more copies than the share none can be held out. The others give their own share only, so that it does not
        // become still more frequent in training. Fewer than all, to leave something to train on.
        long divisible = sizes.Where(size => size <= share).Sum(size => (long)size);
        int wanted = Math.Clamp((int)Math.Round(fraction * divisible), 1, sequences.Length - 1);
        int held = 0, distinct = 0;
        foreach (int group in new RandomKey(seed, RandomPurpose.HeldOutSplit).NextPermutation(sizes.Length))
        {
            if (held + sizes[group] > wanted || !TryTake(group))
                continue;
            held += sizes[group];
            if (++distinct < most)
                continue;
            wanted = held;
            break;
        }

        if (held == 0)
            _ = Enumerable.Range(0, sizes.Length).Where(group => sizes[group] <= Math.Max(1, share)).OrderBy(group => sizes[group])
                .Any(TryTake);
        return (Array.ConvertAll(groupOf, group => chosen[group]), wanted);

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
