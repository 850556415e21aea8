using System.Globalization;
using System.Text;
using Microsoft.ML.Tokenizers;

namespace SeqGan;

/// <summary>Cuts text with a tokenizer of Microsoft.ML.Tokenizers: BPE, WordPiece, SentencePiece, Tiktoken or one's own.</summary>
/// <remarks>
/// A token's text is the model's with its id behind it (<c>hello#31373</c>), so that joining decodes exactly the ids that
/// were encoded, while a corpus's vocabulary has only the tokens that occur. A text comes back as far as the model gives it
/// back: one that lowers case or has no token for a character does not. No special tokens are added. A whole text is encoded
/// at once. Thread-safe, as the models of Microsoft.ML.Tokenizers are. A model file cannot name this tokenizer: pass it to
/// <see cref="CompiledPolicy.Load(string, ITokenizer?)"/>.
/// </remarks>
public sealed class SubwordTokenizer : ITokenizer
{
    private const char Separator = '#';
    private readonly Tokenizer _tokenizer;

    /// <summary>Creates a tokenizer.</summary>
    /// <param name="tokenizer">What cuts and decodes.</param>
    public SubwordTokenizer(Tokenizer tokenizer)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        _tokenizer = tokenizer;
    }

    /// <inheritdoc/>
    public IEnumerable<string> Tokenize(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return _tokenizer.EncodeToTokens(text, out _).Select(token => string.Create(CultureInfo.InvariantCulture, $"{WellFormed(token.Value)}{Separator}{token.Id}"));
    }

    /// <summary>Decodes tokens to a text.</summary>
    /// <param name="tokens">Tokens in order. One without an id, such as that of unknown tokens, stands in the text as it is.</param>
    public string Join(IEnumerable<string> tokens)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        var text = new StringBuilder();
        var ids = new List<int>();
        foreach (string token in tokens)
        {
            if (TryReadId(token, out int id))
            {
                ids.Add(id);
                continue;
            }

            Decode(ids, text);
            text.Append(token);
        }

        Decode(ids, text);
        return text.ToString();
    }

    private static bool TryReadId(string token, out int id)
    {
        id = 0;
        int separator = token.LastIndexOf(Separator);
        return separator >= 0 && int.TryParse(token.AsSpan(separator + 1), NumberStyles.None, CultureInfo.InvariantCulture, out id);
    }

    private void Decode(List<int> ids, StringBuilder text)
    {
        if (ids.Count > 0)
            text.Append(_tokenizer.Decode(ids));
        ids.Clear();
    }

    // A model may cut a character into pieces; a vocabulary is written as JSON.
    private static string WellFormed(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
}
