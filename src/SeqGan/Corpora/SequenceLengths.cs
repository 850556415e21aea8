namespace SeqGan.Corpora;

/// <summary>The lengths of the sequences of an input, in tokens without the end token, and the limit that they suggest.</summary>
internal sealed class SequenceLengths
{
    /// <summary>A limit up to this is cheap, so that it is not worth a single sequence.</summary>
    public const int Short = 128;

    /// <summary>The most that is chosen: the time of rollouts grows with the square of the length.</summary>
    public const int Longest = 2000;

    private readonly SortedDictionary<int, int> _counts = [];

    /// <summary>The number of sequences.</summary>
    public int Count { get; private set; }

    /// <summary>The limit that keeps nearly all: the longest sequence, unless a hundredth of them is far longer than the others.</summary>
    public int Suggested
    {
        get
        {
            (int nearlyAll, int all) = (Percentile(99), Percentile(100));
            return Math.Min(Longest, all <= Math.Max(Short, 2 * nearlyAll) ? all : Math.Max(Short, nearlyAll));
        }
    }

    public void Add(int length)
    {
        _counts[length] = _counts.GetValueOrDefault(length) + 1;
        Count++;
    }

    /// <summary>The length that a share of the sequences, in percent, does not exceed; 0 without sequences.</summary>
    public int Percentile(int percent)
    {
        long left = ((long)Count * percent + 99) / 100;
        foreach ((int length, int count) in _counts)
        {
            left -= count;
            if (left <= 0)
                return length;
        }

        return 0;
    }
}
