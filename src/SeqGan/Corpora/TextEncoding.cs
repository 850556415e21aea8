using System.Runtime.InteropServices;

namespace SeqGan;

/// <summary>
/// Turns texts into the sequences of a corpus: first numbers in order of appearance, then ids by frequency. With a given vocabulary the
/// numbers are its ids.
/// </summary>
internal sealed class TextEncoding(CorpusOptions options, ITokenizer tokenizer)
{
    // The end token while there is no vocabulary yet; the tokens of the data are numbered from 0.
    private const int End = -1;

    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private readonly List<string> _tokens = [];
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

        Length length = string.IsNullOrWhiteSpace(source.Text) ? Length.Empty : Number(tokenizer.Tokenize(source.Text));

        if (source.NoLabel is not null && length != Length.Empty)
        {
            Sequences.CountMissingLabel(number, source);
            return;
        }

        // The rest of a line that was not read whole is unknown, so only one that is already too long can be cut.
        Length known = source.IsCut && length != Length.MoreThanFits && length != Length.Empty ? Length.Unknown : length;
        if (known == Length.Fits)
            Sequences.Statistics.CheckRoundTrip(number, source.Text, tokenizer.Join(_currentTokens));
        Keep(known, number, () => source.Text, source.Label);
    }

    /// <param name="tokens">The tokens.</param>
    /// <param name="source">Only its label counts.</param>
    public void Add(IReadOnlyList<string> tokens, SourceText source)
    {
        int number = Sequences.Count();
        for (int i = 0; i < tokens.Count; i++)
        {
            if (string.IsNullOrEmpty(tokens[i]))
            {
                throw new CorpusException(
                    $"Sequence {number}, token {i} is {(tokens[i] is null ? "null" : "empty")}; a token has at least one character.");
            }
        }

        if (source.NoLabel is not null && tokens.Count > 0)
            Sequences.CountMissingLabel(number, source);
        else
            Keep(tokens.Count == 0 ? Length.Empty : Number(tokens), number, () => tokenizer.Join(tokens), source.Label);
    }

    /// <summary>Makes the vocabulary of everything added, and writes the sequences in its ids.</summary>
    /// <param name="source">The input's name, for errors.</param>
    public Vocabulary Finish(string? source)
    {
        Sequences.ThrowIfLabelsMissing(source);
        Sequences.ThrowIfNothingKept(source, options.MaxLength);
        Sequences.FinishSampling();
        Vocabulary vocabulary = options.Vocabulary ?? BuildVocabulary();
        int[] ids = [.. _tokens.Select(vocabulary.GetId)];
        Sequences.Rewrite(sequence => ToIds(sequence.Tokens, sequence.Number, ids));
        string Decode(int[] sequence) => this.Decode(sequence, vocabulary);
        Sequences.CountCopies();
        if (options.RemoveDuplicates)
            Sequences.RemoveDuplicates(Decode);
        Sequences.ThrowIfNothingKept(source, options.MaxLength);
        Sequences.FinishLabels();
        Measure();
        return vocabulary;
    }

    public string Decode(int[] sequence, Vocabulary vocabulary) =>
        tokenizer.Join(sequence.Where(id => id != Vocabulary.EndId).Select(vocabulary.GetToken));

    private Vocabulary BuildVocabulary()
    {
        var alphabet = tokenizer as AlphabetTokenizer;
        var counts = _tokens.Select((token, number) => KeyValuePair.Create(token, _counts[number]));
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

    private void Keep(Length length, int number, Func<string> text, string? label)
    {
        bool isGiven = options.Vocabulary is not null;
        DropReason? reason = length == Length.Empty ? DropReason.Empty
            : length == Length.Unknown || (length != Length.Fits && !options.TruncateLongSequences) ? DropReason.TooLong
            : isGiven && options.DropSequencesWithUnknownTokens && _current.Contains(Vocabulary.UnknownId) ? DropReason.UnknownToken
            : null;
        if (reason is { } why)
        {
            Sequences.Drop(why, number, text);
            return;
        }

        if (!isGiven)
            CountTokens();
        if (length == Length.Fits)
            _current.Add(End);
        Sequences.Keep([.. _current], number, label);
    }

    private void CountTokens()
    {
        Span<int> counts = CollectionsMarshal.AsSpan(_counts);
        foreach (int token in _current)
            counts[token] += counts[token] < int.MaxValue ? 1 : 0;
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
        if (!_numbers.TryGetValue(token, out int number))
        {
            _numbers.Add(token, number = _tokens.Count);
            _tokens.Add(token);
            _counts.Add(0);
        }

        return number;
    }

    private int[]? ToIds(int[] numbers, int number, int[] ids)
    {
        bool isGiven = options.Vocabulary is not null;
        int[] sequence = Array.ConvertAll(numbers, token => token == End ? Vocabulary.EndId : isGiven ? token : ids[token]);
        if (isGiven || !options.DropSequencesWithUnknownTokens || !sequence.Contains(Vocabulary.UnknownId))
            return sequence;
        Sequences.Drop(
            DropReason.UnknownToken, number, () => tokenizer.Join(numbers.Where(token => token != End).Select(token => _tokens[token])));
        return null;
    }

    private void Measure()
    {
        foreach (int[] sequence in Sequences.Kept)
        {
            Sequences.Statistics.Truncated += sequence[^1] == Vocabulary.EndId ? 0 : 1;
            Sequences.Statistics.Unknown += sequence.Count(id => id == Vocabulary.UnknownId);
        }
    }

    private enum Length
    {
        Empty,
        Fits,

        /// <summary>As many tokens as the maximum length, so there is no room for the end token.</summary>
        FitsWithoutEnd,
        MoreThanFits,

        /// <summary>A line too long to be read whole, although the tokens that were read fit.</summary>
        Unknown,
    }
}
