using System.Buffers;

namespace SeqGan.Evaluation;

/// <summary>Scratch memory for the n-grams of one sequence: their numbers by position and sorted.</summary>
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

    /// <summary>How many n-grams of the current order the sequence has.</summary>
    public readonly int Count => Math.Max(0, _tokens.Length - _order + 1);

    /// <summary>Moves to the n-grams of the next order and numbers new ones.</summary>
    /// <returns>Their numbers in ascending order.</returns>
    public ReadOnlySpan<int> Add(NGramNumbering numbering)
    {
        _order++;
        for (int i = 0; i < Count; i++)
            _byPosition[i] = numbering.GetOrAdd(_byPosition[i], _tokens[i + _order - 1]);
        return Sort();
    }

    /// <summary>Moves to the n-grams of the next order.</summary>
    /// <returns>Their numbers in ascending order; <see cref="NGramNumbering.Unknown"/> for those without a number.</returns>
    public ReadOnlySpan<int> Find(NGramNumbering numbering)
    {
        _order++;
        for (int i = 0; i < Count; i++)
        {
            // An n-gram that begins with an unknown one is unknown.
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

/// <summary>Numbers the n-grams of one order from 0 in the order of their first appearance. Any number of threads may read.</summary>
/// <remarks>The key of an n-gram is the number of its first n - 1 tokens and its last token, so numbers are never shared.</remarks>
internal sealed class NGramNumbering
{
    public const int Unknown = -1, LargestOrder = 16;

    private ulong[] _keys = new ulong[16];

    // One more than the number; 0 in a free slot.
    private int[] _numbers = new int[16];
    private int _shift = 60;

    public int Count { get; private set; }

    /// <summary>Numberings of the orders from 1 to <paramref name="order"/>.</summary>
    public static NGramNumbering[] OfOrders(int order, [CallerArgumentExpression(nameof(order))] string? parameterName = null) =>
        order is >= 1 and <= LargestOrder
            ? [.. Enumerable.Range(0, order).Select(_ => new NGramNumbering())]
            : throw new ArgumentOutOfRangeException(parameterName, order, $"The n of an n-gram is in [1, {LargestOrder}].");

    /// <summary>Counts an n-gram in a list that grows as needed.</summary>
    public static void Increase(List<int> counts, int number)
    {
        while (number >= counts.Count)
            counts.Add(0);
        counts[number]++;
    }

    public int Find(int prefix, int token) => _numbers[Slot(Key(prefix, token))] - 1;

    public int GetOrAdd(int prefix, int token)
    {
        ulong key = Key(prefix, token);
        int slot = Slot(key);
        if (_numbers[slot] != 0)
            return _numbers[slot] - 1;
        _keys[slot] = key;
        _numbers[slot] = ++Count;
        if (Count > _keys.Length / 2)
            Grow();
        return Count - 1;
    }

    /// <summary>Forgets all n-grams, but keeps the memory for new ones.</summary>
    public void Clear()
    {
        Array.Clear(_numbers);
        Count = 0;
    }

    private static ulong Key(int prefix, int token) => ((ulong)(uint)prefix << 32) | (uint)token;

    private int Slot(ulong key)
    {
        ulong[] keys = _keys;
        int mask = keys.Length - 1;
        int slot = (int)((key * 0x9E37_79B9_7F4A_7C15) >> _shift);
        while (_numbers[slot] != 0 && keys[slot] != key)
            slot = (slot + 1) & mask;
        return slot;
    }

    private void Grow()
    {
        (ulong[] keys, int[] numbers) = (_keys, _numbers);
        _keys = new ulong[keys.Length * 2];
        _numbers = new int[keys.Length * 2];
        _shift--;
        for (int i = 0; i < keys.Length; i++)
        {
            if (numbers[i] == 0)
                continue;
            int slot = Slot(keys[i]);
            _keys[slot] = keys[i];
            _numbers[slot] = numbers[i];
        }
    }
}

/// <summary>For each n-gram of one order, its count in the sentence that has most of it, and in the second one.</summary>
internal sealed class NGramClips(NGramNumbering numbering)
{
    private readonly List<Clip> _clips = [];

    public NGramNumbering Numbering => numbering;

    /// <summary>The largest count of an n-gram in one sentence, without the excluded sentence.</summary>
    public int LargestWithout(int number, int excluded)
    {
        Clip clip = _clips[number];
        return clip.Owner == excluded ? clip.Second : clip.Largest;
    }

    public void Record(int number, int count, int sentence)
    {
        while (number >= _clips.Count)
            _clips.Add(default);
        ref Clip clip = ref CollectionsMarshal.AsSpan(_clips)[number];
        if (count > clip.Largest)
            clip = new Clip(count, sentence, clip.Largest);
        else if (count > clip.Second)
            clip = clip with { Second = count };
    }

    private readonly record struct Clip(int Largest, int Owner, int Second);
}
