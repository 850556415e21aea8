namespace SeqGan;

/// <summary>Symbols that a number of sets do not tell apart, numbered from 0.</summary>
internal sealed class SymbolClasses
{
    private readonly int[] _starts;
    private readonly int[] _classes;

    public SymbolClasses(IReadOnlyList<SymbolSet> sets)
    {
        _starts = [.. sets.SelectMany(set => set.Ranges).SelectMany(range => new[] { range.First, range.Last + 1 }).Distinct().Order()];
        _classes = new int[_starts.Length];
        int count = 1;
        foreach (SymbolSet set in sets)
        {
            var renamed = new Dictionary<int, int>();
            foreach (int interval in Intervals(set))
            {
                if (!renamed.TryGetValue(_classes[interval], out int other))
                    renamed[_classes[interval]] = other = count++;
                _classes[interval] = other;
            }
        }

        Compact();
        OfSets = [.. sets.Select(set => Intervals(set).Select(interval => _classes[interval]).Distinct().Order().ToArray())];
    }

    public int Count { get; private set; }

    /// <summary>The classes that each set consists of.</summary>
    public IReadOnlyList<int[]> OfSets { get; }

    /// <summary>The class of a symbol, or -1 where no set has it.</summary>
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

    // The first class of all is that of symbols which no set has.
    private void Compact()
    {
        var numbers = new Dictionary<int, int> { [0] = -1 };
        for (int i = 0; i < _classes.Length; i++)
        {
            if (!numbers.TryGetValue(_classes[i], out int number))
                numbers[_classes[i]] = number = Count++;
            _classes[i] = number;
        }
    }
}
