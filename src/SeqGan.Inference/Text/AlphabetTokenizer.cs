namespace SeqGan.Text;

/// <inheritdoc cref="Tokenizer.Alphabet"/>
internal sealed class AlphabetTokenizer : ITokenizer
{
    private readonly HashSet<string> _symbols = new(StringComparer.Ordinal);
    private readonly Dictionary<char, string[]> _byFirst;

    public AlphabetTokenizer(IEnumerable<string> symbols)
    {
        ArgumentNullException.ThrowIfNull(symbols);
        Symbols = [.. symbols];
        foreach ((int index, string symbol) in Symbols.Index())
        {
            string? problem = string.IsNullOrEmpty(symbol) ? $"Symbol {index} is empty; a symbol has at least one character."
                : !ReferenceEquals(WellFormedText.Of(symbol), symbol)
                    ? $"Symbol {index} has half a surrogate pair; give the whole character."
                : !_symbols.Add(symbol) ? $"The symbol '{symbol}' occurs twice; symbols must be distinct."
                : null;
            if (problem is not null)
                throw new ArgumentException(problem, nameof(symbols));
        }

        if (Symbols.Count == 0)
            throw new ArgumentException("The alphabet has no symbol; give at least one.", nameof(symbols));
        _byFirst = Symbols.GroupBy(symbol => symbol[0])
            .ToDictionary(group => group.Key, group => group.OrderByDescending(symbol => symbol.Length).ToArray());
    }

    /// <summary>The symbols in the order given.</summary>
    public IReadOnlyList<string> Symbols { get; }

    public bool Contains(string token) => _symbols.Contains(token);

    public IEnumerable<string> Tokenize(string text) => Cut(WellFormedText.Of(text));

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
