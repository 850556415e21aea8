namespace SeqGan;

/// <summary>The base of every exception that SeqGan throws for a reason of its own.</summary>
public class SeqGanException : Exception
{
    /// <summary>Creates the exception without a message.</summary>
    public SeqGanException()
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What went wrong, with the offending value and what would be valid.</param>
    public SeqGanException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What went wrong, with the offending value and what would be valid.</param>
    /// <param name="innerException">The cause.</param>
    public SeqGanException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
