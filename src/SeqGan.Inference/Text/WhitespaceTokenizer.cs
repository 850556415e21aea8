namespace SeqGan;

/// <summary>Takes what stands between white space for a token; joins tokens with one space.</summary>
/// <remarks>White space is what Unicode calls so. How much of it stood between two tokens is lost. Thread-safe.</remarks>
public sealed class WhitespaceTokenizer : ITokenizer
{
    /// <inheritdoc/>
    public IEnumerable<string> Tokenize(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Words(text);
    }

    /// <inheritdoc/>
    public string Join(IEnumerable<string> tokens) => string.Join(' ', tokens);

    private static IEnumerable<string> Words(string text)
    {
        int start = 0;
        for (int i = 0; i <= text.Length; i++)
        {
            if (i < text.Length && !char.IsWhiteSpace(text[i]))
                continue;
            if (i > start)
                yield return text[start..i];
            start = i + 1;
        }
    }
}
