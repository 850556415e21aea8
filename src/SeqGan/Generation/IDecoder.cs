namespace SeqGan;

/// <summary>Completes prefixes with a network.</summary>
internal interface IDecoder
{
    /// <param name="sequences">Sequences, [Count, Length]; may be empty where every prefix is.</param>
    /// <param name="completions">What to complete, in any order.</param>
    /// <param name="key">Determines every draw.</param>
    /// <param name="firstRow">The number of the first sequence in the random key.</param>
    /// <param name="temperature">Divides the logits.</param>
    /// <param name="destination">Reset to one row for each completion.</param>
    /// <param name="cancellationToken">Cancels.</param>
    void Complete(
        TokenBatch sequences, ReadOnlySpan<Completion> completions, RandomKey key, int firstRow, double temperature,
        SequenceBuffer destination, CancellationToken cancellationToken);
}
