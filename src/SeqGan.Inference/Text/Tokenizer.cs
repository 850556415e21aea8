namespace SeqGan.Text;

/// <summary>The tokenizers of this library. All are immutable and thread-safe.</summary>
/// <remarks>
/// A specification names one of them in a line of text, for a model file, a configuration or a command line: <c>characters</c> (or
/// <c>chars</c>), <c>graphemes</c>, <c>words</c>, <c>whitespace</c>, <c>regex:PATTERN</c>, and <c>alphabet:ACGT</c> with one character a
/// symbol, or with a JSON array of symbols (<c>alphabet:["Cl","Br","C"]</c>). A lone surrogate in a text becomes U+FFFD.
/// </remarks>
public static class Tokenizer
{
    private const string CharactersName = "characters", GraphemesName = "graphemes", WordsName = "words", WhitespaceName = "whitespace";
    private const string RegexPrefix = "regex:", AlphabetPrefix = "alphabet:";

    /// <summary>Each Unicode character (scalar value) is a token. Joining restores the text.</summary>
    /// <remarks>An emoji outside the basic plane is one token; a letter with a combining accent is two.</remarks>
    public static ITokenizer Characters { get; } = new CharacterTokenizer(graphemes: false);

    /// <summary>Each grapheme cluster is a token: what a reader takes for one character. Joining restores the text.</summary>
    /// <remarks>A letter with its accents is one token, and so is a flag or an emoji of several parts.</remarks>
    public static ITokenizer Graphemes { get; } = new CharacterTokenizer(graphemes: true);

    /// <summary>Text between white space is a token; joining puts one space between tokens.</summary>
    /// <remarks>White space is what Unicode calls so. How much of it was between two tokens is lost.</remarks>
    public static ITokenizer Whitespace { get; } = new WhitespaceTokenizer();

    /// <summary>Words, numbers and punctuation marks are tokens; joining makes natural text of them.</summary>
    /// <remarks>
    /// A word is a run of letters, digits and underscores, with apostrophes between letters (<c>don't</c>) and points and commas between
    /// digits (<c>3.14</c>). Every other character is a token of its own. Joining puts one space between tokens, but none before
    /// <c>, . ; : ! ? % ) ] }</c> and closing quotes, none after <c>( [ { $ # @</c> and opening quotes, and none on either side of a hyphen
    /// or slash. Straight quotes open and close in turn. A token with other spacing has a mark in front: <c>‿</c> (U+203F) for no space
    /// where the rule puts one, <c>␣</c> (U+2423) for a space where it puts none. So joining restores a text, except white space at its
    /// ends and other than single spaces. For scripts without spaces between words, such as Chinese or Thai, use characters instead.
    /// </remarks>
    public static ITokenizer Words { get; } = new WordTokenizer();

    /// <summary>Each match of a regular expression is a token, and each character between matches too. Joining restores the text.</summary>
    /// <param name="pattern">
    /// A .NET expression of at most 2000 characters, without look-around, back-references and atomic groups, that never matches the
    /// empty string. At most 1000: the product of its counted repetitions; 50: repeated groups, nested 5 deep; 100: different characters
    /// and sets.
    /// </param>
    /// <remarks>
    /// For text whose tokens have a syntax, such as SMILES, log lines or source code. Case rules are those of the invariant culture. No
    /// surrogate pair is split. A pattern may come from an untrusted model file, so tokenizing throws a <see cref="SeqGanException"/> if a
    /// match takes 2 seconds, or a text 2 seconds and 20 microseconds per character: a hundred times what ordinary patterns need.
    /// </remarks>
    /// <exception cref="ArgumentException">The pattern is not valid.</exception>
    public static ITokenizer Regex(string pattern) => new RegexTokenizer(pattern);

    /// <summary>The symbols of a fixed alphabet are the tokens, the longest that fits first. Joining restores the text.</summary>
    /// <param name="symbols">The symbols, for example A, C, G and T; at least one, distinct, none of them empty.</param>
    /// <remarks>Any other character is a token too, but not in a corpus's vocabulary: it is unknown, or its sequence is left out.</remarks>
    /// <exception cref="ArgumentException">There is no symbol, or one is empty, a duplicate, or has a lone surrogate.</exception>
    public static ITokenizer Alphabet(params IEnumerable<string> symbols) => new AlphabetTokenizer(symbols);

    /// <summary>The tokenizer of a specification; case matters.</summary>
    /// <exception cref="ArgumentException">The specification, or the pattern or alphabet in it, is not valid.</exception>
    public static ITokenizer Parse(string specification)
    {
        ArgumentNullException.ThrowIfNull(specification);
        return specification switch
        {
            CharactersName or "chars" => Characters,
            GraphemesName => Graphemes,
            WordsName => Words,
            WhitespaceName => Whitespace,
            _ when specification.StartsWith(RegexPrefix, StringComparison.Ordinal) => Regex(specification[RegexPrefix.Length..]),
            _ when specification.StartsWith(AlphabetPrefix, StringComparison.Ordinal) =>
                Alphabet(ReadSymbols(specification[AlphabetPrefix.Length..])),
            _ => throw new ArgumentException(
                $"'{specification}' is no tokenizer; it must be one of '{CharactersName}', '{GraphemesName}', '{WordsName}', "
                    + $"'{WhitespaceName}', '{RegexPrefix}PATTERN' and '{AlphabetPrefix}SYMBOLS'.",
                nameof(specification)),
        };
    }

    /// <summary>A specification that <see cref="Parse"/> turns into an equal tokenizer; null if it is not of this library.</summary>
    public static string? Describe(ITokenizer tokenizer)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        return tokenizer switch
        {
            CharacterTokenizer characters => characters.Graphemes ? GraphemesName : CharactersName,
            WordTokenizer => WordsName,
            WhitespaceTokenizer => WhitespaceName,
            RegexTokenizer regex => RegexPrefix + regex.Pattern,
            AlphabetTokenizer alphabet => AlphabetPrefix + WriteSymbols(alphabet.Symbols),
            _ => null,
        };
    }

    private static string WriteSymbols(IReadOnlyList<string> symbols) =>
        symbols[0] != "[" && symbols.All(symbol => symbol.Length == WellFormedText.RuneLength(symbol, 0))
            ? string.Concat(symbols)
            : JsonTokens.Write(symbols);

    private static IEnumerable<string> ReadSymbols(string text)
    {
        if (!text.StartsWith('['))
            return Characters.Tokenize(text);
        try
        {
            return JsonTokens.Read(text);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or ArgumentException)
        {
            throw new ArgumentException(
                $"'{AlphabetPrefix}{text}' is no alphabet: it must be a JSON array of strings: {error.Message}", nameof(text), error);
        }
    }
}

/// <inheritdoc cref="Tokenizer.Characters"/>
internal sealed class CharacterTokenizer(bool graphemes) : ITokenizer
{
    public bool Graphemes { get; } = graphemes;

    public IEnumerable<string> Tokenize(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Graphemes ? Elements(WellFormedText.Of(text)) : text.EnumerateRunes().Select(rune => rune.ToString());
    }

    public string Join(IEnumerable<string> tokens) => string.Concat(tokens);

    private static IEnumerable<string> Elements(string text)
    {
        for (int start = 0, length; start < text.Length; start += length)
        {
            length = StringInfo.GetNextTextElementLength(text, start);
            yield return text.Substring(start, length);
        }
    }
}

/// <inheritdoc cref="Tokenizer.Whitespace"/>
internal sealed class WhitespaceTokenizer : ITokenizer
{
    public IEnumerable<string> Tokenize(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
    }

    public string Join(IEnumerable<string> tokens) => string.Join(' ', tokens);
}
