namespace SeqGan;

/// <summary>
/// A file of weights is invalid: it is damaged, is not in the safetensors format, or its tensors do not fit the network. The message names
/// the file, the tensor, the value and what would be valid.
/// </summary>
/// <remarks>It is thrown before anything changes: the network keeps its weights.</remarks>
public sealed class InvalidWeightsException : SeqGanException
{
    /// <summary>Creates the exception with a general message.</summary>
    public InvalidWeightsException()
        : base("The weights cannot be used.")
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What is wrong, where, and what would be valid.</param>
    public InvalidWeightsException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What is wrong, where, and what would be valid.</param>
    /// <param name="innerException">What caused it.</param>
    public InvalidWeightsException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
