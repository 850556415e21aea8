namespace SeqGan;

/// <summary>A constraint cannot be satisfied: a prefix breaks it, it allows no token after some prefix, or it failed.</summary>
/// <param name="message">What is wrong, with the prefix, and what would be valid.</param>
/// <param name="prefix">The tokens after which it went wrong; it is copied.</param>
/// <param name="innerException">What the constraint threw, if it threw.</param>
public sealed class ConstraintException(string message, ReadOnlySpan<int> prefix, Exception? innerException = null)
    : SeqGanException(message, innerException)
{
    /// <summary>The tokens after which it went wrong; empty if no sequence satisfies the constraint.</summary>
    public IReadOnlyList<int> Prefix { get; } = prefix.ToArray();
}
