namespace SeqGan;

/// <summary>
/// The base of the errors that SeqGan reports: a bad corpus, bad weights, a diverged training, a scorer that breaks its contract. The
/// message says what is wrong, gives the value, and says what would be valid.
/// </summary>
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
