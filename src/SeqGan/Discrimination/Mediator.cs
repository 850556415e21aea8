namespace SeqGan.Discrimination;

/// <summary>
/// The mediator of cooperative training (Lu, Yu, Feng, Zhu, Zhang 2018, "CoT", arXiv 1804.03782) in the discriminator's place: a second
/// generator that learns, by maximum likelihood, from real and generated sequences together.
/// </summary>
/// <remarks>
/// It models the mixture M = (P + G) / 2, so a sequence's score is P / (P + G) = 1 - G / (2 M), or 0 where that is negative. The loss is
/// the negative log-likelihood of both in nats a token. If it has the generator's sizes, it starts with its weights when it is first
/// asked or trained. Not thread-safe. It disposes its network, not the generator.
/// </remarks>
internal sealed class Mediator(IGenerator generator, NeuralGenerator network)
    : IDiscriminator, ICheckpointable, IScalableLearningRate, IDisposable
{
    private float[] _ones = [];
    private bool _hasStarted;

    public string Name => "mediator";

    public int StateVersion => ((ICheckpointable)network).StateVersion;

    public bool IsFinite => network.IsFinite;

    public double LearningRateScale
    {
        get => network.LearningRateScale;
        set => network.LearningRateScale = value;
    }

    /// <summary>log M - log G of each token, [Count, Length]; 0 at padding.</summary>
    public void LogRatios(TokenBatch sequences, Span<float> destination, ITokenConstraint? constraint, CancellationToken cancellationToken)
    {
        Start();
        Span<float> ofGenerator = new float[sequences.Count * sequences.Length];
        network.LogProbabilities(sequences, destination, constraint: constraint, cancellationToken: cancellationToken);
        generator.LogProbabilities(sequences, ofGenerator, constraint: constraint, cancellationToken: cancellationToken);
        for (int i = 0; i < ofGenerator.Length; i++)
            destination[i] -= ofGenerator[i];
    }

    public ValueTask ScoreAsync(TokenBatch sequences, Memory<float> scores, CancellationToken cancellationToken = default)
    {
        float[] ratios = new float[sequences.Count * sequences.Length];
        LogRatios(sequences, ratios, constraint: null, cancellationToken);
        for (int row = 0; row < sequences.Count; row++)
        {
            double sum = 0;
            foreach (float ratio in ratios.AsSpan(row * sequences.Length, sequences.LengthOf(row)))
                sum += ratio;
            scores.Span[row] = (float)Math.Max(0, 1 - (Math.Exp(-sum) / 2));
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask<DiscriminatorStep> TrainAsync(TokenBatch real, TokenBatch generated, CancellationToken cancellationToken = default)
    {
        network.Format.ThrowIfInvalid(real);
        network.Format.ThrowIfInvalid(generated);
        cancellationToken.ThrowIfCancellationRequested();
        Start();
        var both = new SequenceBuffer(network.Format, real.Count + generated.Count);
        both.SetRows(0, real);
        both.SetRows(real.Count, generated);
        TokenBatch mixture = both.AsBatch();
        if (_ones.Length < mixture.Count * mixture.Length)
            _ones = [.. Enumerable.Repeat(1f, mixture.Count * mixture.Length)];
        GeneratorStep step = network.Train(
            mixture, _ones.AsSpan(0, mixture.Count * mixture.Length), GeneratorObjective.MaximumLikelihood, cancellationToken);
        return ValueTask.FromResult(new DiscriminatorStep { Loss = step.NegativeLogLikelihood, GradientNorm = step.GradientNorm });
    }

    // As the generator where it can be: a network that knows nothing would pull the generator to itself.
    private void Start()
    {
        if (!_hasStarted && generator is NeuralGenerator other)
            network.TryTakeWeights(other);
        _hasStarted = true;
    }

    public void SaveState(Stream destination)
    {
        destination.WriteByte(_hasStarted ? (byte)1 : (byte)0);
        network.SaveState(destination);
    }

    public void RestoreState(Stream source, int version)
    {
        bool hasStarted = source.ReadByte() == 1;
        network.RestoreState(source, version);
        _hasStarted = hasStarted;
    }

    public void Dispose() => network.Dispose();
}
