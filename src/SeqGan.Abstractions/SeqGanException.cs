namespace SeqGan;

/// <summary>The base of the errors that SeqGan reports. The message gives what is wrong, the value, and what would be valid.</summary>
public class SeqGanException : Exception
{
    /// <inheritdoc/>
    public SeqGanException()
    {
    }

    /// <inheritdoc/>
    public SeqGanException(string message)
        : base(message)
    {
    }

    /// <inheritdoc/>
    public SeqGanException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
