namespace SeqGan.Training;

/// <summary>What an observer may look at, and where it reports what it measured.</summary>
/// <remarks>Not thread-safe.</remarks>
public sealed class TrainingContext
{
    private Dictionary<string, double> _reported = [];

    /// <summary>Creates a context, for testing an observer; the trainer makes its own.</summary>
    public TrainingContext(IGenerator generator, IDiscriminator discriminator, Corpus corpus)
    {
        ArgumentNullException.ThrowIfNull(generator);
        ArgumentNullException.ThrowIfNull(discriminator);
        ArgumentNullException.ThrowIfNull(corpus);
        (Generator, Discriminator, Corpus) = (generator, discriminator, corpus);
    }

    /// <summary>The generator.</summary>
    public IGenerator Generator { get; }

    /// <summary>The discriminator.</summary>
    public IDiscriminator Discriminator { get; }

    /// <summary>The corpus.</summary>
    public Corpus Corpus { get; }

    /// <summary>Samples at least 1 sequence, with labels in the proportions of the data; the seed alone determines every draw.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is below 1.</exception>
    public TokenBatch Sample(int count, ulong seed, CancellationToken cancellationToken = default) =>
        new EvaluationSampling(count, seed, temperature: 1, Corpus.Labels).Sample(Generator, cancellationToken);

    /// <summary>Gives the texts of generated sequences, with their labels if they have some.</summary>
    public IReadOnlyList<string> Describe(TokenBatch sequences) => Corpus.Describe(sequences);

    /// <summary>
    /// Makes an immutable copy of the generator that samples without TorchSharp, from any number of threads, such as to serve what has been
    /// learned so far. It has the present weights and the corpus's vocabulary, labels and tokenizer, but not the constraint.
    /// </summary>
    /// <exception cref="NotSupportedException">The generator is not an <see cref="ICompilableGenerator"/>.</exception>
    public CompiledPolicy Compile()
    {
        if (Generator is not ICompilableGenerator generator)
            throw new NotSupportedException($"The generator is a {Generator.GetType().Name}, not an {nameof(ICompilableGenerator)}.");
        CompiledPolicy policy = generator.Compile(Corpus.Vocabulary, Corpus.Tokenizer);
        if (Corpus.Labels is { } labels)
            policy = policy.WithLabels(labels);
        return Corpus.NormalizesText ? policy.WithNormalizedText() : policy;
    }

    /// <summary>What the present observer reported; it moves to <see cref="TrainingProgress.Metrics"/> before the next observer.</summary>
    public IReadOnlyDictionary<string, double> Reported => _reported;

    /// <summary>Adds a metric to the present training report; it replaces one of the same name.</summary>
    /// <param name="metric">The name, such as <c>nll_test</c>; not empty.</param>
    /// <param name="value">The value; NaN if it does not apply.</param>
    public void Report(string metric, double value)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(metric);
        _reported[metric] = value;
    }

    /// <summary>Hands over what was reported; the next report starts empty.</summary>
    internal IReadOnlyDictionary<string, double> TakeReported()
    {
        IReadOnlyDictionary<string, double> taken = _reported;
        _reported = [];
        return taken;
    }
}
