namespace SeqGan;

/// <summary>
/// A stochastic policy over tokens (G in the paper): it generates sequences from left to right and learns by weighted log-likelihood.
/// </summary>
/// <remarks>
/// Not thread-safe: one caller at a time, on any thread. Whoever constructs a generator disposes it; after that every method throws
/// <see cref="ObjectDisposedException"/>. The rollout policies that it made stay usable.
/// </remarks>
public interface IGenerator : IDisposable
{
    /// <summary>The format of the sequences; constant.</summary>
    SequenceFormat Format { get; }

    /// <summary>What every sampled sequence and every completion of its rollout policies satisfies; null by default. Constant.</summary>
    ITokenConstraint? Constraint => null;

    /// <summary>Samples complete sequences, under <see cref="Constraint"/>.</summary>
    /// <param name="request">What to sample.</param>
    /// <param name="destination">
    /// Its count says how many. Each row receives the prefix and tokens that <see cref="SequenceFormat.CanGenerate"/> allows, up to the
    /// first end token or the maximum length, then padding.
    /// </param>
    /// <param name="cancellationToken">Cancels the sampling; the destination is then unspecified.</param>
    /// <remarks>
    /// A sequence depends on the weights, the request's key, temperature and prefix, its label, and <see cref="SampleRequest.FirstRow"/>
    /// plus its row: one call for 100 sequences gives the same as two for 50.
    /// </remarks>
    /// <exception cref="ArgumentException">
    /// The destination has another format, the temperature is out of range, the prefix cannot begin a sequence of the format, or labels
    /// are missing, superfluous or out of range.
    /// </exception>
    /// <exception cref="ConstraintException">The prefix breaks the constraint, or no token is allowed after some prefix.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    void Sample(SampleRequest request, SequenceBuffer destination, CancellationToken cancellationToken = default);

    /// <summary>The log-probability of each token of given sequences, given the tokens before it.</summary>
    /// <param name="sequences">Sequences, [Count, Length], with Length at most the maximum length.</param>
    /// <param name="destination">Receives natural logarithms, at most 0, [Count, Length] in row-major order; 0 at padding.</param>
    /// <param name="temperature">Divides the logits, as in sampling; positive and finite.</param>
    /// <param name="constraint">
    /// Probabilities are among the tokens that it allows and that can be generated; another token and those after it get minus infinity.
    /// Null means all tokens that data can have, the unknown token among them, whatever <see cref="Constraint"/> is: the likelihood that
    /// maximum likelihood raises.
    /// </param>
    /// <param name="cancellationToken">Cancels; the destination is then unspecified.</param>
    /// <exception cref="ArgumentException">
    /// A token is outside the vocabulary or is the padding token, a length does not fit, a label is missing, or the temperature is out of
    /// range.
    /// </exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    void LogProbabilities(
        TokenBatch sequences, Span<float> destination, double temperature = 1, ITokenConstraint? constraint = null,
        CancellationToken cancellationToken = default);

    /// <summary>Takes one step of weighted log-likelihood ascent.</summary>
    /// <param name="sequences">Sequences, [Count, Length].</param>
    /// <param name="weights">The weight of each token, finite, [Count, Length] in row-major order; ignored at padding.</param>
    /// <param name="objective">For implementations that keep an optimizer state or a learning rate for each objective.</param>
    /// <param name="cancellationToken">Cancels before the step, which is taken whole or not at all.</param>
    /// <remarks>
    /// The objective is the sum of weight times log-probability over all tokens, divided by the number of tokens. Maximum likelihood has
    /// weight 1 everywhere and ignores <see cref="Constraint"/>. Policy gradient has each token's advantage as its weight (equation 8 of
    /// the paper); its log-probabilities are those of sampling: without the unknown token, and under the constraint, which every sequence
    /// must satisfy.
    /// </remarks>
    /// <exception cref="ArgumentException">
    /// A token is outside the vocabulary, a shape does not fit, a weight is not finite, a label is missing, or a sequence of a policy
    /// gradient step breaks the constraint or has the unknown token; nothing was changed.
    /// </exception>
    /// <exception cref="OperationCanceledException">Cancelled; nothing was changed.</exception>
    GeneratorStep Train(
        TokenBatch sequences, ReadOnlySpan<float> weights, GeneratorObjective objective, CancellationToken cancellationToken = default);

    /// <summary>Makes a detached copy of the policy for rollouts (beta in the paper). The caller disposes it.</summary>
    IRolloutPolicy CreateRolloutPolicy();
}
