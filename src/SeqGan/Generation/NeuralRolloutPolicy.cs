namespace SeqGan.Generation;

/// <summary>A second network that trails the generator's.</summary>
internal sealed class NeuralRolloutPolicy : IRolloutPolicy, ICheckpointable
{
    private readonly NeuralGenerator _generator;
    private readonly IDecoder _decoder;
    private bool _disposed;

    public NeuralRolloutPolicy(NeuralGenerator generator, SequenceNetwork network, IDecoder decoder)
    {
        (_generator, Network, _decoder) = (generator, network, decoder);
        MoveTowardGenerator(0);
    }

    public SequenceFormat Format => _generator.Format;

    internal SequenceNetwork Network { get; }

    /// <summary>Whether it completes in managed code.</summary>
    internal bool IsCompiled => _decoder is CompiledDecoder;

    public void LogProbabilities(TokenBatch sequences, Span<float> destination, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        ITokenConstraint constraint = _generator.Constraint ?? TokenConstraint.KnownTokens(Format);
        SequenceLikelihood.Compute(Network, Format, sequences, destination, temperature: 1, constraint, cancellationToken);
    }

    public void MoveTowardGenerator(double rate)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (!(rate >= 0 && rate <= 1))
        {
            throw new ArgumentOutOfRangeException(
                nameof(rate), rate, "The update rate is in [0, 1]: 0 copies the generator, 1 changes nothing.");
        }

        ObjectDisposedException.ThrowIf(_generator.IsDisposed, _generator);
        NetworkWeights.Mix(Network, _generator.Network, rate);
    }

    public void Complete(
        TokenBatch sequences, ReadOnlySpan<Completion> completions, RandomKey key, int firstRow, SequenceBuffer destination,
        CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        ArgumentNullException.ThrowIfNull(destination);
        NeuralGenerator.ThrowIfOtherFormat(destination, Format);
        Format.ThrowIfInvalid(sequences);
        ThrowIfInvalid(completions, sequences);
        cancellationToken.ThrowIfCancellationRequested();
        _decoder.Complete(sequences, completions, sequences.Labels, key, firstRow, temperature: 1, destination, cancellationToken);
    }

    public bool IsFinite => FiniteWeights.All(Network.Weights.Select(weight => weight.Value));

    public void SaveState(Stream destination)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        State().Save(destination);
    }

    public void RestoreState(Stream source, int version)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        State().Restore(source, version);
    }

    private ComponentState State() => new(
        "rollout policy",
        new Dictionary<string, string>
        {
            ["component"] = _generator.GetType().Name.Replace("Generator", "RolloutPolicy", StringComparison.Ordinal),
        },
        [.. NetworkWeights.State(Network)]);

    private static void ThrowIfInvalid(ReadOnlySpan<Completion> completions, TokenBatch sequences)
    {
        for (int i = 0; i < completions.Length; i++)
        {
            (int row, int prefixLength, _) = completions[i];
            if ((uint)row >= (uint)sequences.Count)
                throw new ArgumentException($"Completion {i} names sequence {row}; the batch has {sequences.Count}.", nameof(completions));
            int length = sequences.LengthOf(row);
            if ((uint)prefixLength > (uint)length)
            {
                throw new ArgumentException(
                    $"Completion {i} keeps {prefixLength} tokens of sequence {row}, which has {length}.", nameof(completions));
            }
        }
    }

    public void Dispose()
    {
        if (!_disposed)
            Network.Dispose();
        _disposed = true;
    }
}
