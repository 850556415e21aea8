namespace SeqGan.Models;

/// <summary>A file of weights is damaged or does not fit. The message gives file, tensor, value and what would be valid.</summary>
/// <remarks>It is thrown before anything changes: the network keeps its weights.</remarks>
public sealed class InvalidWeightsException : SeqGanException
{
    /// <summary>Creates the exception with a general message.</summary>
    public InvalidWeightsException()
        : base("The weights cannot be used.")
    {
    }

    /// <inheritdoc/>
    public InvalidWeightsException(string message)
        : base(message)
    {
    }

    /// <inheritdoc/>
    public InvalidWeightsException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
