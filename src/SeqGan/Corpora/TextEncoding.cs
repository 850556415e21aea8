namespace SeqGan.Corpora;

/// <summary>Turns texts into sequences: first numbers by appearance (a given vocabulary's ids), then ids by frequency.</summary>
/// <param name="options">How to make the corpus.</param>
/// <param name="tokenizer">Cuts and joins texts.</param>
/// <param name="ofTokens">Joins sequences that are already cut; null for the same.</param>
internal sealed class TextEncoding(CorpusOptions options, ITokenizer tokenizer, ITokenizer? ofTokens = null)
{
    // The end token while there is no vocabulary yet; the tokens of the data are numbered from 0.
    private const int End = -1;

    // More than this is as long as anything can be.
    private const int MostCounted = 1_000_000;

    // The most tokens of a sequence before the limit is chosen.
    private readonly int _maxLength = options.MaxLength ?? SequenceLengths.Longest;

    // Whether sequences are already cut; null while there is none.
    private bool? _isOfTokens;

    private readonly Numbering<string> _tokens = new(StringComparer.Ordinal);
    private readonly List<int> _counts = [];
    private readonly List<int> _current = [];
    private readonly List<string> _currentTokens = [];

    /// <summary>The tokenizer that fits what was added.</summary>
    public ITokenizer Tokenizer => tokenizer;

    public SequenceCollector Sequences { get; } = new(options.MaximumSequences, options.Seed);

    public void Add(SourceText source)
    {
        int place = Sequences.Count();
        int number = source.Number == 0 ? place : source.Number;
        if (source.Failure is not null)
        {
            Sequences.DropInvalid(number, source);
            return;
        }

        if (source.Tokens is not null || !string.IsNullOrWhiteSpace(source.Text))
        {
            bool isOfTokens = source.Tokens is not null;
            if ((_isOfTokens ??= isOfTokens) != isOfTokens)
                throw new CorpusException(
                    $"Sequence {place} is {(isOfTokens ? "an array of tokens, but text" : "text, but an array of tokens")} "
                    + "in those before; give files of one kind.");
        }

        if (source.Tokens is not null)
            tokenizer = ofTokens ?? tokenizer;
        foreach ((int index, string token) in (source.Tokens ?? []).Index().Where(token => string.IsNullOrEmpty(token.Item)))
            throw new CorpusException($"Sequence {number}, token {index} is {(token is null ? "null" : "empty")}; it needs a character.");
        source = Normalize(source.IsCut ? source with { Text = BeginningOf(source.Text) } : source);
        IEnumerable<string> tokens = source.Tokens ?? (string.IsNullOrWhiteSpace(source.Text) ? [] : tokenizer.Tokenize(source.Text));
        int length = Number(tokens, source.IsCut ? _maxLength + 1 : MostCounted);
        if (length > 0 && length <= _maxLength && !source.IsCut && source.NoLabel is null && source.Tokens is null)
            Sequences.Statistics.CheckRoundTrip(number, source.Text, tokenizer.Join(_currentTokens));
        Keep(length, number, source);
    }

    /// <summary>Makes the vocabulary of everything added, and writes the sequences in its ids; errors name the source.</summary>
    public Vocabulary Finish(string? source)
    {
        Sequences.ThrowIfLabelsMissing(source);
        Sequences.FinishSampling();
        FinishLengths();
        Sequences.ThrowIfNothingKept(source);
        Vocabulary vocabulary = options.Vocabulary ?? BuildVocabulary();
        if (_isOfTokens == true)
            Sequences.Statistics.CutTokens = [.. vocabulary.TokensCutBy(tokenizer)];
        int[] ids = [.. _tokens.Items.Select(vocabulary.GetId)];
        Sequences.Rewrite(sequence => ToIds(sequence.Tokens, sequence.Number, ids));
        Sequences.FinishCopies(options.RemoveDuplicates, sequence => Decode(sequence, vocabulary));
        Sequences.ThrowIfNothingKept(source);
        Sequences.FinishLabels();
        return vocabulary;
    }

    public string Decode(int[] sequence, Vocabulary vocabulary) =>
        tokenizer.Join(sequence.Where(id => id != Vocabulary.EndId).Take(Sequences.Limit!.Value.MaxLength).Select(vocabulary.GetToken));

    /// <summary>As much of a line that was not read whole as can be kept of it.</summary>
    private string BeginningOf(string line)
    {
        int length = (int)Math.Min(line.Length, (_maxLength + 1L) * Utf8LineReader.BytesPerToken);
        return line[..(length > 0 && char.IsHighSurrogate(line[length - 1]) ? length - 1 : length)];
    }

    private SourceText Normalize(SourceText source)
    {
        CorpusStatistics statistics = Sequences.Statistics;
        if (!options.NormalizeText)
        {
            statistics.CountForms(source.Tokens is null ? source.Text : string.Concat(source.Tokens));
            return source;
        }

        return source with
        {
            Text = source.Tokens is null ? statistics.CountNormalized(source.Text) : source.Text,
            Tokens = source.Tokens is null ? null : [.. source.Tokens.Select(ComposedText.Of)],
            Label = source.Label is null ? null : ComposedText.Of(source.Label),
        };
    }

    private Vocabulary BuildVocabulary()
    {
        var alphabet = tokenizer as AlphabetTokenizer;
        var counts = _tokens.Items.Select((token, number) => KeyValuePair.Create(token, _counts[number]));
        Vocabulary vocabulary = Vocabulary.FromCounts(
            counts.Where(token => alphabet is null || alphabet.Contains(token.Key)), options.MinimumTokenCount);
        Sequences.Statistics.Tokens = (_counts.Count(count => count > 0), _counts.Count(count => count == 1));
        Sequences.Statistics.Sparing = CorpusWarnings.FindSparing(_counts);
        return vocabulary.Count > Vocabulary.SpecialTokenCount
            ? vocabulary
            : throw new CorpusException(alphabet is not null && options.MinimumTokenCount == 1
                ? $"No token is in the alphabet ({string.Join(' ', alphabet.Symbols.Take(20))}); upper and lower case differ."
                : $"No token occurs {options.MinimumTokenCount} times or more; "
                    + $"lower {nameof(CorpusOptions)}.{nameof(CorpusOptions.MinimumTokenCount)}.");
    }

    private void Keep(int length, int number, SourceText source)
    {
        if (source.NoLabel is not null && length > 0)
        {
            Sequences.Labels.CountMissing(number, source);
            return;
        }

        // The rest of a line that was not read whole is unknown, so only one that is already too long can be cut.
        bool isTooLong = length > _maxLength;
        bool isGiven = options.Vocabulary is not null;
        DropReason? reason = length == 0 ? DropReason.Empty
            : isTooLong ? options.TruncateLongSequences ? null : DropReason.TooLong
            : source.IsCut ? DropReason.TooLong
            : null;
        if (length > 0)
        {
            Sequences.HasCutLines |= source.IsCut;
            Sequences.Lengths.Add(source.IsCut ? Math.Max(length, _maxLength + 1) : length);
        }

        if (reason is null && isGiven && options.DropSequencesWithUnknownTokens && _current.Contains(Vocabulary.UnknownId))
            reason = DropReason.UnknownToken;
        if (reason is { } why)
        {
            Sequences.Drop(why, number, () => source.Tokens is null ? source.Text : tokenizer.Join(source.Tokens));
            return;
        }

        Count(_current, 1);
        if (!isTooLong)
            _current.Add(End);
        Sequences.Keep(new LabelledSequence([.. _current], Sequences.Labels.NumberOf(source.Label, number), number));
    }

    /// <summary>Numbers the tokens of a sequence, up to one more than the most that a sequence can have.</summary>
    /// <returns>The number of its tokens, counted up to the given one.</returns>
    private int Number(IEnumerable<string> tokens, int most)
    {
        _current.Clear();
        _currentTokens.Clear();
        int length = 0;
        foreach (string token in tokens)
        {
            if (length == most)
                break;
            if (length++ > _maxLength)
                continue;
            _current.Add(options.Vocabulary is null ? Number(token) : options.Vocabulary.GetId(token));
            _currentTokens.Add(token);
        }

        return length;
    }

    private int Number(string token)
    {
        int number = _tokens.Of(token);
        if (number == _counts.Count)
            _counts.Add(0);
        return number;
    }

    private void Count(IEnumerable<int> numbers, int times)
    {
        if (options.Vocabulary is not null)
            return;
        Span<int> counts = CollectionsMarshal.AsSpan(_counts);
        foreach (int token in numbers)
        {
            if (token != End && counts[token] < int.MaxValue)
                counts[token] += times;
        }
    }

    /// <summary>Chooses the limit if there is none, and leaves out or cuts what is longer.</summary>
    private void FinishLengths()
    {
        Sequences.Limit = options.MaxLength is { } given ? (given, false) : (Sequences.Lengths.Suggested, true);
        int maxLength = Sequences.Limit.Value.MaxLength;
        if (maxLength >= _maxLength)
            return;
        Sequences.Rewrite(sequence =>
        {
            int[] tokens = sequence.Tokens;
            if (tokens.Length - (tokens[^1] == End ? 1 : 0) <= maxLength)
                return tokens;
            int kept = options.TruncateLongSequences ? maxLength + 1 : 0;
            Count(tokens[kept..], -1);
            if (kept > 0)
                return tokens[..kept];
            Sequences.Drop(DropReason.TooLong, sequence.Number, () => tokenizer.Join(tokens.Where(token => token != End).Select(TextOf)));
            return null;
        });
    }

    private string TextOf(int number) => options.Vocabulary is { } given ? given.GetToken(number) : _tokens.Items[number];

    private int[]? ToIds(int[] numbers, int number, int[] ids)
    {
        bool isGiven = options.Vocabulary is not null;
        int[] sequence = Array.ConvertAll(numbers, token => token == End ? Vocabulary.EndId : isGiven ? token : ids[token]);
        if (isGiven || !options.DropSequencesWithUnknownTokens || !sequence.Contains(Vocabulary.UnknownId))
            return sequence;
        var tokens = numbers.Where(token => token != End).Select(token => _tokens.Items[token]);
        Sequences.Drop(DropReason.UnknownToken, number, () => tokenizer.Join(tokens));
        return null;
    }
}
