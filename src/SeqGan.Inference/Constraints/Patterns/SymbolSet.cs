namespace SeqGan;

/// <summary>A set of symbols (characters or tokens) as ranges, ascending, apart from each other. Equal to one of the same symbols.</summary>
internal sealed class SymbolSet : IEquatable<SymbolSet>
{
    public static readonly SymbolSet Empty = new([]);

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

    public override int GetHashCode()
    {
        var hash = default(HashCode);
        foreach ((int First, int Last) range in Ranges)
            hash.Add(range);
        return hash.ToHashCode();
    }
}
