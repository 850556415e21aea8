namespace SeqGan.Conformance;

/// <summary>An implementation breaks promises of its contract; the message lists each with what was found.</summary>
public sealed class ConformanceException : Exception
{
    /// <summary>Creates the exception with a general message.</summary>
    public ConformanceException()
        : base("An implementation breaks its contract.")
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">Which promises are broken.</param>
    public ConformanceException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">Which promises are broken.</param>
    /// <param name="innerException">What caused it.</param>
    public ConformanceException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
