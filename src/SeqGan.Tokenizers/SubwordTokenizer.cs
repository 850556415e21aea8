using System.Globalization;
using System.Text;
using Model = Microsoft.ML.Tokenizers.Tokenizer;

namespace SeqGan.Tokenizers;

/// <summary>Cuts text with a tokenizer of Microsoft.ML.Tokenizers: BPE, WordPiece, SentencePiece, Tiktoken or your own.</summary>
/// <remarks>
/// A token's text is the model's, followed by its id (<c>hello#31373</c>), so joining decodes exactly the encoded ids. Joining restores a
/// text as far as the model does: not if it lowers case or has no token for a character. No special tokens are added. Thread-safe like the
/// models of Microsoft.ML.Tokenizers. A model file cannot name it: pass it to <see cref="CompiledPolicy.Load(string, ITokenizer?)"/>.
/// </remarks>
/// <param name="tokenizer">Encodes and decodes.</param>
public sealed class SubwordTokenizer(Model tokenizer) : ITokenizer
{
    private const char Separator = '#';
    private readonly Model _tokenizer = tokenizer ?? throw new ArgumentNullException(nameof(tokenizer));

    /// <inheritdoc/>
    public IEnumerable<string> Tokenize(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return _tokenizer.EncodeToTokens(text, out _).Select(
            token => string.Create(CultureInfo.InvariantCulture, $"{WellFormed(token.Value)}{Separator}{token.Id}"));
    }

    /// <summary>Decodes tokens to a text. A token without an id, such as the unknown token, appears unchanged.</summary>
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

    // A model may cut a character into pieces, but a vocabulary is written as JSON.
    private static string WellFormed(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
}
