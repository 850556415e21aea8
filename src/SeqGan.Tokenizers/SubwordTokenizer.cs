using System.Globalization;
using System.Text;
using Microsoft.ML.Tokenizers;
using Model = Microsoft.ML.Tokenizers.Tokenizer;

namespace SeqGan.Tokenizers;

/// <summary>Cuts text with a tokenizer of Microsoft.ML.Tokenizers: BPE, WordPiece, SentencePiece, Tiktoken or your own.</summary>
/// <remarks>
/// A token's text is the model's, followed by its id (<c>hello#31373</c>), so joining decodes exactly the encoded ids. Joining restores a
/// text as far as the model does: not if it lowers case or has no token for a character. No special tokens are added. Thread-safe like the
/// models of Microsoft.ML.Tokenizers. A model file cannot name it: pass it to <see cref="CompiledPolicy.Load(string, ITokenizer?)"/>.
/// </remarks>
public sealed class SubwordTokenizer : ITokenizer
{
    private const char Separator = '#', ByteLevelSpace = 'Ġ';
    private readonly Model _tokenizer;

    /// <summary>Adapts a tokenizer.</summary>
    /// <param name="tokenizer">Encodes and decodes.</param>
    /// <exception cref="ArgumentException">
    /// The vocabulary is one of bytes, as GPT-2's with its tokens <c>Ġ…</c>, but the tokenizer does not work on bytes, so that spaces would
    /// be lost.
    /// </exception>
    public SubwordTokenizer(Model tokenizer)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        if (tokenizer is BpeTokenizer { ByteLevel: not true } pairs && pairs.Vocabulary.Keys.Any(IsOfBytes))
            throw new ArgumentException(
                $"The vocabulary has tokens such as '{pairs.Vocabulary.Keys.First(IsOfBytes)}', where '{ByteLevelSpace}' is a space, but "
                    + $"the tokenizer does not work on bytes, so spaces would be lost: create it with {nameof(BpeOptions)}, with "
                    + $"{nameof(BpeOptions.ByteLevel)} = true and a {nameof(BpeOptions.PreTokenizer)} such as "
                    + $"{nameof(RobertaPreTokenizer)}.{nameof(RobertaPreTokenizer.Instance)}.",
                nameof(tokenizer));
        _tokenizer = tokenizer;
    }

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

    private static bool IsOfBytes(string token) => token.Length > 1 && token[0] == ByteLevelSpace;

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
