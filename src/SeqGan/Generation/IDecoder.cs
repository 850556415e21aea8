namespace SeqGan.Generation;

/// <summary>Completes prefixes with a network.</summary>
internal interface IDecoder
{
    /// <summary>Resets the destination to one row for each completion, and completes them.</summary>
    /// <remarks>
    /// If there is one sequence, all completions are its own, and their rows only number draws and labels; there may be none if all
    /// prefixes are empty. The labels are those of the rows that completions name. The first sequence has the number firstRow in the key.
    /// </remarks>
    void Complete(
        TokenBatch sequences, ReadOnlySpan<Completion> completions, ReadOnlyMemory<int> labels, RandomKey key, int firstRow,
        double temperature, SequenceBuffer destination, CancellationToken cancellationToken);

    /// <summary>
    /// Feeds sequences, and writes to what the network reads before each token, [Count, Length], its own tokens in place of theirs except
    /// with the probability of truth (see <see cref="IScheduledSampler"/>). If cancelled, the inputs are unspecified.
    /// </summary>
    void Feed(TokenBatch sequences, long[] inputs, double truth, RandomKey key, CancellationToken cancellationToken);
}
