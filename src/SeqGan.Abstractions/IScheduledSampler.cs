namespace SeqGan;

/// <summary>
/// A generator that can learn from the data while it is fed its own tokens (scheduled sampling: Bengio, Vinyals, Jaitly, Shazeer, NIPS
/// 2015).
/// </summary>
public interface IScheduledSampler
{
    /// <summary>
    /// Takes one maximum likelihood step in which the network is fed, at each position but the first, the sequence's token with probability
    /// <paramref name="truth"/>, and otherwise one that it draws itself from its distribution for that position, given what it was fed
    /// before.
    /// </summary>
    /// <param name="sequences">Sequences, [Count, Length].</param>
    /// <param name="truth">
    /// The probability of the sequence's token (epsilon of the paper), in [0, 1]; 1 is plain maximum likelihood.
    /// </param>
    /// <param name="key">Determines every draw: of a token by (row, 0, position), of which token is fed by (row, 1, position).</param>
    /// <param name="cancellationToken">Cancels before the step; a step is either taken whole or not at all.</param>
    /// <returns>What the step measured, under what the network was fed.</returns>
    /// <exception cref="ArgumentException">
    /// A token is outside the vocabulary, a label is missing, or the probability is outside [0, 1]; nothing was changed.
    /// </exception>
    GeneratorStep TrainScheduled(TokenBatch sequences, double truth, RandomKey key, CancellationToken cancellationToken = default);
}
