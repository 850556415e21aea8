using System.Buffers;

namespace SeqGan;

/// <summary>Scratch memory for the n-grams of one sequence: their numbers by position, and the same in order.</summary>
internal ref struct NGramIds
{
    private readonly int[] _rented;
    private readonly ReadOnlySpan<int> _tokens;
    private readonly Span<int> _byPosition;
    private readonly Span<int> _sorted;
    private int _order;

    public NGramIds(ReadOnlySpan<int> tokens)
    {
        _tokens = tokens;
        _rented = ArrayPool<int>.Shared.Rent(2 * tokens.Length);
        _byPosition = _rented.AsSpan(0, tokens.Length);
        _sorted = _rented.AsSpan(tokens.Length, tokens.Length);
        _byPosition.Clear();
    }

    /// <summary>How many n-grams of the present order the sequence has.</summary>
    public readonly int Count => Math.Max(0, _tokens.Length - _order + 1);

    /// <summary>Goes on to the n-grams of the next order, numbering new ones.</summary>
    /// <returns>Their numbers in ascending order.</returns>
    public ReadOnlySpan<int> Add(NGramNumbering numbering)
    {
        _order++;
        for (int i = 0; i < Count; i++)
            _byPosition[i] = numbering.GetOrAdd(_byPosition[i], _tokens[i + _order - 1]);
        return Sort();
    }

    /// <summary>Goes on to the n-grams of the next order.</summary>
    /// <returns>Their numbers in ascending order, <see cref="NGramNumbering.Unknown"/> for those that have none.</returns>
    public ReadOnlySpan<int> Find(NGramNumbering numbering)
    {
        _order++;
        for (int i = 0; i < Count; i++)
        {
            // What begins with an unknown n-gram is unknown.
            if (_byPosition[i] != NGramNumbering.Unknown)
                _byPosition[i] = numbering.Find(_byPosition[i], _tokens[i + _order - 1]);
        }

        return Sort();
    }

    /// <summary>The length of the run of equal numbers at the beginning.</summary>
    public static int Run(ReadOnlySpan<int> sorted)
    {
        int length = 1;
        while (length < sorted.Length && sorted[length] == sorted[0])
            length++;
        return length;
    }

    public readonly void Dispose() => ArrayPool<int>.Shared.Return(_rented);

    private readonly Span<int> Sort()
    {
        Span<int> sorted = _sorted[..Count];
        _byPosition[..Count].CopyTo(sorted);
        sorted.Sort();
        return sorted;
    }
}
