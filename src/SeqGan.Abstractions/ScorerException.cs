namespace SeqGan;

/// <summary>A scorer broke its contract: it threw, left scores unwritten, or wrote a value that is no score.</summary>
/// <param name="scorerName">The scorer's name.</param>
/// <param name="message">What it did, and what would be valid.</param>
/// <param name="innerException">What it threw, if it threw.</param>
public sealed class ScorerException(string scorerName, string message, Exception? innerException = null)
    : SeqGanException(message, innerException)
{
    /// <summary>The scorer's name.</summary>
    public string ScorerName { get; } = scorerName;
}
