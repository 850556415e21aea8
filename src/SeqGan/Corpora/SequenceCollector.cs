using System.Collections.ObjectModel;

namespace SeqGan;

/// <summary>Gathers sequences and what is to be said about them, and ends by splitting them; one corpus in the making.</summary>
/// <param name="maximum">The most sequences to keep; of more, a uniform sample.</param>
/// <param name="seed">Decides which.</param>
internal sealed class SequenceCollector(int? maximum = null, ulong seed = 0)
{
    private const int ExamplesPerReason = 3;
    private const int ExampleCharacters = 48;

    // The split draws with this purpose too, at step 0.
    private readonly RandomKey _key = new(seed, RandomPurpose.HeldOutSplit, 1);
    private readonly Dictionary<DropReason, int> _dropped = [];
    private readonly List<DroppedSequence> _examples = [];
    private readonly List<(int[] Tokens, int Number)> _sequences = [];
    private string? _firstInvalid;
    private int _read;
    private int _offered;

    public IEnumerable<int[]> Kept => _sequences.Select(sequence => sequence.Tokens);

    public int LongestLength => Kept.Max(tokens => tokens.Length);

    public CorpusStatistics Statistics { get; } = new();

    /// <summary>Counts a sequence that was read and returns its number, the first being 1.</summary>
    public int Count() => checked(++_read);

    /// <summary>Keeps a sequence, perhaps in place of another, by reservoir sampling (Vitter's algorithm R).</summary>
    public void Keep(int[] tokens, int number)
    {
        int index = _offered++;
        if (maximum is not { } most || index < most)
        {
            _sequences.Add((tokens, number));
            return;
        }

        ulong bits = ((ulong)_key.NextBits(index) << 32) | _key.NextBits(index, sample: 1);
        int slot = (int)Math.BigMul(bits, (ulong)_offered, out _);
        if (slot < most)
            _sequences[slot] = (tokens, number);
        Drop(DropReason.NotSampled);
    }

    /// <summary>Puts what was sampled in the order of reading.</summary>
    public void FinishSampling()
    {
        if (_dropped.ContainsKey(DropReason.NotSampled))
            _sequences.Sort((x, y) => x.Number.CompareTo(y.Number));
    }

    public void Drop(DropReason reason, int number, Func<string> text)
    {
        if (Drop(reason) <= ExamplesPerReason)
            _examples.Add(new DroppedSequence(reason, number, Shorten(text())));
    }

    public void DropInvalid(int number, SourceText record)
    {
        _firstInvalid ??= record.Failure;
        Drop(DropReason.Invalid, number, () => record.Text);
        if (record.Lines > 1)
            Statistics.CountBroken(number, record.Lines);
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

    /// <param name="source">What was read, for the error.</param>
    /// <param name="maxLength">The option that made sequences too long.</param>
    public void ThrowIfNothingKept(string? source = null, int maxLength = 0)
    {
        if (_sequences.Count > 0)
            return;
        string what = source is null ? "A corpus" : $"{source}: a corpus";
        throw new CorpusException(_read == 0
            ? $"{what} needs at least one sequence; there was none to read."
            : $"{what} needs at least one sequence; of {_read} read none was kept: {CorpusReport.DescribeDropped(_dropped)}.{(maxLength > 0 && _dropped.ContainsKey(DropReason.TooLong) ? $" {nameof(CorpusOptions)}.{nameof(CorpusOptions.MaxLength)} is {maxLength}." : "")}{(_firstInvalid is null ? "" : $" The first invalid one: {_firstInvalid}")}");
    }

    public (SequenceBuffer Training, SequenceBuffer HeldOut) Split(SequenceFormat format, double heldOutFraction, ulong splitSeed)
    {
        bool[] isHeldOut = HeldOutSplit.Choose([.. Kept], heldOutFraction, splitSeed);
        return (
            Copy([.. Kept.Where((_, index) => !isHeldOut[index])], format),
            Copy([.. Kept.Where((_, index) => isHeldOut[index])], format));
    }

    public CorpusReport Report(SequenceBuffer training, SequenceBuffer heldOut, Func<int[], string> decode, int minimumTokenCount = 1) =>
        MakeReport(_read, training, heldOut, Statistics, decode, minimumTokenCount,
            new ReadOnlyDictionary<DropReason, int>(_dropped), new ReadOnlyCollection<DroppedSequence>([.. _examples.OrderBy(example => example.Number)]));

    /// <summary>The report of two sets as they are.</summary>
    public static CorpusReport Report(SequenceBuffer training, SequenceBuffer heldOut)
    {
        var statistics = new CorpusStatistics();
        int[][] trainingRows = Rows(training.AsBatch()), heldOutRows = Rows(heldOut.AsBatch());
        statistics.CountCopies([.. trainingRows, .. heldOutRows]);
        HashSet<ReadOnlyMemory<int>> known = SequenceComparer.Distinct(training.AsBatch());
        statistics.Overlap = heldOutRows.Count(row => known.Contains(row));
        return MakeReport(
            training.Count + heldOut.Count, training, heldOut, statistics, Decode, 1, ReadOnlyDictionary<DropReason, int>.Empty, []);
    }

    /// <summary>Token ids as a text.</summary>
    public static string Decode(int[] sequence) => string.Join(' ', sequence);

    public static SequenceBuffer Copy(int[][] sequences, SequenceFormat format)
    {
        if ((long)sequences.Length * format.MaxLength > Array.MaxLength)
            throw new CorpusException($"{sequences.Length} sequences of {format.MaxLength} tokens are more than one array can hold; lower {nameof(CorpusOptions)}.{nameof(CorpusOptions.MaxLength)} or give fewer sequences.");
        var buffer = new SequenceBuffer(format, sequences.Length);
        for (int row = 0; row < sequences.Length; row++)
            buffer.Set(row, sequences[row]);
        return buffer;
    }

    private int Drop(DropReason reason) => _dropped[reason] = _dropped.GetValueOrDefault(reason) + 1;

    private static CorpusReport MakeReport(
        int read, SequenceBuffer training, SequenceBuffer heldOut, CorpusStatistics statistics, Func<int[], string> decode, int minimumTokenCount,
        IReadOnlyDictionary<DropReason, int> dropped, IReadOnlyList<DroppedSequence> examples)
    {
        statistics.Measure(training.AsBatch(), training.Format);
        statistics.Measure(heldOut.AsBatch(), training.Format);
        var report = new CorpusReport
        {
            Read = read,
            Training = training.Count,
            HeldOut = heldOut.Count,
            Truncated = statistics.Truncated,
            UnknownTokenRate = statistics.Length == 0 ? 0 : (double)statistics.Unknown / statistics.Length,
            VocabularySize = training.Format.VocabularySize,
            MinimumTokenCount = minimumTokenCount,
            MeanLength = (double)statistics.Length / (training.Count + heldOut.Count),
            MaxLength = statistics.LongestLength,
            DistinctShare = statistics.Counted == 0 ? 1 : (double)statistics.Distinct / statistics.Counted,
            RoundTripFailures = statistics.RoundTripFailures,
            RoundTripExamples = statistics.RoundTripExamples,
            Dropped = dropped,
            Examples = examples,
        };
        report.Warnings = CorpusWarnings.Find(report, statistics, sequence => Shorten(decode(sequence)));
        return report;
    }

    private static int[][] Rows(TokenBatch batch) => [.. Enumerable.Range(0, batch.Count).Select(row => batch[row].ToArray())];

    private static string Shorten(string text)
    {
        if (text.Length <= ExampleCharacters)
            return text;
        int length = char.IsHighSurrogate(text[ExampleCharacters - 1]) ? ExampleCharacters - 1 : ExampleCharacters;
        return string.Concat(text.AsSpan(0, length), "…");
    }
}
