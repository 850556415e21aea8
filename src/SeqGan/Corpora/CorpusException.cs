namespace SeqGan.Corpora;

/// <summary>The data of a corpus is invalid: nothing is left of it, it is not UTF-8, or a sequence does not have the format.</summary>
public sealed class CorpusException : SeqGanException
{
    /// <summary>Creates an error with a general message.</summary>
    public CorpusException()
    {
    }

    /// <summary>Creates an error; the message says what is wrong with the data, where, and what to do.</summary>
    public CorpusException(string message)
        : base(message)
    {
    }

    /// <inheritdoc cref="CorpusException(string)"/>
    public CorpusException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
