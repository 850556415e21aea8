using System.Collections.ObjectModel;

namespace SeqGan;

/// <summary>Collects the sequences of one corpus and what its report says about them, and splits them.</summary>
/// <param name="maximum">The most sequences to keep; of more, a uniform sample.</param>
/// <param name="seed">Determines which.</param>
internal sealed class SequenceCollector(int? maximum = null, ulong seed = 0)
{
    private const int ExamplesPerReason = 3;
    private const int ExampleCharacters = 48;

    // The split draws with the same purpose at step 0.
    private readonly RandomKey _key = new(seed, RandomPurpose.HeldOutSplit, 1);
    private readonly Dictionary<DropReason, int> _dropped = [];
    private readonly List<(DropReason Reason, int Number, string Text)> _examples = [];
    private readonly List<LabelledSequence> _sequences = [];
    private readonly LabelNumbers _labels = new();
    private string? _firstInvalid;
    private int _read;
    private int _offered;

    public IEnumerable<int[]> Kept => _sequences.Select(sequence => sequence.Tokens);

    /// <summary>The names of the kept sequences' labels in ordinal order, known after <see cref="FinishLabels"/>.</summary>
    public string[] LabelNames { get; private set; } = [];

    public int LongestLength => Kept.Max(tokens => tokens.Length);

    public CorpusStatistics Statistics { get; } = new();

    /// <summary>Counts a sequence of the input and returns its number, from 1.</summary>
    public int Count() => checked(++_read);

    public void CountMissingLabel(int number, SourceText source) => _labels.CountMissing(number, source);

    public void ThrowIfLabelsMissing(string? source) => _labels.ThrowIfMissing(source, _read);

    /// <summary>Keeps a sequence, or draws whether it replaces another, by reservoir sampling (Vitter's algorithm R).</summary>
    public void Keep(int[] tokens, int number, string? label = null) =>
        Keep(new LabelledSequence(tokens, _labels.NumberOf(label, number), number));

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

    /// <summary>Puts sampled sequences back into the order of the input.</summary>
    public void FinishSampling()
    {
        if (_dropped.ContainsKey(DropReason.NotSampled))
            _sequences.Sort((x, y) => x.Number.CompareTo(y.Number));
    }

    public void Drop(DropReason reason, int number, Func<string> text)
    {
        if (Drop(reason) <= ExamplesPerReason)
            _examples.Add((reason, number, Shorten(text())));
    }

    public void DropInvalid(int number, SourceText record)
    {
        _firstInvalid ??= record.Failure;
        Drop(DropReason.Invalid, number, () => record.Text);
        if (record.Lines > 1)
            Statistics.CountBroken(number, record.Lines);
    }

    /// <summary>Replaces each kept sequence; one that becomes null is no longer kept.</summary>
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

    /// <summary>Renumbers the labels in the order of their names; nothing is kept or left out afterwards.</summary>
    public void FinishLabels()
    {
        if (_sequences.Count == 0 || _sequences[0].Label == LabelledSequence.NoLabel)
            return;
        (LabelNames, int[] places) = _labels.Sort(_sequences.Select(sequence => sequence.Label));
        for (int i = 0; i < _sequences.Count; i++)
            _sequences[i] = _sequences[i] with { Label = places[_sequences[i].Label] };
    }

    /// <param name="source">The input's name, for the error.</param>
    /// <param name="maxLength">The option that makes sequences too long, if one does.</param>
    public void ThrowIfNothingKept(string? source = null, int maxLength = 0)
    {
        if (_sequences.Count > 0)
            return;
        string message = $"{(source is null ? "A" : $"{source}: a")} corpus needs at least one sequence; ";
        if (_read == 0)
            throw new CorpusException($"{message}there was none to read.");
        message += $"of {_read} read none was kept: {CorpusReport.DescribeDropped(_dropped)}.";
        if (maxLength > 0 && _dropped.ContainsKey(DropReason.TooLong))
            message += $" {nameof(CorpusOptions)}.{nameof(CorpusOptions.MaxLength)} is {maxLength}.";
        throw new CorpusException(_firstInvalid is null ? message : $"{message} The first invalid one: {_firstInvalid}");
    }

    public (SequenceBuffer Training, SequenceBuffer HeldOut) Split(SequenceFormat format, double heldOutFraction, ulong splitSeed)
    {
        bool[] isHeldOut = HeldOutSplit.Choose([.. _sequences], heldOutFraction, splitSeed);
        return (
            Copy([.. _sequences.Where((_, index) => !isHeldOut[index])], format),
            Copy([.. _sequences.Where((_, index) => isHeldOut[index])], format));
    }

    /// <summary>The report of two sets that are given as they are.</summary>
    public static CorpusReport Report(SequenceBuffer training, SequenceBuffer heldOut, LabelSet? labels)
    {
        var collector = new SequenceCollector { _read = training.Count + heldOut.Count };
        LabelledSequence[] heldOutRows = [.. Rows(heldOut.AsBatch())];
        collector.Statistics.CountCopies([.. Rows(training.AsBatch()), .. heldOutRows]);
        HashSet<ReadOnlyMemory<int>> known = SequenceComparer.Distinct(training.AsBatch());
        collector.Statistics.Overlap = heldOutRows.Count(row => known.Contains(row.Tokens));
        return collector.Report(training, heldOut, labels, Decode);
    }

    /// <summary>Token ids as a text.</summary>
    public static string Decode(int[] sequence) => string.Join(' ', sequence);

    public static SequenceBuffer Copy(LabelledSequence[] sequences, SequenceFormat format)
    {
        if ((long)sequences.Length * format.MaxLength > Array.MaxLength)
        {
            throw new CorpusException(
                $"{sequences.Length} sequences of {format.MaxLength} tokens are more than one array can hold; "
                    + $"lower {nameof(CorpusOptions)}.{nameof(CorpusOptions.MaxLength)} or give fewer sequences.");
        }

        var buffer = new SequenceBuffer(format, sequences.Length);
        for (int row = 0; row < sequences.Length; row++)
        {
            buffer.Set(row, sequences[row].Tokens);
            if (format.LabelCount > 0)
                buffer.Labels[row] = sequences[row].Label;
        }

        return buffer;
    }

    public CorpusReport Report(
        SequenceBuffer training, SequenceBuffer heldOut, LabelSet? labels, Func<int[], string> decode, int minimumTokenCount = 1)
    {
        Statistics.Measure(training.AsBatch(), training.Format);
        Statistics.Measure(heldOut.AsBatch(), training.Format);
        var report = new CorpusReport
        {
            Read = _read,
            Training = training.Count,
            HeldOut = heldOut.Count,
            Truncated = Statistics.Truncated,
            UnknownTokenRate = Statistics.Length == 0 ? 0 : (double)Statistics.Unknown / Statistics.Length,
            VocabularySize = training.Format.VocabularySize,
            MinimumTokenCount = minimumTokenCount,
            Labels = CountLabels(labels, heldOut.AsBatch()),
            MeanLength = (double)Statistics.Length / (training.Count + heldOut.Count),
            MaxLength = Statistics.LongestLength,
            DistinctShare = Statistics.Counted == 0 ? 1 : (double)Statistics.Distinct / Statistics.Counted,
            RoundTripFailures = Statistics.RoundTripFailures,
            RoundTripExamples = Statistics.RoundTripExamples,
            Dropped = _dropped.AsReadOnly(),
            Examples = [.. _examples.OrderBy(example => example.Number)],
        };
        report.Warnings = CorpusWarnings.Find(report, labels, Statistics, sequence => Shorten(decode(sequence)));
        return report;
    }

    private int Drop(DropReason reason) => _dropped[reason] = _dropped.GetValueOrDefault(reason) + 1;

    private static ReadOnlyDictionary<string, int> CountLabels(LabelSet? labels, TokenBatch heldOut)
    {
        if (labels is null)
            return ReadOnlyDictionary<string, int>.Empty;
        var counts = new OrderedDictionary<string, int>(StringComparer.Ordinal);
        foreach ((string name, long count) in labels.Names.Zip(labels.Counts))
            counts.Add(name, (int)count);
        foreach (int label in heldOut.Labels.Span)
            counts.SetAt(label, counts.GetAt(label).Value + 1);
        return new ReadOnlyDictionary<string, int>(counts);
    }

    private static IEnumerable<LabelledSequence> Rows(TokenBatch batch) =>
        Enumerable.Range(0, batch.Count).Select(row => new LabelledSequence(
            batch[row].ToArray(), batch.Labels.IsEmpty ? LabelledSequence.NoLabel : batch.Labels.Span[row], row));

    private static string Shorten(string text)
    {
        if (text.Length <= ExampleCharacters)
            return text;
        int length = char.IsHighSurrogate(text[ExampleCharacters - 1]) ? ExampleCharacters - 1 : ExampleCharacters;
        return string.Concat(text.AsSpan(0, length), "…");
    }
}
