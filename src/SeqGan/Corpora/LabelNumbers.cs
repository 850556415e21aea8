namespace SeqGan.Corpora;

/// <summary>Numbers labels in order of appearance, and finally in ordinal order; counts the sequences without one.</summary>
internal sealed class LabelNumbers
{
    private readonly Numbering<string> _names = new(StringComparer.Ordinal);
    private int _missing;
    private string? _firstMissing;

    public int NumberOf(string? label, int number)
    {
        if (label is null)
            return LabelledSequence.NoLabel;
        int place = _names.Of(label);
        string? problem = label.Length > LabelSet.MaximumNameLength
            ? $"has {label.Length} characters; it may have at most {LabelSet.MaximumNameLength}"
            : place == SequenceFormat.MaximumLabelCount ? $"is one too many: there can be {place} different labels"
            : null;
        return problem is null ? place : throw new CorpusException($"The label of sequence {number} {problem}.");
    }

    public void CountMissing(int number, SourceText source)
    {
        _missing++;
        _firstMissing ??= $"{(source.Number == 0 ? "sequence" : "line")} {number}: {source.NoLabel}";
    }

    public void ThrowIfMissing(string? source, int read)
    {
        string name = source is null ? "" : $"{source}: ";
        if (_missing > 0)
            throw new CorpusException($"{name}{_missing} of {read} sequences have no label. The first is {_firstMissing}.");
    }

    /// <summary>The names of the used labels in ordinal order, and for each number its place among them.</summary>
    public (string[] Names, int[] Places) Sort(IEnumerable<int> used)
    {
        int[] numbers = [.. used.Distinct().OrderBy(number => _names.Items[number], StringComparer.Ordinal)];
        int[] places = new int[_names.Count];
        foreach ((int place, int number) in numbers.Index())
            places[number] = place;
        return ([.. numbers.Select(number => _names.Items[number])], places);
    }
}
