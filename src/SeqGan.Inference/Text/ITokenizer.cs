namespace SeqGan.Text;

/// <summary>Cuts text into tokens and joins tokens to text. <see cref="Tokenizer"/> has those of this library.</summary>
/// <remarks>An implementation is thread-safe, and the same text always gives the same tokens.</remarks>
public interface ITokenizer
{
    /// <summary>Cuts a text, one sequence, into tokens.</summary>
    /// <returns>Tokens, none of them empty. They may be produced lazily; a corpus counts all of them, up to a million.</returns>
    IEnumerable<string> Tokenize(string text);

    /// <summary>Joins tokens to a text.</summary>
    string Join(IEnumerable<string> tokens);
}
