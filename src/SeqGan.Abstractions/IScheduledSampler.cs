namespace SeqGan;

/// <summary>A generator that can learn while it is fed its own tokens (scheduled sampling: Bengio et al. 2015).</summary>
public interface IScheduledSampler
{
    /// <summary>Takes one maximum likelihood step.</summary>
    /// <remarks>After the first position the network is fed the sequence's token with probability truth, otherwise its own draw.</remarks>
    /// <param name="sequences">Sequences, [Count, Length].</param>
    /// <param name="truth">The probability of the sequence's token (epsilon), in [0, 1]; 1 is plain maximum likelihood.</param>
    /// <param name="key">Determines every draw: a token by (row, 0, position), and which token is fed by (row, 1, position).</param>
    /// <param name="cancellationToken">Cancels before the step, which is taken whole or not at all.</param>
    /// <exception cref="ArgumentException">A token, a label or the probability is not valid; nothing was changed.</exception>
    GeneratorStep TrainScheduled(TokenBatch sequences, double truth, RandomKey key, CancellationToken cancellationToken = default);
}
