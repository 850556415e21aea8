namespace SeqGan.Text;

/// <summary>Maps tokens to ids and back: three special tokens come first, then the tokens of the data.</summary>
/// <remarks>Ids are in [0, <see cref="Count"/>). No text encodes to a special token. Immutable and thread-safe.</remarks>
public sealed class Vocabulary
{
    /// <summary>The id of the token that fills a row after its sequence's end, and of a generator's first input: 0.</summary>
    public const int PaddingId = 0;

    /// <summary>The id of the token that ends a sequence: 1.</summary>
    public const int EndId = 1;

    /// <summary>The id of every token that the vocabulary lacks: 2. It is for reading: models learn it, and never generate it.</summary>
    public const int UnknownId = 2;

    /// <summary>The number of special tokens, and so the id of the first token of the data: 3.</summary>
    public const int SpecialTokenCount = 3;

    private readonly Dictionary<string, int> _ids;
    private readonly string[] _tokens;

    /// <summary>Creates a vocabulary; the ids of its tokens begin at <see cref="SpecialTokenCount"/>.</summary>
    /// <param name="tokens">The tokens of the data in the order of their ids, without the special ones; distinct and not empty.</param>
    /// <exception cref="ArgumentException">A token is empty or occurs twice.</exception>
    public Vocabulary(IEnumerable<string> tokens)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        _tokens = ["<padding>", "<end>", "<unknown>", .. tokens];
        _ids = new Dictionary<string, int>(_tokens.Length, StringComparer.Ordinal);
        for (int id = SpecialTokenCount; id < _tokens.Length; id++)
        {
            (string token, int place) = (_tokens[id], id - SpecialTokenCount);
            if (string.IsNullOrEmpty(token))
                throw new ArgumentException($"Token {place} is empty; a token has at least one character.", nameof(tokens));
            if (!_ids.TryAdd(token, id))
                throw new ArgumentException(
                    $"The token '{token}' occurs twice, at {_ids[token] - SpecialTokenCount} and {place}; tokens must be distinct.",
                    nameof(tokens));
        }

        Tokens = _tokens.AsReadOnly();
    }

    /// <summary>The number of tokens, the special ones included.</summary>
    public int Count => _tokens.Length;

    /// <summary>All tokens by id; the first are <c>&lt;padding&gt;</c>, <c>&lt;end&gt;</c> and <c>&lt;unknown&gt;</c>.</summary>
    public IReadOnlyList<string> Tokens { get; }

    /// <summary>Makes the vocabulary of data: the most frequent token first, equally frequent ones in ordinal order.</summary>
    /// <param name="sequences">Sequences of tokens.</param>
    /// <param name="minimumCount">How often a token must occur to have an id of its own; at least 1.</param>
    /// <exception cref="ArgumentException">A token is empty.</exception>
    public static Vocabulary Build(IEnumerable<IEnumerable<string>> sequences, int minimumCount = 1)
    {
        ArgumentNullException.ThrowIfNull(sequences);
        ArgumentOutOfRangeException.ThrowIfLessThan(minimumCount, 1);
        return FromCounts(sequences.SelectMany(sequence => sequence).CountBy(token => token, StringComparer.Ordinal), minimumCount);
    }

    /// <summary>The id of a token of the data, or <see cref="UnknownId"/> if the vocabulary lacks it.</summary>
    public int GetId(string token) => TryGetId(token, out int id) ? id : UnknownId;

    /// <summary>The id of a token of the data, or 0 and false if the vocabulary lacks it.</summary>
    public bool TryGetId(string token, out int id) => _ids.TryGetValue(token, out id);

    /// <summary>The token of an id in [0, <see cref="Count"/>).</summary>
    /// <exception cref="ArgumentOutOfRangeException">The id is outside the vocabulary.</exception>
    public string GetToken(int id) => (uint)id < (uint)_tokens.Length
        ? _tokens[id]
        : throw new ArgumentOutOfRangeException(nameof(id), id, $"A token id of this vocabulary is in [0, {_tokens.Length}).");

    /// <summary>
    /// The ids of a text that sequences may begin with. Tokens that a tokenizer would cut, such as an event with blanks, are found in it:
    /// from the left, the longest one.
    /// </summary>
    /// <exception cref="ArgumentException">There is no token for a part of it.</exception>
    internal int[] EncodePrefix(string prefix, ITokenizer tokenizer, string parameterName)
    {
        string[] parts = [.. tokenizer.Tokenize(prefix)];
        int longest = TokensCutBy(tokenizer).Select(token => tokenizer.Tokenize(token).Count()).Append(1).Max();
        var ids = new List<int>();
        for (int first = 0, next = 0; first < parts.Length; first = next)
        {
            int id = 0;
            for (next = Math.Min(parts.Length, first + longest); next > first; next--)
            {
                if (TryGetId(next == first + 1 ? parts[first] : tokenizer.Join(parts[first..next]), out id))
                    break;
            }

            ids.Add(next > first ? id : throw new ArgumentException($"The vocabulary has no token '{parts[first]}'.", parameterName));
        }

        return [.. ids];
    }

    /// <summary>The tokens that a tokenizer does not give back: in a text, blanks within them look like those between tokens.</summary>
    internal IEnumerable<string> TokensCutBy(ITokenizer tokenizer) => _tokens.Skip(SpecialTokenCount)
        .Where(token => token.Any(char.IsWhiteSpace) && !tokenizer.Tokenize(token).SequenceEqual([token]));

    /// <summary>How the vocabulary differs from a format's; null if it does not.</summary>
    internal string? DescribeOther(SequenceFormat format)
    {
        return Count != format.VocabularySize
            ? $"The vocabulary has {Count} tokens, special ones included; the format or network has {format.VocabularySize}."
            : (format.PaddingToken, format.EndToken) is not (PaddingId, EndId)
                ? $"A vocabulary's padding token is {PaddingId} and its end token {EndId}; "
                    + $"the format's padding token is {Name(format.PaddingToken)} and its end token {Name(format.EndToken)}."
            : format.UnknownToken is null or UnknownId ? null
            : $"A vocabulary's unknown token is {UnknownId}; the format's is {format.UnknownToken}.";

        static string Name(int? token) => token is { } id ? $"{id}" : "absent";
    }

    /// <summary>A format of a vocabulary, with its unknown token.</summary>
    internal static SequenceFormat WithUnknownToken(SequenceFormat format) => format.UnknownToken is not null
        ? format
        : new SequenceFormat(
            format.VocabularySize, format.MaxLength, format.StartToken, format.EndToken, format.PaddingToken, format.LabelCount, UnknownId);

    internal static Vocabulary FromCounts(IEnumerable<KeyValuePair<string, int>> counts, int minimumCount) =>
        new(counts
            .Where(token => token.Value >= minimumCount)
            .OrderByDescending(token => token.Value)
            .ThenBy(token => token.Key, StringComparer.Ordinal)
            .Select(token => token.Key));
}
