namespace SeqGan.Text;

/// <summary>The labels that sequences can have: their names, and how many training sequences have each.</summary>
/// <remarks>A label's number is its position among the names. Immutable and thread-safe.</remarks>
public sealed class LabelSet
{
    /// <summary>The most characters of a name: 1024.</summary>
    public const int MaximumNameLength = 1024;

    private const int MostNamed = 20;

    private readonly string[] _names;
    private readonly long[] _cumulated;
    private readonly Dictionary<string, int> _numbers;

    /// <summary>Creates a set.</summary>
    /// <param name="names">
    /// From 1 to <see cref="SequenceFormat.MaximumLabelCount"/> distinct names in the order of their numbers, none blank or with more than
    /// <see cref="MaximumNameLength"/> characters.
    /// </param>
    /// <param name="counts">How many training sequences have each label; at least 0 each and 1 in total.</param>
    /// <exception cref="ArgumentException">The names or the counts are not as described.</exception>
    public LabelSet(IEnumerable<string> names, IEnumerable<long> counts)
    {
        ArgumentNullException.ThrowIfNull(names);
        ArgumentNullException.ThrowIfNull(counts);
        _names = [.. names];
        _numbers = Number(_names);
        long[] all = [.. counts];
        if (all.Length != _names.Length)
            throw new ArgumentException($"There are {_names.Length} labels and {all.Length} counts; each has one count.", nameof(counts));
        _cumulated = Cumulate(all);
        (Names, Counts) = (_names.AsReadOnly(), all.AsReadOnly());
    }

    /// <summary>The number of labels.</summary>
    public int Count => _names.Length;

    /// <summary>The names, each at its label's number.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>How many training sequences have each label.</summary>
    public IReadOnlyList<long> Counts { get; }

    private long Total => _cumulated[^1];

    /// <summary>Equally frequent labels whose names are their numbers; from 1 to <see cref="SequenceFormat.MaximumLabelCount"/>.</summary>
    public static LabelSet Numbered(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, SequenceFormat.MaximumLabelCount);
        return new LabelSet(NumberedNames(count), Enumerable.Repeat(1L, count));
    }

    /// <summary>The share, in [0, 1], of the training sequences that have a label, in [0, <see cref="Count"/>).</summary>
    public double ShareOf(int label) => (double)Counts[label] / Total;

    /// <summary>The number of the label with a name; case matters, but not whether the name's letters are composed or decomposed.</summary>
    /// <exception cref="ArgumentException">There is no such label; the message lists the labels.</exception>
    public int IndexOf(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return TryGetIndex(name, out int label)
            ? label
            : throw new ArgumentException($"There is no label '{name}'; the labels are {Describe(_names)}.", nameof(name));
    }

    /// <summary>The number of the label with a name, or 0 and false if there is none.</summary>
    public bool TryGetIndex(string name, out int label) =>
        _numbers.TryGetValue(name, out label) || _numbers.TryGetValue(ComposedText.Of(name), out label);

    /// <summary>Draws labels independently, in the proportions of the training data; a row's label does not depend on the count.</summary>
    /// <param name="count">How many; at least 0.</param>
    /// <param name="key">Determines every draw, by row.</param>
    /// <param name="firstRow">The number of the first row.</param>
    public int[] Draw(int count, RandomKey key, int firstRow = 0)
    {
        int[] labels = new int[count];
        for (int i = 0; i < count; i++)
        {
            ulong bits = ((ulong)key.NextBits(firstRow + i) << 32) | key.NextBits(firstRow + i, sample: 1);
            labels[i] = At((long)Math.BigMul(bits, (ulong)Total, out _));
        }

        return labels;
    }

    /// <summary>Labels in the training data's proportions, each within one of its share (systematic sampling), in random order.</summary>
    internal int[] Spread(int count, RandomKey key)
    {
        int[] labels = key.NextPermutation(count);
        double offset = key.NextUniform(0, sample: 2);
        for (int i = 0; i < count; i++)
            labels[i] = At(Math.Min(Total - 1, (long)((labels[i] + offset) * Total / count)));
        return labels;
    }

    internal static IEnumerable<string> NumberedNames(int count) => Enumerable.Range(0, count).Select(label => $"{label}");

    /// <summary>Some names, for a message.</summary>
    internal static string Describe(IReadOnlyList<string> names)
    {
        string listed = string.Join(", ", names.Take(MostNamed).Select(name => $"'{name}'"));
        return names.Count <= MostNamed ? listed : $"{listed} and {names.Count - MostNamed} more";
    }

    // The label of the training sequence at this place, if they were sorted by label.
    private int At(long place)
    {
        int index = Array.BinarySearch(_cumulated, place + 1);
        if (index < 0)
            return ~index;

        // Labels without sequences repeat a sum: the first label with this sum has the sequence.
        while (index > 0 && _cumulated[index - 1] == _cumulated[index])
            index--;
        return index;
    }

    private static Dictionary<string, int> Number(string[] names)
    {
        if (names.Length is < 1 or > SequenceFormat.MaximumLabelCount)
            throw new ArgumentException(
                $"There are {names.Length} labels; there must be from 1 to {SequenceFormat.MaximumLabelCount}.", nameof(names));
        var numbers = new Dictionary<string, int>(names.Length, StringComparer.Ordinal);
        foreach ((int label, string name) in names.Index())
        {
            string? problem = string.IsNullOrWhiteSpace(name) ? $"Label {label} is empty; a label's name has more than white space."
                : name.Length > MaximumNameLength
                    ? $"The name of label {label} has {name.Length} characters; at most {MaximumNameLength} are possible."
                : !numbers.TryAdd(name, label)
                    ? $"The label '{name}' occurs twice, at {numbers[name]} and {label}; names must be distinct."
                : null;
            if (problem is not null)
                throw new ArgumentException(problem, nameof(names));
        }

        return numbers;
    }

    private static long[] Cumulate(long[] counts)
    {
        // Double precision counts exactly up to here.
        const long Largest = 1L << 53;
        long[] cumulated = new long[counts.Length];
        long total = 0;
        for (int label = 0; label < counts.Length; label++)
        {
            if (counts[label] is < 0 or > Largest || (total += counts[label]) > Largest)
                throw new ArgumentException(
                    $"The count of label {label} is {counts[label]}; they are at least 0, and together at most {Largest}.", nameof(counts));
            cumulated[label] = total;
        }

        return total > 0
            ? cumulated
            : throw new ArgumentException("All labels have the count 0; at least one must be above.", nameof(counts));
    }
}
