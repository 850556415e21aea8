namespace SeqGan;

/// <summary>
/// A generator that can learn from the data while it is fed its own tokens (scheduled sampling: Bengio, Vinyals, Jaitly, Shazeer, NIPS
/// 2015).
/// </summary>
public interface IScheduledSampler
{
    /// <summary>
    /// Takes one maximum likelihood step. At each position except the first, the network is fed the sequence's token with probability
    /// <paramref name="truth"/>, and otherwise a token that it draws from its own distribution for that position.
    /// </summary>
    /// <param name="sequences">Sequences, [Count, Length].</param>
    /// <param name="truth">The probability of the sequence's token (epsilon), in [0, 1]; 1 is plain maximum likelihood.</param>
    /// <param name="key">Determines every draw: a token by (row, 0, position), and which token is fed by (row, 1, position).</param>
    /// <param name="cancellationToken">Cancels before the step, which is taken whole or not at all.</param>
    /// <exception cref="ArgumentException">
    /// A token is outside the vocabulary, a label is missing, or the probability is outside [0, 1]; nothing was changed.
    /// </exception>
    GeneratorStep TrainScheduled(TokenBatch sequences, double truth, RandomKey key, CancellationToken cancellationToken = default);
}
