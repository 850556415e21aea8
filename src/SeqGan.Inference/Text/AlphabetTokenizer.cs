using System.Collections.ObjectModel;

namespace SeqGan;

/// <summary>Cuts text into the symbols of a fixed alphabet, the longest that fits first; joining puts nothing between.</summary>
/// <remarks>
/// A character outside the alphabet is a token by itself, but none that a corpus takes into its vocabulary: there it is the
/// unknown token, or its sequence is left out (<c>CorpusOptions.RareTokens</c>). Joining gives the text back. A lone
/// surrogate becomes U+FFFD. Thread-safe.
/// </remarks>
public sealed class AlphabetTokenizer : ITokenizer
{
    private readonly HashSet<string> _symbols = new(StringComparer.Ordinal);
    private readonly Dictionary<char, string[]> _byFirst;

    /// <summary>Creates a tokenizer.</summary>
    /// <param name="symbols">The symbols, for example A, C, G and T; at least one, distinct, none of them empty.</param>
    /// <exception cref="ArgumentException">There is no symbol, or one is empty, stands twice or has a lone surrogate.</exception>
    public AlphabetTokenizer(IEnumerable<string> symbols)
    {
        ArgumentNullException.ThrowIfNull(symbols);
        var list = new List<string>();
        foreach (string symbol in symbols)
        {
            if (string.IsNullOrEmpty(symbol))
                throw new ArgumentException($"Symbol {list.Count} is empty; a symbol has at least one character.", nameof(symbols));
            if (!ReferenceEquals(WellFormedText.Of(symbol), symbol))
                throw new ArgumentException($"Symbol {list.Count} has half of a surrogate pair; give the whole character.", nameof(symbols));
            if (!_symbols.Add(symbol))
                throw new ArgumentException($"The symbol '{symbol}' stands twice; symbols must be distinct.", nameof(symbols));
            list.Add(symbol);
        }

        if (list.Count == 0)
            throw new ArgumentException("The alphabet has no symbol; give at least one.", nameof(symbols));
        Symbols = new ReadOnlyCollection<string>(list);
        _byFirst = list.GroupBy(symbol => symbol[0]).ToDictionary(group => group.Key, group => group.OrderByDescending(symbol => symbol.Length).ToArray());
    }

    /// <summary>The symbols in the order given.</summary>
    public IReadOnlyList<string> Symbols { get; }

    /// <summary>Whether a token is one of the symbols.</summary>
    /// <param name="token">A token.</param>
    internal bool Contains(string token) => _symbols.Contains(token);

    /// <inheritdoc/>
    public IEnumerable<string> Tokenize(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Cut(WellFormedText.Of(text));
    }

    /// <inheritdoc/>
    public string Join(IEnumerable<string> tokens) => string.Concat(tokens);

    private IEnumerable<string> Cut(string text)
    {
        for (int start = 0; start < text.Length;)
        {
            string token = Longest(text, start) ?? text.Substring(start, WellFormedText.RuneLength(text, start));
            yield return token;
            start += token.Length;
        }
    }

    private string? Longest(string text, int start) =>
        _byFirst.TryGetValue(text[start], out string[]? candidates)
            ? Array.Find(candidates, symbol => string.CompareOrdinal(text, start, symbol, 0, symbol.Length) == 0)
            : null;
}
