using System.Text.Json;

namespace SeqGan;

/// <summary>Writes a tokenizer as a line of text and reads it again: in a model file, in a configuration, on a command line.</summary>
/// <remarks>
/// The specifications are <c>characters</c> (or <c>chars</c>), <c>graphemes</c>, <c>words</c>, <c>whitespace</c>,
/// <c>regex:PATTERN</c>, and <c>alphabet:ACGT</c> with one character a symbol, or with a JSON array of symbols behind the
/// colon (<c>alphabet:["Cl","Br","C"]</c>). Thread-safe.
/// </remarks>
public static class TokenizerSpecification
{
    private const string Characters = "characters", Graphemes = "graphemes", Words = "words", Whitespace = "whitespace";
    private const string Pattern = "regex:", Alphabet = "alphabet:";

    /// <summary>The tokenizer of a specification.</summary>
    /// <param name="specification">A specification; upper and lower case are not the same.</param>
    /// <exception cref="ArgumentException">It is none, or its pattern or alphabet cannot be used.</exception>
    public static ITokenizer Parse(string specification)
    {
        ArgumentNullException.ThrowIfNull(specification);
        return specification switch
        {
            Characters or "chars" => new CharacterTokenizer(),
            Graphemes => new CharacterTokenizer(graphemes: true),
            Words => new WordTokenizer(),
            Whitespace => new WhitespaceTokenizer(),
            _ when specification.StartsWith(Pattern, StringComparison.Ordinal) => new RegexTokenizer(specification[Pattern.Length..]),
            _ when specification.StartsWith(Alphabet, StringComparison.Ordinal) => new AlphabetTokenizer(ReadSymbols(specification[Alphabet.Length..])),
            _ => throw new ArgumentException(
                $"'{specification}' is no tokenizer; it must be one of '{Characters}', '{Graphemes}', '{Words}', '{Whitespace}', '{Pattern}PATTERN' and '{Alphabet}SYMBOLS'.",
                nameof(specification)),
        };
    }

    /// <summary>The specification of a tokenizer.</summary>
    /// <param name="tokenizer">A tokenizer.</param>
    /// <returns>What <see cref="Parse"/> makes an equal one of, or null for one that this library does not know.</returns>
    public static string? Describe(ITokenizer tokenizer)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        return tokenizer switch
        {
            CharacterTokenizer characters => characters.Graphemes ? Graphemes : Characters,
            WordTokenizer => Words,
            WhitespaceTokenizer => Whitespace,
            RegexTokenizer regex => Pattern + regex.Pattern,
            AlphabetTokenizer alphabet => Alphabet + WriteSymbols(alphabet.Symbols),
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
            return new CharacterTokenizer().Tokenize(text);
        try
        {
            return JsonTokens.Read(text);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw new ArgumentException($"'{Alphabet}{text}' is no alphabet: what begins with '[' must be a JSON array of strings: {error.Message}", nameof(text), error);
        }
    }
}
