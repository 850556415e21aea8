namespace SeqGan.Constraints;

/// <summary>Numbers distinct items from 0, in the order in which they first occur.</summary>
internal sealed class Numbering<T>(IEqualityComparer<T>? comparer = null)
    where T : notnull
{
    private readonly Dictionary<T, int> _numbers = new(comparer);
    private readonly List<T> _items = [];

    public int Count => _items.Count;

    public IReadOnlyList<T> Items => _items;

    public int Of(T item)
    {
        if (_numbers.TryGetValue(item, out int number))
            return number;
        _items.Add(item);
        return _numbers[item] = _items.Count - 1;
    }
}

internal static class IntArrays
{
    /// <summary>Compares arrays by content.</summary>
    public static readonly IEqualityComparer<int[]> Comparer = EqualityComparer<int[]>.Create(
        (one, other) => one.AsSpan().SequenceEqual(other),
        content =>
        {
            var hash = default(HashCode);
            hash.AddBytes(MemoryMarshal.AsBytes(content.AsSpan()));
            return hash.ToHashCode();
        });

    /// <summary>Sorts the places of keys from 0 to count - 1 by key. Negative keys have none.</summary>
    /// <returns>Where each key's places begin, and the places.</returns>
    public static (int[] First, int[] Places) SortPlaces(int[] keys, int count)
    {
        int[] first = new int[count + 1];
        foreach (int key in keys)
        {
            if (key >= 0)
                first[key + 1]++;
        }

        for (int key = 0; key < count; key++)
            first[key + 1] += first[key];
        int[] places = new int[first[count]], next = [.. first];
        for (int place = 0; place < keys.Length; place++)
        {
            if (keys[place] >= 0)
                places[next[keys[place]]++] = place;
        }

        return (first, places);
    }
}
