namespace SeqGan;

/// <summary>The data of a corpus is invalid: nothing is left of it, it is not UTF-8, or a sequence does not have the format.</summary>
public sealed class CorpusException : SeqGanException
{
    /// <summary>Creates an error with a general message.</summary>
    public CorpusException()
    {
    }

    /// <summary>Creates an error.</summary>
    /// <param name="message">What is wrong with the data, where, and what to do.</param>
    public CorpusException(string message)
        : base(message)
    {
    }

    /// <summary>Creates an error.</summary>
    /// <param name="message">What is wrong with the data, where, and what to do.</param>
    /// <param name="innerException">What caused it.</param>
    public CorpusException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
