namespace SeqGan;

/// <summary>How often the n-grams of one order occur in that reference that has them most often, and in the next.</summary>
internal sealed class ReferenceCounts
{
    /// <summary>Leaves no reference out.</summary>
    public const int Nobody = -1;

    private readonly List<Entry> _entries = [];

    /// <summary>Takes the n-grams of a reference; new ones have the next numbers.</summary>
    public void Add(int reference, List<int> numbers)
    {
        numbers.Sort();
        for (int start = 0, next; start < numbers.Count; start = next)
        {
            for (next = start + 1; next < numbers.Count && numbers[next] == numbers[start];)
                next++;
            Add(reference, numbers[start], next - start);
        }
    }

    /// <summary>The largest count in one reference, among all but one.</summary>
    public int Largest(int number, int leftOut) => _entries[number] is var entry && entry.Owner == leftOut ? entry.Second : entry.First;

    private void Add(int reference, int number, int count)
    {
        if (number == _entries.Count)
        {
            _entries.Add(new Entry(reference, count, 0));
            return;
        }

        Entry entry = _entries[number];
        if (count > entry.First)
            _entries[number] = new Entry(reference, count, entry.First);
        else if (count > entry.Second)
            _entries[number] = entry with { Second = count };
    }

    private readonly record struct Entry(int Owner, int First, int Second);
}
