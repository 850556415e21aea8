namespace SeqGan;

/// <summary>
/// A file of weights cannot be used: it is damaged, it is not in the safetensors format, or its tensors do not fit the
/// network. The message names the file, the tensor, the value that was found and what would be valid.
/// </summary>
/// <remarks>It is raised before anything is changed: the network keeps the weights that it had.</remarks>
public sealed class InvalidWeightsException : SeqGanException
{
    /// <summary>Creates the exception with a general message.</summary>
    public InvalidWeightsException()
        : base("The weights cannot be used.")
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What was found where, and what would be valid.</param>
    public InvalidWeightsException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What was found where, and what would be valid.</param>
    /// <param name="innerException">What caused it.</param>
    public InvalidWeightsException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
