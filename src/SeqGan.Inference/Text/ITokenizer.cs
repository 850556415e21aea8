namespace SeqGan;

/// <summary>Cuts text into tokens and puts tokens together again.</summary>
/// <remarks>An implementation is safe to use from several threads, and the same text always gives the same tokens.</remarks>
public interface ITokenizer
{
    /// <summary>Cuts a text into tokens.</summary>
    /// <param name="text">One sequence.</param>
    /// <returns>Tokens, none of them empty. They may be produced lazily: a corpus stops reading at its maximum length.</returns>
    IEnumerable<string> Tokenize(string text);

    /// <summary>Puts tokens together to a text.</summary>
    /// <param name="tokens">Tokens in order.</param>
    string Join(IEnumerable<string> tokens);
}
