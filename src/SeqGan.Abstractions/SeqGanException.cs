namespace SeqGan;

/// <summary>
/// The base of the failures that SeqGan reports: a bad corpus, bad weights, a diverged training, a scorer that breaks its contract.
/// </summary>
public class SeqGanException : Exception
{
    /// <summary>Creates a failure without a message of its own.</summary>
    public SeqGanException()
    {
    }

    /// <summary>Creates a failure.</summary>
    /// <param name="message">What is wrong, with which value, and what would be valid.</param>
    public SeqGanException(string message)
        : base(message)
    {
    }

    /// <summary>Creates a failure that another one caused.</summary>
    /// <param name="message">What is wrong, with which value, and what would be valid.</param>
    /// <param name="innerException">The cause.</param>
    public SeqGanException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
