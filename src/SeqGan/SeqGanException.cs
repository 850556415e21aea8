namespace SeqGan;

/// <summary>The base of the errors that SeqGan itself raises.</summary>
public class SeqGanException : Exception
{
    /// <summary>Creates the exception with a general message.</summary>
    public SeqGanException()
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What happened, and what would be valid.</param>
    public SeqGanException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What happened, and what would be valid.</param>
    /// <param name="innerException">What caused it.</param>
    public SeqGanException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
