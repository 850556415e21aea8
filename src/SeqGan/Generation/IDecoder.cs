namespace SeqGan.Generation;

/// <summary>Completes prefixes with a network.</summary>
internal interface IDecoder
{
    /// <param name="sequences">
    /// Sequences, [Count, Length]; may be empty if every prefix is. If there is one, all completions are its own, and their rows only
    /// number draws and labels.
    /// </param>
    /// <param name="completions">What to complete, in any order.</param>
    /// <param name="labels">The label of each row that completions name; empty if the format has none.</param>
    /// <param name="key">Determines every draw.</param>
    /// <param name="firstRow">The number of the first sequence in the random key.</param>
    /// <param name="temperature">Divides the logits.</param>
    /// <param name="destination">Reset to one row for each completion.</param>
    /// <param name="cancellationToken">Cancels.</param>
    void Complete(
        TokenBatch sequences, ReadOnlySpan<Completion> completions, ReadOnlyMemory<int> labels, RandomKey key, int firstRow,
        double temperature, SequenceBuffer destination, CancellationToken cancellationToken);

    /// <summary>Feeds sequences, sometimes with the network's own tokens in place of theirs; see <see cref="IScheduledSampler"/>.</summary>
    /// <param name="sequences">The sequences, [Count, Length].</param>
    /// <param name="inputs">What the network reads before each token, [Count, Length]; receives what it is fed instead.</param>
    /// <param name="truth">The probability of the sequence's token.</param>
    /// <param name="key">Determines every draw.</param>
    /// <param name="cancellationToken">Cancels; the inputs are then unspecified.</param>
    void Feed(TokenBatch sequences, long[] inputs, double truth, RandomKey key, CancellationToken cancellationToken);
}
