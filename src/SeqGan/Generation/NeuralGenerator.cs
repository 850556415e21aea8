namespace SeqGan.Generation;

/// <summary>
/// A generator whose network learns on TorchSharp: embedding, layers, linear to the vocabulary, softmax. <see cref="RecurrentGenerator"/>
/// and <see cref="TransformerGenerator"/> differ in the layers alone.
/// </summary>
/// <remarks>
/// Not thread-safe. Its random numbers come from the seed and from the keys it is given, never from libtorch's global generator. The
/// padding token has probability 0. The unknown token is never drawn: sampling, rollouts and policy gradient share out its probability
/// among the others in proportion; maximum likelihood, and log-probabilities without a constraint, are of data, which can have it.
/// </remarks>
public abstract class NeuralGenerator : ICompilableGenerator, IScheduledSampler, ICheckpointable, IScalableLearningRate
{
    private readonly GeneratorOptions _options;
    private readonly ConstraintGuard? _guard;
    private readonly IDecoder _decoder;
    private readonly ITrainingStep _step;
    private readonly optim.Optimizer[] _optimizers;
    private readonly ScaledLearningRates _learningRates;
    private readonly ulong _seed;

    // What the steps change; the same as the network if its weights are not averaged.
    private readonly SequenceNetwork _trained;
    private uint _dropouts;
    private long _averaged;

    private protected NeuralGenerator(SequenceFormat format, GeneratorOptions options, RandomKey weights, ITokenConstraint? constraint)
    {
        ArgumentNullException.ThrowIfNull(format);
        _guard = ConstraintGuard.For(constraint, format, nameof(constraint));
        LibTorch.EnsureLoaded();
        Format = format;
        Constraint = constraint;
        _seed = weights.Seed;
        _options = options.Copy();
        OptionsCheck.ThrowIfInvalid(_options, _options.Contradictions());
        Network = SequenceNetwork.Create(format, _options);
        NetworkWeights.Initialize(Network, _options, weights);
        _decoder = CreateDecoder(Network);
        _trained = _options.WeightAveraging > 0 ? SequenceNetwork.Create(format, _options) : Network;
        StartAverage();
        _step = FusedStep.Suits(_trained) ? new FusedStep(_trained, format) : new PlainStep(_trained);
        _optimizers = [CreateOptimizer(_options.LearningRate), CreateOptimizer(_options.PolicyGradientLearningRate)];
        _learningRates = new ScaledLearningRates(_optimizers);
    }

    /// <inheritdoc />
    public SequenceFormat Format { get; }

    /// <inheritdoc />
    public ITokenConstraint? Constraint { get; }

    /// <inheritdoc />
    public double LearningRateScale
    {
        get => _learningRates.Scale;
        set => _learningRates.Scale = value;
    }

    internal SequenceNetwork Network { get; }

    internal bool IsDisposed { get; private set; }

    /// <summary>Makes the generator whose network <see cref="GeneratorOptions.Network"/> names, with weights drawn from a seed.</summary>
    /// <param name="format">The format of the sequences.</param>
    /// <param name="options">The network and how it learns; read once.</param>
    /// <param name="seed">Determines the weights.</param>
    /// <param name="constraint">What every sequence that it generates satisfies; null, the default, allows everything.</param>
    /// <exception cref="ArgumentException">Options are out of range (all are listed), or the constraint is of another format.</exception>
    /// <exception cref="LibTorchNotAvailableException">libtorch cannot be loaded.</exception>
    public static NeuralGenerator Create(
        SequenceFormat format, GeneratorOptions? options = null, ulong seed = 0, ITokenConstraint? constraint = null) =>
        options is { Network: GeneratorNetwork.Transformer }
            ? new TransformerGenerator(format, options, seed, constraint)
            : new RecurrentGenerator(format, options, seed, constraint);

    /// <inheritdoc />
    public void Sample(SampleRequest request, SequenceBuffer destination, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(destination);
        ThrowIfOtherFormat(destination, Format);
        ThrowIfNotTemperature(request.Temperature, nameof(request));
        Format.ThrowIfInvalidPrefix(request.Prefix.Span, nameof(request));
        Format.ThrowIfInvalid(request.Labels.Span, destination.Count, nameof(request));
        cancellationToken.ThrowIfCancellationRequested();
        Completion[] completions =
            [.. Enumerable.Range(0, destination.Count).Select(row => new Completion(row, request.Prefix.Length, 0))];

        // A copy of the labels, which may be the destination's own.
        _decoder.Complete(
            new TokenBatch(request.Prefix, 1, request.Prefix.Length), completions, request.Labels.ToArray(), request.Key, request.FirstRow,
            request.Temperature, destination, cancellationToken);
    }

    /// <inheritdoc />
    public void LogProbabilities(
        TokenBatch sequences, Span<float> destination, double temperature = 1, ITokenConstraint? constraint = null,
        CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        ThrowIfNotTemperature(temperature, nameof(temperature));
        SequenceLikelihood.Compute(Network, Format, sequences, destination, temperature, constraint, cancellationToken);
    }

    /// <inheritdoc />
    public GeneratorStep Train(
        TokenBatch sequences, ReadOnlySpan<float> weights, GeneratorObjective objective, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        Format.ThrowIfInvalid(sequences);
        TrainingTokens tokens = TrainingTokens.Create(sequences, weights, Format);
        if (!Enum.IsDefined(objective))
            throw new ArgumentOutOfRangeException(nameof(objective), objective, "The objective is MaximumLikelihood or PolicyGradient.");
        if (objective == GeneratorObjective.PolicyGradient)
        {
            tokens.TakeAsGenerated(sequences, Format);
            if (_guard is not null)
                tokens.Constrain(_guard, sequences);
        }

        cancellationToken.ThrowIfCancellationRequested();
        return Step(tokens, objective);
    }

    /// <inheritdoc />
    public GeneratorStep TrainScheduled(TokenBatch sequences, double truth, RandomKey key, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        Format.ThrowIfInvalid(sequences);
        if (!(truth >= 0 && truth <= 1))
            throw new ArgumentOutOfRangeException(nameof(truth), truth, "The probability of the sequence's token is in [0, 1].");
        cancellationToken.ThrowIfCancellationRequested();
        float[] ones = [.. Enumerable.Repeat(1f, sequences.Count * sequences.Length)];
        TrainingTokens tokens = TrainingTokens.Create(sequences, ones, Format);
        if (truth < 1)
            _decoder.Feed(sequences, tokens.Inputs, truth, key, cancellationToken);
        return Step(tokens, GeneratorObjective.MaximumLikelihood);
    }

    private GeneratorStep Step(TrainingTokens tokens, GeneratorObjective objective)
    {
        if (objective == GeneratorObjective.MaximumLikelihood && _options.Dropout > 0)
        {
            var key = new RandomKey(_seed, RandomPurpose.GeneratorDropout, _dropouts++);
            tokens.Dropout = DropoutMasks.Draw(_trained, tokens.Rows, _options.Dropout, key);
        }

        // What is sampled is what is to be improved.
        if (objective == GeneratorObjective.PolicyGradient && _averaged > 0)
            StartAverage();
        (double loss, double nll) = _step.ComputeGradients(tokens);
        double norm = Gradients.Norm(_trained.Parameters);
        if (double.IsFinite(loss) && double.IsFinite(norm))
        {
            Gradients.Step(_optimizers[(int)objective], _trained.Parameters, norm, _options.GradientClip);
            Average(objective);
        }

        return new GeneratorStep { Loss = double.IsFinite(norm) ? loss : double.NaN, NegativeLogLikelihood = nll, GradientNorm = norm };
    }

    private void StartAverage()
    {
        _averaged = 0;
        if (_trained != Network)
            NetworkWeights.Mix(_trained, Network, 0);
    }

    // The average of the first steps is short, so that it soon leaves the random weights behind.
    private void Average(GeneratorObjective objective)
    {
        if (_trained == Network)
            return;
        bool averages = objective == GeneratorObjective.MaximumLikelihood;
        _averaged += averages ? 1 : 0;
        NetworkWeights.Mix(Network, _trained, averages ? Math.Min(_options.WeightAveraging, _averaged / (_averaged + 10.0)) : 0);
    }

    /// <inheritdoc />
    public IRolloutPolicy CreateRolloutPolicy()
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        SequenceNetwork network = SequenceNetwork.Create(Format, _options);
        return new NeuralRolloutPolicy(this, network, CreateDecoder(network));
    }

    /// <inheritdoc />
    public CompiledPolicy Compile(Vocabulary? vocabulary = null, ITokenizer? tokenizer = null)
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        return CompiledDecoder.Compile(Network, Format, vocabulary, tokenizer);
    }

    /// <summary>
    /// Writes the weights as a safetensors file with PyTorch's names and shapes: <c>embedding.weight</c>, <c>lstm.weight_ih_l0</c> (or
    /// <c>gru.…</c>, <c>transformer.…</c>), <c>output.weight</c>, ….
    /// </summary>
    /// <param name="path">Written to a temporary name beside it and renamed, so that a file is whole or absent.</param>
    public void SaveWeights(string path)
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        NetworkWeights.Save(Network, Format, path);
    }

    /// <summary>Reads weights from a safetensors file with PyTorch's names and shapes. The optimizers' state does not change.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidWeightsException">
    /// The file is damaged, or a weight is missing, superfluous, of another shape or not finite; nothing was changed.
    /// </exception>
    public void LoadWeights(string path)
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        NetworkWeights.Load(Network, Format, path);
        StartAverage();
    }

    /// <summary>Takes the weights of a generator whose network is alike; false if it is not.</summary>
    internal bool TryTakeWeights(NeuralGenerator other)
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        ObjectDisposedException.ThrowIf(other.IsDisposed, other);
        if (!NetworkWeights.AreAlike(Network, other.Network))
            return false;
        NetworkWeights.Mix(Network, other.Network, 0);
        StartAverage();
        return true;
    }

    /// <inheritdoc />
    public bool IsFinite => FiniteWeights.All(_trained.Weights.Concat(Network.Weights).Select(weight => weight.Value));

    /// <inheritdoc />
    /// <remarks>
    /// A safetensors file: the weights with the names of <see cref="SaveWeights"/>, those that
    /// <see cref="GeneratorOptions.WeightAveraging"/> averages, the moments and step counts of both optimizers, and how many steps were
    /// taken with dropout.
    /// </remarks>
    public void SaveState(Stream destination)
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        State().Save(destination);
    }

    /// <inheritdoc />
    public void RestoreState(Stream source, int version)
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        State().Restore(source, version);
    }

    /// <summary>Frees the network.</summary>
    public void Dispose()
    {
        if (IsDisposed)
            return;
        IsDisposed = true;
        GC.SuppressFinalize(this);
        foreach (optim.Optimizer optimizer in _optimizers)
            optimizer.Dispose();
        _trained.Dispose();
        Network.Dispose();
    }

    /// <summary>A copy of the network, on the CPU, for which the caller is responsible.</summary>
    internal SequenceNetwork CopyNetwork()
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        GeneratorOptions options = _options.Copy();
        options.Device = "cpu";
        SequenceNetwork copy = SequenceNetwork.Create(Format, options);
        NetworkWeights.Mix(copy, Network, 0);
        return copy;
    }

    private IDecoder CreateDecoder(SequenceNetwork network) =>
        network.Device.type == DeviceType.CPU && !_options.UsesBatchedDecoder
            ? new CompiledDecoder(network, Format, Constraint)
            : new BatchedDecoder(network, Format, _options.DecodeRows, _guard);

    private ComponentState State()
    {
        Dictionary<nint, string> names = _trained.Weights.ToDictionary(weight => weight.Value.Handle, weight => weight.Name);
        var facts = new Dictionary<string, string>
        {
            ["component"] = GetType().Name,
            ["optimizer"] = OptimizerValues.NameOf(_optimizers[0]),
        };
        if (Network.Heads > 0)
            facts["heads"] = Network.Heads.ToString(CultureInfo.InvariantCulture);
        return new ComponentState(
            "generator",
            facts,
            [
                .. NetworkWeights.State(Network),
                .. _options.Dropout > 0
                    ? [new StateNumber<long>("dropout.step", () => _dropouts, value => _dropouts = (uint)value, uint.MaxValue)]
                    : (StateValue[])[],
                .. _trained != Network
                    ?
                    [
                        .. _trained.Weights.Select(weight => new StateTensor($"trained.{weight.Name}", weight.Value, StateRange.Finite)),
                        new StateNumber<long>("averaged", () => _averaged, value => _averaged = value, long.MaxValue),
                    ]
                    : (StateValue[])[],
                .. OptimizerValues.Of(_optimizers[(int)GeneratorObjective.MaximumLikelihood], names, "mle"),
                .. OptimizerValues.Of(_optimizers[(int)GeneratorObjective.PolicyGradient], names, "pg"),
            ]);
    }

    internal static void ThrowIfOtherFormat(SequenceBuffer destination, SequenceFormat format)
    {
        if (destination.Format != format)
        {
            throw new ArgumentException(
                $"The destination holds sequences of another format: {destination.Format}; the generator's is {format}.",
                nameof(destination));
        }
    }

    private static void ThrowIfNotTemperature(double temperature, string parameterName)
    {
        if (!(temperature > 0 && double.IsFinite(temperature)))
            throw new ArgumentException($"The temperature is {temperature}; it must be positive and finite.", parameterName);
    }

    private optim.Optimizer CreateOptimizer(double learningRate) => _options.Optimizer switch
    {
        OptimizerKind.RmsProp => optim.RMSProp(_trained.Parameters, learningRate),
        OptimizerKind.Sgd => optim.SGD(_trained.Parameters, learningRate),
        _ => new OnePassAdam(
            _trained.Parameters, learningRate, _options.SparseEmbeddingUpdates ? [_trained.Embedding] : [], _options.WeightDecay),
    };
}
