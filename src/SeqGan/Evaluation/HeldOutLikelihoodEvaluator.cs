namespace SeqGan;

/// <summary>NLL_test: the mean negative log-likelihood, nats a token, of held-out sequences under the generator.</summary>
/// <remarks>
/// Reports <see cref="EvaluationMetricNames.NllTest"/>; lower covers the data better. It rises when a generator overfits or
/// gives up parts of the data, which no figure of generated sequences shows. See
/// <see cref="SequenceMetrics.NegativeLogLikelihood(IGenerator, TokenBatch, double, CancellationToken)"/>.
/// </remarks>
public sealed class HeldOutLikelihoodEvaluator : IEvaluator
{
    private readonly TokenBatch _sequences;

    /// <summary>Measures with the held-out sequences of a corpus.</summary>
    /// <param name="corpus">A corpus that holds sequences out.</param>
    /// <exception cref="ArgumentException">The corpus holds nothing out.</exception>
    public HeldOutLikelihoodEvaluator(Corpus corpus)
    {
        ArgumentNullException.ThrowIfNull(corpus);
        if (corpus.HeldOut.Count == 0)
            throw new ArgumentException($"The corpus holds no sequence out; set {nameof(CorpusOptions)}.{nameof(CorpusOptions.HeldOutFraction)} above 0.", nameof(corpus));
        _sequences = corpus.HeldOut;
    }

    /// <summary>Measures with given sequences.</summary>
    /// <param name="sequences">Sequences, [Count, Length], at least one; their memory must stay as it is while the evaluator is used.</param>
    /// <exception cref="ArgumentException">There are no sequences.</exception>
    public HeldOutLikelihoodEvaluator(TokenBatch sequences)
    {
        if (sequences.Count == 0)
            throw new ArgumentException("At least one held-out sequence is needed; there is none.", nameof(sequences));
        _sequences = sequences;
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyDictionary<string, double>> EvaluateAsync(IGenerator generator, CancellationToken cancellationToken = default) =>
        new(new Dictionary<string, double>
        {
            [EvaluationMetricNames.NllTest] = SequenceMetrics.NegativeLogLikelihood(generator, _sequences, cancellationToken: cancellationToken),
        });
}
