namespace SeqGan.Native;

/// <summary>libtorch cannot be loaded. The message names what is missing and what to install.</summary>
public sealed class LibTorchNotAvailableException : SeqGanException
{
    /// <summary>Creates the exception without a message.</summary>
    public LibTorchNotAvailableException()
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What is missing and what to install.</param>
    public LibTorchNotAvailableException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What is missing and what to install.</param>
    /// <param name="innerException">The cause.</param>
    public LibTorchNotAvailableException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
