namespace SeqGan;

/// <summary>The base of the errors that SeqGan reports beyond wrong arguments and options.</summary>
public class SeqGanException : Exception
{
    /// <summary>Creates an error without a message of its own.</summary>
    public SeqGanException()
    {
    }

    /// <summary>Creates an error.</summary>
    /// <param name="message">What happened and what to do.</param>
    public SeqGanException(string message)
        : base(message)
    {
    }

    /// <summary>Creates an error.</summary>
    /// <param name="message">What happened and what to do.</param>
    /// <param name="innerException">What caused it.</param>
    public SeqGanException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
