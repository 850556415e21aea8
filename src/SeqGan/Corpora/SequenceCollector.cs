using System.Collections.ObjectModel;

namespace SeqGan;

/// <summary>Gathers sequences and what is to be said about them, and ends by splitting them; one corpus in the making.</summary>
internal sealed class SequenceCollector
{
    private const int ExamplesPerReason = 3;
    private const int ExampleCharacters = 48;

    private readonly Dictionary<DropReason, int> _dropped = [];
    private readonly List<DroppedSequence> _examples = [];
    private readonly List<(int[] Tokens, int Number)> _sequences = [];
    private int _read;

    public IEnumerable<int[]> Kept => _sequences.Select(sequence => sequence.Tokens);

    public int LongestLength => Kept.Max(tokens => tokens.Length);

    /// <summary>Counts a sequence that was read and returns its number, the first being 1.</summary>
    public int Count() => checked(++_read);

    public void Keep(int[] tokens, int number) => _sequences.Add((tokens, number));

    public void Drop(DropReason reason, int number, Func<string> text)
    {
        int count = _dropped[reason] = _dropped.GetValueOrDefault(reason) + 1;
        if (count <= ExamplesPerReason)
            _examples.Add(new DroppedSequence(reason, number, Shorten(text())));
    }

    /// <summary>Goes over the kept sequences once more: what <paramref name="select"/> answers null for is not kept.</summary>
    public void Rewrite(Func<int[], int, int[]?> select)
    {
        int kept = 0;
        for (int i = 0; i < _sequences.Count; i++)
        {
            (int[] tokens, int number) = _sequences[i];
            if (select(tokens, number) is { } rewritten)
                _sequences[kept++] = (rewritten, number);
        }

        _sequences.RemoveRange(kept, _sequences.Count - kept);
    }

    public void RemoveDuplicates(Func<int[], string> decode)
    {
        var seen = new HashSet<ReadOnlyMemory<int>>(SequenceComparer.Instance);
        Rewrite((tokens, number) =>
        {
            if (seen.Add(tokens))
                return tokens;
            Drop(DropReason.Duplicate, number, () => decode(tokens));
            return null;
        });
    }

    public void ThrowIfNothingKept()
    {
        if (_sequences.Count > 0)
            return;
        throw new CorpusException(_read == 0
            ? "A corpus needs at least one sequence; there was none to read."
            : $"A corpus needs at least one sequence; of {_read} read none was kept: {CorpusReport.DescribeDropped(_dropped)}.");
    }

    public (SequenceBuffer Training, SequenceBuffer HeldOut) Split(SequenceFormat format, double heldOutFraction, ulong seed)
    {
        bool[] isHeldOut = HeldOutSplit.Choose([.. Kept], heldOutFraction, seed);
        return (
            Copy([.. Kept.Where((_, index) => !isHeldOut[index])], format),
            Copy([.. Kept.Where((_, index) => isHeldOut[index])], format));
    }

    public CorpusReport Report(SequenceBuffer training, SequenceBuffer heldOut, int truncated = 0, double unknownTokenRate = 0) =>
        new(_read, training.Count, heldOut.Count, truncated, unknownTokenRate,
            new ReadOnlyDictionary<DropReason, int>(_dropped), new ReadOnlyCollection<DroppedSequence>([.. _examples.OrderBy(example => example.Number)]));

    public static SequenceBuffer Copy(int[][] sequences, SequenceFormat format)
    {
        if ((long)sequences.Length * format.MaxLength > Array.MaxLength)
            throw new CorpusException($"{sequences.Length} sequences of {format.MaxLength} tokens are more than one array can hold; lower {nameof(CorpusOptions.MaxLength)} or give fewer sequences.");
        var buffer = new SequenceBuffer(format, sequences.Length);
        for (int row = 0; row < sequences.Length; row++)
            buffer.Set(row, sequences[row]);
        return buffer;
    }

    private static string Shorten(string text)
    {
        if (text.Length <= ExampleCharacters)
            return text;
        int length = char.IsHighSurrogate(text[ExampleCharacters - 1]) ? ExampleCharacters - 1 : ExampleCharacters;
        return string.Concat(text.AsSpan(0, length), "…");
    }
}
