namespace SeqGan;

/// <summary>A constraint cannot be satisfied: a prefix breaks it, it allows no token after some prefix, or it failed.</summary>
public sealed class ConstraintException : SeqGanException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">What is wrong, with the prefix, and what would be valid.</param>
    /// <param name="prefix">The tokens after which it went wrong; it is copied.</param>
    /// <param name="innerException">What the constraint threw, if it threw.</param>
    public ConstraintException(string message, ReadOnlySpan<int> prefix, Exception? innerException = null)
        : base(message, innerException)
    {
        Prefix = prefix.ToArray();
    }

    /// <summary>The tokens after which it went wrong; none where no sequence satisfies the constraint.</summary>
    public IReadOnlyList<int> Prefix { get; }
}
