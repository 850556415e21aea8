namespace SeqGan;

/// <summary>
/// Chooses the held-out sequences. All copies of a sequence are on one side, whatever their labels, and each label has one to train on.
/// </summary>
internal static class HeldOutSplit
{
    public static bool[] Choose(LabelledSequence[] sequences, double fraction, ulong seed)
    {
        (int[] groupOf, List<int> sizes) = GroupCopies(sequences);
        if (fraction == 0 || sizes.Count < 2)
            return new bool[sequences.Length];

        ILookup<int, int>? labelsOf = LabelsOfGroups(sequences, groupOf);
        Dictionary<int, int> left = CountLabels(sequences);

        // Fewer than all, to leave something to train on.
        int wanted = Math.Clamp((int)Math.Round(fraction * sequences.Length), 1, sequences.Length - 1);
        bool[] chosen = new bool[sizes.Count];
        int held = 0;
        foreach (int group in new RandomKey(seed, RandomPurpose.HeldOutSplit).NextPermutation(sizes.Count))
        {
            if (held + sizes[group] > wanted || !TryTake(labelsOf?[group], left))
                continue;
            chosen[group] = true;
            held += sizes[group];
        }

        if (held == 0)
        {
            int smallest = Enumerable.Range(0, sizes.Count).OrderBy(group => sizes[group])
                .FirstOrDefault(group => TryTake(labelsOf?[group], left), -1);
            if (smallest >= 0)
                chosen[smallest] = true;
        }

        return Array.ConvertAll(groupOf, group => chosen[group]);
    }

    private static ILookup<int, int>? LabelsOfGroups(LabelledSequence[] sequences, int[] groupOf) =>
        sequences[0].Label == LabelledSequence.NoLabel
            ? null
            : Enumerable.Range(0, sequences.Length).ToLookup(row => groupOf[row], row => sequences[row].Label);

    private static Dictionary<int, int> CountLabels(LabelledSequence[] sequences) =>
        sequences[0].Label == LabelledSequence.NoLabel ? [] : sequences.CountBy(sequence => sequence.Label).ToDictionary();

    // False if a label would have no sequence left to train on.
    private static bool TryTake(IEnumerable<int>? labels, Dictionary<int, int> left)
    {
        if (labels is null)
            return true;
        Dictionary<int, int> taken = labels.CountBy(label => label).ToDictionary();
        if (taken.Any(label => left[label.Key] <= label.Value))
            return false;
        foreach ((int label, int count) in taken)
            left[label] -= count;
        return true;
    }

    private static (int[] GroupOf, List<int> Sizes) GroupCopies(LabelledSequence[] sequences)
    {
        int[] groupOf = new int[sequences.Length];
        var sizes = new List<int>();
        var known = new Dictionary<ReadOnlyMemory<int>, int>(SequenceComparer.Instance);
        for (int row = 0; row < sequences.Length; row++)
        {
            if (!known.TryGetValue(sequences[row].Tokens, out int group))
            {
                known.Add(sequences[row].Tokens, group = sizes.Count);
                sizes.Add(0);
            }

            groupOf[row] = group;
            sizes[group]++;
        }

        return (groupOf, sizes);
    }
}
