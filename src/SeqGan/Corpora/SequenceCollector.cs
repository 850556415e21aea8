using System.Collections.ObjectModel;

namespace SeqGan.Corpora;

/// <summary>Collects the sequences of one corpus and what its report says about them, and splits them.</summary>
/// <param name="maximum">The most sequences to keep; of more, a uniform sample.</param>
/// <param name="seed">Determines which.</param>
internal sealed class SequenceCollector(int? maximum = null, ulong seed = 0)
{
    private const int ExamplesPerReason = 3;

    // The split draws with the same purpose at step 0.
    private readonly RandomKey _key = new(seed, RandomPurpose.HeldOutSplit, 1);
    private readonly Dictionary<DropReason, int> _dropped = [];
    private readonly List<(DropReason Reason, int Number, string Text)> _examples = [];
    private readonly List<LabelledSequence> _sequences = [];
    private string? _firstInvalid;
    private int _read;
    private int _offered;

    /// <summary>The names of the kept sequences' labels in ordinal order, known after <see cref="FinishLabels"/>.</summary>
    public string[] LabelNames { get; private set; } = [];

    /// <summary>The longest kept sequence, of those that end.</summary>
    public int LongestLength(int endToken) => _sequences.Max(sequence => sequence.Tokens is [.., var last] && last == endToken
        ? sequence.Tokens.Length - 1 : sequence.Tokens.Length);

    public LabelNumbers Labels { get; } = new();

    /// <summary>The lengths of all sequences that have tokens, also of those that are too long.</summary>
    public SequenceLengths Lengths { get; } = new();

    /// <summary>The most tokens of a sequence that is kept whole, and whether it was chosen by the lengths; null for token ids.</summary>
    public (int MaxLength, bool IsChosen)? Limit { get; set; }

    /// <summary>Whether lines were too long to be read whole, so that their lengths are not known.</summary>
    public bool HasCutLines { get; set; }

    public CorpusStatistics Statistics { get; } = new();

    /// <summary>Counts a sequence of the input and returns its number, from 1.</summary>
    public int Count() => checked(++_read);

    public void ThrowIfLabelsMissing(string? source) => Labels.ThrowIfMissing(source, _read);

    /// <summary>Keeps a sequence, or draws whether it replaces another, by reservoir sampling (Vitter's algorithm R).</summary>
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

    public void KeepAll(IEnumerable<LabelledSequence> sequences, SequenceFormat format)
    {
        foreach (LabelledSequence sequence in sequences)
        {
            Lengths.Add(LengthOf(sequence.Tokens, format));
            Keep(sequence with { Number = Count() });
        }
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
            _examples.Add((reason, number, CorpusStatistics.Excerpt(text())));
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

    /// <summary>Counts copies and, if they are not wanted, removes them.</summary>
    public void FinishCopies(bool areRemoved, Func<int[], string>? decode = null)
    {
        var copies = new Dictionary<LabelledSequence, int>(LabelledSequence.Comparer);
        Rewrite(sequence =>
        {
            if (Statistics.CountCopy(sequence, copies) == 1 || !areRemoved)
                return sequence.Tokens;
            Drop(DropReason.Duplicate, sequence.Number, () => Text(sequence.Tokens, decode));
            return null;
        });
    }

    /// <summary>Renumbers the labels in the order of their names; nothing is kept or left out afterwards.</summary>
    public void FinishLabels()
    {
        if (_sequences.Count == 0 || _sequences[0].Label == LabelledSequence.NoLabel)
            return;
        (LabelNames, int[] places) = Labels.Sort(_sequences.Select(sequence => sequence.Label));
        for (int i = 0; i < _sequences.Count; i++)
            _sequences[i] = _sequences[i] with { Label = places[_sequences[i].Label] };
    }

    /// <summary>The error names the input, and the limit if sequences are too long for it.</summary>
    public void ThrowIfNothingKept(string? source = null)
    {
        if (_sequences.Count > 0)
            return;
        string message = $"{(source is null ? "A" : $"{source}: a")} corpus needs at least one sequence; ";
        if (_read == 0)
            throw new CorpusException($"{message}there was none to read.");
        message += $"of {_read} read none was kept: {CorpusReport.DescribeDropped(_dropped)}.";
        if (Limit is { } limit && _dropped.ContainsKey(DropReason.TooLong))
            message += $" {nameof(CorpusOptions)}.{nameof(CorpusOptions.MaxLength)} is {limit.MaxLength}; "
                + $"the longest sequence has {(HasCutLines ? "at least " : "")}{Lengths.Percentile(100)} tokens"
                + (HasCutLines ? "." : $", and 99% have at most {Lengths.Percentile(99)}.");
        throw new CorpusException(_firstInvalid is null ? message : $"{message} The first invalid one: {_firstInvalid}");
    }

    public (SequenceBuffer Training, SequenceBuffer HeldOut) Split(SequenceFormat format, double? heldOutFraction, ulong splitSeed)
    {
        (bool[] isHeldOut, Statistics.HeldOutWanted) = HeldOutSplit.Choose([.. _sequences], heldOutFraction, splitSeed);
        SequenceBuffer Side(bool heldOut) => Copy([.. _sequences.Where((_, index) => isHeldOut[index] == heldOut)], format);
        return (Side(heldOut: false), Side(heldOut: true));
    }

    public static SequenceBuffer Copy(LabelledSequence[] sequences, SequenceFormat format)
    {
        if ((long)sequences.Length * format.MaxLength > Array.MaxLength)
            throw new CorpusException($"{sequences.Length} sequences of {format.MaxLength} tokens are more than one array can hold; "
                + $"lower {nameof(CorpusOptions)}.{nameof(CorpusOptions.MaxLength)} or give fewer sequences.");
        var buffer = new SequenceBuffer(format, sequences.Length);
        for (int row = 0; row < sequences.Length; row++)
            buffer.Set(row, sequences[row].Tokens, sequences[row].Label);
        return buffer;
    }

    /// <summary>The report of the kept sequences; <paramref name="decode"/> gives their text, and is null for token ids.</summary>
    public CorpusReport Report(
        SequenceBuffer training, SequenceBuffer heldOut, LabelSet? labels, Func<int[], string>? decode = null, int minimumTokenCount = 1)
    {
        bool isText = decode is not null;
        (long length, long unknown, int longest, int truncated) = (0, 0, 0, 0);
        int[] labelCounts = new int[labels?.Count ?? 0];
        foreach (LabelledSequence sequence in _sequences)
        {
            int words = LengthOf(sequence.Tokens, training.Format);
            length += words;
            longest = Math.Max(longest, words);
            truncated += isText && !training.Format.HasEnded(sequence.Tokens) ? 1 : 0;
            unknown += training.Format.UnknownToken is { } token ? sequence.Tokens.AsSpan(0, words).Count(token) : 0;
            if (labels is not null)
                labelCounts[sequence.Label]++;
        }

        var namedCounts = (labels?.Names ?? []).Select((name, label) => KeyValuePair.Create(name, labelCounts[label]));
        var report = new CorpusReport
        {
            Read = _read,
            Training = training.Count,
            HeldOut = heldOut.Count,
            Truncated = truncated,
            UnknownTokenRate = length == 0 ? 0 : (double)unknown / length,
            VocabularySize = training.Format.VocabularySize,
            MinimumTokenCount = minimumTokenCount,
            Labels = new ReadOnlyDictionary<string, int>(new OrderedDictionary<string, int>(namedCounts)),
            MeanLength = (double)length / (training.Count + heldOut.Count),
            MaxLength = longest,
            LengthPercentiles = new ReadOnlyDictionary<int, int>(
                new OrderedDictionary<int, int>(((int[])[50, 90, 99, 100]).Select(p => KeyValuePair.Create(p, Lengths.Percentile(p))))),
            Limit = Limit,
            Normalized = Statistics.Normalized,
            DuplicatesKept = !_dropped.ContainsKey(DropReason.Duplicate),
            DistinctShare = Statistics.Counted == 0 ? 1 : (double)Statistics.Distinct / Statistics.Counted,
            RoundTripFailures = Statistics.RoundTripFailures,
            RoundTripExamples = [.. Statistics.RoundTripExamples],
            Dropped = _dropped.AsReadOnly(),
            Examples = [.. _examples.OrderBy(example => example.Number)],
        };
        report.Warnings = CorpusWarnings.Find(report, labels, Statistics, sequence => CorpusStatistics.Excerpt(Text(sequence, decode)));
        return report;
    }

    // Without the end token, or the token that only says that a sequence goes on after the limit.
    private static int LengthOf(int[] tokens, SequenceFormat format) => Math.Min(
        format.EndToken is not null && format.HasEnded(tokens) ? tokens.Length - 1 : tokens.Length, format.MaxLengthWithoutEnd);

    private static string Text(int[] sequence, Func<int[], string>? decode) => decode?.Invoke(sequence) ?? string.Join(' ', sequence);

    private int Drop(DropReason reason) => _dropped[reason] = _dropped.GetValueOrDefault(reason) + 1;
}
