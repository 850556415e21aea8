namespace SeqGan.Corpora;

/// <summary>Turns texts into sequences: first numbers by appearance (a given vocabulary's ids), then ids by frequency.</summary>
internal sealed class TextEncoding(CorpusOptions options, ITokenizer tokenizer)
{
    // The end token while there is no vocabulary yet; the tokens of the data are numbered from 0.
    private const int End = -1;

    private readonly Numbering<string> _tokens = new(StringComparer.Ordinal);
    private readonly List<int> _counts = [];
    private readonly List<int> _current = [];
    private readonly List<string> _currentTokens = [];

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

        foreach ((int index, string token) in (source.Tokens ?? []).Index().Where(token => string.IsNullOrEmpty(token.Item)))
            throw new CorpusException($"Sequence {number}, token {index} is {(token is null ? "null" : "empty")}; it needs a character.");
        IEnumerable<string> tokens = source.Tokens ?? (string.IsNullOrWhiteSpace(source.Text) ? [] : tokenizer.Tokenize(source.Text));
        Length length = Number(tokens);

        // The rest of a line that was not read whole is unknown, so only one that is already too long can be cut.
        if (source.IsCut && length is not (Length.MoreThanFits or Length.Empty))
            length = Length.Unknown;
        if (length == Length.Fits && source.NoLabel is null && source.Tokens is null)
            Sequences.Statistics.CheckRoundTrip(number, source.Text, tokenizer.Join(_currentTokens));
        Keep(length, number, source);
    }

    /// <summary>Makes the vocabulary of everything added, and writes the sequences in its ids; errors name the source.</summary>
    public Vocabulary Finish(string? source)
    {
        Sequences.ThrowIfLabelsMissing(source);
        Sequences.ThrowIfNothingKept(source, options.MaxLength);
        Sequences.FinishSampling();
        Vocabulary vocabulary = options.Vocabulary ?? BuildVocabulary();
        int[] ids = [.. _tokens.Items.Select(vocabulary.GetId)];
        Sequences.Rewrite(sequence => ToIds(sequence.Tokens, sequence.Number, ids));
        Sequences.FinishCopies(options.RemoveDuplicates, sequence => Decode(sequence, vocabulary));
        Sequences.ThrowIfNothingKept(source, options.MaxLength);
        Sequences.FinishLabels();
        return vocabulary;
    }

    public string Decode(int[] sequence, Vocabulary vocabulary) =>
        tokenizer.Join(sequence.Where(id => id != Vocabulary.EndId).Select(vocabulary.GetToken));

    private Vocabulary BuildVocabulary()
    {
        var alphabet = tokenizer as AlphabetTokenizer;
        var counts = _tokens.Items.Select((token, number) => KeyValuePair.Create(token, _counts[number]));
        Vocabulary vocabulary = Vocabulary.FromCounts(
            counts.Where(token => alphabet is null || alphabet.Contains(token.Key)), options.MinimumTokenCount);
        Sequences.Statistics.Tokens = (_counts.Count(count => count > 0), _counts.Count(count => count == 1));
        return vocabulary.Count > Vocabulary.SpecialTokenCount
            ? vocabulary
            : throw new CorpusException(alphabet is not null && options.MinimumTokenCount == 1
                ? $"No token is in the alphabet ({string.Join(' ', alphabet.Symbols.Take(20))}); upper and lower case differ."
                : $"No token occurs {options.MinimumTokenCount} times or more; "
                    + $"lower {nameof(CorpusOptions)}.{nameof(CorpusOptions.MinimumTokenCount)}.");
    }

    private void Keep(Length length, int number, SourceText source)
    {
        if (source.NoLabel is not null && length != Length.Empty)
        {
            Sequences.Labels.CountMissing(number, source);
            return;
        }

        bool isGiven = options.Vocabulary is not null;
        DropReason? reason = length == Length.Empty ? DropReason.Empty
            : length == Length.Unknown || (length != Length.Fits && !options.TruncateLongSequences) ? DropReason.TooLong
            : isGiven && options.DropSequencesWithUnknownTokens && _current.Contains(Vocabulary.UnknownId) ? DropReason.UnknownToken
            : null;
        if (reason is { } why)
        {
            Sequences.Drop(why, number, () => source.Tokens is null ? source.Text : tokenizer.Join(source.Tokens));
            return;
        }

        Span<int> counts = CollectionsMarshal.AsSpan(_counts);
        foreach (int token in isGiven ? [] : _current)
            counts[token] += counts[token] < int.MaxValue ? 1 : 0;
        if (length == Length.Fits)
            _current.Add(End);
        Sequences.Keep(new LabelledSequence([.. _current], Sequences.Labels.NumberOf(source.Label, number), number));
    }

    /// <summary>Numbers the tokens of a sequence, up to the maximum length.</summary>
    private Length Number(IEnumerable<string> tokens)
    {
        _current.Clear();
        _currentTokens.Clear();
        foreach (string token in tokens)
        {
            if (_current.Count == options.MaxLength)
                return Length.MoreThanFits;
            _current.Add(options.Vocabulary is null ? Number(token) : options.Vocabulary.GetId(token));
            _currentTokens.Add(token);
        }

        return _current.Count == 0 ? Length.Empty : _current.Count < options.MaxLength ? Length.Fits : Length.FitsWithoutEnd;
    }

    private int Number(string token)
    {
        int number = _tokens.Of(token);
        if (number == _counts.Count)
            _counts.Add(0);
        return number;
    }

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

    // Without end: as many tokens as the maximum length. Unknown: the tokens that were read fit, but the line was not read whole.
    private enum Length
    {
        Empty,
        Fits,
        FitsWithoutEnd,
        MoreThanFits,
        Unknown,
    }
}
