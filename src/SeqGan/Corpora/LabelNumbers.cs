namespace SeqGan.Corpora;

/// <summary>Numbers labels in order of appearance, and finally in ordinal order; counts the sequences without one.</summary>
internal sealed class LabelNumbers
{
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private readonly List<string> _names = [];
    private int _missing;
    private string? _firstMissing;

    /// <exception cref="CorpusException">The label is too long, or there are too many different ones.</exception>
    public int NumberOf(string? label, int number)
    {
        if (label is null)
            return LabelledSequence.NoLabel;
        if (_numbers.TryGetValue(label, out int known))
            return known;
        if (label.Length > LabelSet.MaximumNameLength)
        {
            throw new CorpusException(
                $"The label of sequence {number} has {label.Length} characters; it may have at most {LabelSet.MaximumNameLength}.");
        }

        if (_names.Count == SequenceFormat.MaximumLabelCount)
        {
            throw new CorpusException(
                $"The label of sequence {number} is one too many: there can be {SequenceFormat.MaximumLabelCount} different labels.");
        }

        _numbers.Add(label, _names.Count);
        _names.Add(label);
        return _names.Count - 1;
    }

    public void CountMissing(int number, SourceText source)
    {
        _missing++;
        _firstMissing ??= $"{(source.Number == 0 ? "sequence" : "line")} {number}: {source.NoLabel}";
    }

    /// <exception cref="CorpusException">Sequences have no label.</exception>
    public void ThrowIfMissing(string? source, int read)
    {
        string name = source is null ? "" : $"{source}: ";
        if (_missing > 0)
            throw new CorpusException($"{name}{_missing} of {read} sequences have no label. The first is {_firstMissing}.");
    }

    /// <summary>The names of the used labels in ordinal order, and for each number its place among them.</summary>
    public (string[] Names, int[] Places) Sort(IEnumerable<int> used)
    {
        int[] numbers = [.. used.Distinct().OrderBy(number => _names[number], StringComparer.Ordinal)];
        int[] places = new int[_names.Count];
        foreach ((int place, int number) in numbers.Index())
            places[number] = place;
        return ([.. numbers.Select(number => _names[number])], places);
    }
}
