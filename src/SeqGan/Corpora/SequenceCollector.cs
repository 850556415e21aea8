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
    private readonly List<LabelledSequence> _sequences = [];
    private readonly LabelNumbers _labels = new();
    private string? _firstInvalid;
    private int _read;
    private int _offered;

    public IEnumerable<int[]> Kept => _sequences.Select(sequence => sequence.Tokens);

    /// <summary>The names of the kept sequences' labels, in ordinal order; none where sequences have none. Known after <see cref="FinishLabels"/>.</summary>
    public string[] LabelNames { get; private set; } = [];

    public int LongestLength => Kept.Max(tokens => tokens.Length);

    public CorpusStatistics Statistics { get; } = new();

    /// <summary>Counts a sequence that was read and returns its number, the first being 1.</summary>
    public int Count() => checked(++_read);

    public void CountMissingLabel(int number, SourceText source) => _labels.CountMissing(number, source);

    public void ThrowIfLabelsMissing(string? source) => _labels.ThrowIfMissing(source, _read);

    /// <summary>Keeps a sequence, perhaps in place of another, by reservoir sampling (Vitter's algorithm R).</summary>
    public void Keep(int[] tokens, int number, string? label = null) => Keep(new LabelledSequence(tokens, _labels.NumberOf(label, number), number));

    /// <inheritdoc cref="Keep(int[], int, string?)"/>
    public void Keep(LabelledSequence sequence)
    {
        int index = _offered++;
        if (maximum is not { } most || index < most)
        {
            _sequences.Add(sequence);
            return;
        }

        ulong bits = ((ulong)_key.NextBits(index) << 32) | _key.NextBits(index, sample: 1);
        int slot = (int)Math.BigMul(bits, (ulong)_offered, out _);
        if (slot < most)
            _sequences[slot] = sequence;
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
    public void Rewrite(Func<LabelledSequence, int[]?> select)
    {
        int kept = 0;
        for (int i = 0; i < _sequences.Count; i++)
        {
            if (select(_sequences[i]) is { } rewritten)
                _sequences[kept++] = _sequences[i] with { Tokens = rewritten };
        }

        _sequences.RemoveRange(kept, _sequences.Count - kept);
    }

    public void RemoveDuplicates(Func<int[], string> decode)
    {
        var seen = new HashSet<LabelledSequence>(LabelledSequence.Comparer);
        Rewrite(sequence =>
        {
            if (seen.Add(sequence))
                return sequence.Tokens;
            Drop(DropReason.Duplicate, sequence.Number, () => decode(sequence.Tokens));
            return null;
        });
    }

    public void CountCopies() => Statistics.CountCopies(_sequences);

    /// <summary>Numbers the labels anew, in the order of their names; nothing is kept or left out afterwards.</summary>
    public void FinishLabels()
    {
        if (_sequences.Count == 0 || _sequences[0].Label == LabelledSequence.NoLabel)
            return;
        (LabelNames, int[] places) = _labels.Sort(_sequences.Select(sequence => sequence.Label));
        for (int i = 0; i < _sequences.Count; i++)
            _sequences[i] = _sequences[i] with { Label = places[_sequences[i].Label] };
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
        bool[] isHeldOut = HeldOutSplit.Choose([.. _sequences], heldOutFraction, splitSeed);
        return (
            Copy([.. _sequences.Where((_, index) => !isHeldOut[index])], format),
            Copy([.. _sequences.Where((_, index) => isHeldOut[index])], format));
    }

    public CorpusReport Report(SequenceBuffer training, SequenceBuffer heldOut, LabelSet? labels, Func<int[], string> decode, int minimumTokenCount = 1) =>
        MakeReport(_read, training, heldOut, labels, Statistics, decode, minimumTokenCount,
            new ReadOnlyDictionary<DropReason, int>(_dropped), new ReadOnlyCollection<DroppedSequence>([.. _examples.OrderBy(example => example.Number)]));

    /// <summary>The report of two sets as they are.</summary>
    public static CorpusReport Report(SequenceBuffer training, SequenceBuffer heldOut, LabelSet? labels)
    {
        var statistics = new CorpusStatistics();
        LabelledSequence[] heldOutRows = [.. Rows(heldOut.AsBatch())];
        statistics.CountCopies([.. Rows(training.AsBatch()), .. heldOutRows]);
        HashSet<ReadOnlyMemory<int>> known = SequenceComparer.Distinct(training.AsBatch());
        statistics.Overlap = heldOutRows.Count(row => known.Contains(row.Tokens));
        return MakeReport(
            training.Count + heldOut.Count, training, heldOut, labels, statistics, Decode, 1, ReadOnlyDictionary<DropReason, int>.Empty, []);
    }

    /// <summary>Token ids as a text.</summary>
    public static string Decode(int[] sequence) => string.Join(' ', sequence);

    public static SequenceBuffer Copy(LabelledSequence[] sequences, SequenceFormat format)
    {
        if ((long)sequences.Length * format.MaxLength > Array.MaxLength)
            throw new CorpusException($"{sequences.Length} sequences of {format.MaxLength} tokens are more than one array can hold; lower {nameof(CorpusOptions)}.{nameof(CorpusOptions.MaxLength)} or give fewer sequences.");
        var buffer = new SequenceBuffer(format, sequences.Length);
        for (int row = 0; row < sequences.Length; row++)
        {
            buffer.Set(row, sequences[row].Tokens);
            if (format.LabelCount > 0)
                buffer.Labels[row] = sequences[row].Label;
        }

        return buffer;
    }

    private int Drop(DropReason reason) => _dropped[reason] = _dropped.GetValueOrDefault(reason) + 1;

    private static CorpusReport MakeReport(
        int read, SequenceBuffer training, SequenceBuffer heldOut, LabelSet? labels, CorpusStatistics statistics, Func<int[], string> decode, int minimumTokenCount,
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
            Labels = CountLabels(labels, heldOut.AsBatch()),
            MeanLength = (double)statistics.Length / (training.Count + heldOut.Count),
            MaxLength = statistics.LongestLength,
            DistinctShare = statistics.Counted == 0 ? 1 : (double)statistics.Distinct / statistics.Counted,
            RoundTripFailures = statistics.RoundTripFailures,
            RoundTripExamples = statistics.RoundTripExamples,
            Dropped = dropped,
            Examples = examples,
        };
        report.Warnings = CorpusWarnings.Find(report, labels, statistics, sequence => Shorten(decode(sequence)));
        return report;
    }

    private static ReadOnlyDictionary<string, int> CountLabels(LabelSet? labels, TokenBatch heldOut)
    {
        if (labels is null)
            return ReadOnlyDictionary<string, int>.Empty;
        int[] counts = [.. labels.Counts.Select(count => (int)count)];
        foreach (int label in heldOut.Labels.Span)
            counts[label]++;
        var byName = new OrderedDictionary<string, int>(StringComparer.Ordinal);
        for (int label = 0; label < counts.Length; label++)
            byName.Add(labels.Names[label], counts[label]);
        return new ReadOnlyDictionary<string, int>(byName);
    }

    private static IEnumerable<LabelledSequence> Rows(TokenBatch batch) =>
        Enumerable.Range(0, batch.Count).Select(row => new LabelledSequence(batch[row].ToArray(), batch.Labels.IsEmpty ? LabelledSequence.NoLabel : batch.Labels.Span[row], row));

    private static string Shorten(string text)
    {
        if (text.Length <= ExampleCharacters)
            return text;
        int length = char.IsHighSurrogate(text[ExampleCharacters - 1]) ? ExampleCharacters - 1 : ExampleCharacters;
        return string.Concat(text.AsSpan(0, length), "…");
    }
}
