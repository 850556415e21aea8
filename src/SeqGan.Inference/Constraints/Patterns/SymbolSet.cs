namespace SeqGan.Constraints;

/// <summary>A set of symbols (characters or tokens) as ascending ranges with gaps between. Compared by value.</summary>
internal sealed class SymbolSet : IEquatable<SymbolSet>
{
    private SymbolSet((int First, int Last)[] ranges) => Ranges = ranges;

    public (int First, int Last)[] Ranges { get; }

    public static SymbolSet Of(int symbol) => new([(symbol, symbol)]);

    /// <summary>The symbols of ranges in any order.</summary>
    public static SymbolSet Of(IEnumerable<(int First, int Last)> ranges)
    {
        var merged = new List<(int First, int Last)>();
        foreach ((int first, int last) in ranges.Order())
        {
            if (merged.Count > 0 && first <= merged[^1].Last + 1)
                merged[^1] = (merged[^1].First, Math.Max(merged[^1].Last, last));
            else
                merged.Add((first, last));
        }

        return new SymbolSet([.. merged]);
    }

    /// <summary>The symbols of this set that are not in another.</summary>
    public SymbolSet Except(SymbolSet other)
    {
        var left = new List<(int First, int Last)>();
        int next = 0;
        foreach ((int first, int last) in Ranges)
        {
            int start = first;
            while (next < other.Ranges.Length && other.Ranges[next].Last < start)
                next++;
            for (int i = next; i < other.Ranges.Length && other.Ranges[i].First <= last; i++)
            {
                if (other.Ranges[i].First > start)
                    left.Add((start, other.Ranges[i].First - 1));
                start = other.Ranges[i].Last + 1;
            }

            if (start <= last)
                left.Add((start, last));
        }

        return new SymbolSet([.. left]);
    }

    public bool Equals(SymbolSet? other) => other is not null && Ranges.AsSpan().SequenceEqual(other.Ranges);

    public override bool Equals(object? obj) => Equals(obj as SymbolSet);

    public override int GetHashCode() => Ranges.Aggregate(0, HashCode.Combine);
}

/// <summary>Classes of symbols that a number of sets treat alike, numbered from 0.</summary>
internal sealed class SymbolClasses
{
    private readonly int[] _starts;
    private readonly int[] _classes;

    public SymbolClasses(IReadOnlyList<SymbolSet> sets)
    {
        _starts = [.. sets.SelectMany(set => set.Ranges).SelectMany(range => new[] { range.First, range.Last + 1 }).Distinct().Order()];
        _classes = new int[_starts.Length];
        int used = 1;
        foreach (SymbolSet set in sets)
        {
            var renamed = new Numbering<int>();
            foreach (int interval in Intervals(set))
                _classes[interval] = used + renamed.Of(_classes[interval]);
            used += renamed.Count;
        }

        // Number 0 is the class of symbols that no set has; it becomes -1.
        var compact = new Numbering<int>();
        compact.Of(0);
        _classes = Array.ConvertAll(_classes, symbolClass => compact.Of(symbolClass) - 1);
        Count = compact.Count - 1;
        OfSets = [.. sets.Select(set => Intervals(set).Select(interval => _classes[interval]).Distinct().Order().ToArray())];
    }

    public int Count { get; }

    /// <summary>The classes that each set consists of.</summary>
    public IReadOnlyList<int[]> OfSets { get; }

    /// <summary>The class of a symbol, or -1 if no set has it.</summary>
    public int Of(int symbol)
    {
        int index = Array.BinarySearch(_starts, symbol);
        index = index < 0 ? ~index - 1 : index;
        return index < 0 ? -1 : _classes[index];
    }

    private IEnumerable<int> Intervals(SymbolSet set)
    {
        foreach ((int first, int last) in set.Ranges)
        {
            for (int i = Array.BinarySearch(_starts, first); i < _starts.Length && _starts[i] <= last; i++)
                yield return i;
        }
    }
}
