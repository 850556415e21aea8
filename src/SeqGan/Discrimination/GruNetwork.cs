namespace SeqGan.Discrimination;

/// <summary>Token ids [batch, length] to the logit of "real" [batch, 1] from the state after each sequence's last token.</summary>
internal sealed class GruNetwork : nn.Module<Tensor, Tensor>, IReadyMadeNetwork
{
    private readonly Embedding _embedding;
    private readonly GRU _gru;
    private readonly SeededDropout _dropout;
    private readonly int? _padding;
    private readonly int _layers, _hiddenSize;
    private readonly double _l2;

    public GruNetwork(SequenceFormat format, DiscriminatorOptions options, ulong seed)
        : base(nameof(GruNetwork))
    {
        var weights = new DiscriminatorWeights(seed);
        (_padding, _layers, _hiddenSize, _l2) = (format.PaddingToken, options.Layers, options.HiddenSize, options.L2);
        _embedding = nn.Embedding(format.VocabularySize, options.EmbeddingSize);
        weights.Uniform(_embedding.weight!, 1);
        _gru = nn.GRU(options.EmbeddingSize, options.HiddenSize, options.Layers, batchFirst: true);
        foreach ((_, Parameter parameter) in _gru.named_parameters().OrderBy(p => p.name, StringComparer.Ordinal))
            weights.Uniform(parameter, 1 / Math.Sqrt(options.HiddenSize));
        _dropout = new SeededDropout(options.Dropout, seed);
        Output = nn.Linear(options.HiddenSize, 2);
        weights.TruncatedNormal(Output.weight!, 0.1);
        DiscriminatorWeights.Constant(Output.bias!, 0.1);
        register_module("embedding", _embedding);
        register_module("gru", _gru);
        register_module("dropout", _dropout);
        register_module("output", Output);
    }

    public Linear Output { get; }

    /// <summary>A packed copy, calibrated, for sequences of a format whose input format this one has.</summary>
    public CompiledDiscriminator Compile(SequenceFormat format, PlattScaling calibration)
    {
        using var scope = NewDisposeScope();
        NamedTensor[] weights =
        [
            new(PolicyWeights.EmbeddingName, _embedding.weight!.shape, NetworkWeights.Get(_embedding.weight!)),
            .. _gru.named_parameters().Select(
                weight => new NamedTensor($"gru.{weight.name}", weight.parameter.shape, NetworkWeights.Get(weight.parameter))),
            // It predicts no token.
            new(PolicyWeights.OutputName, [format.VocabularySize, _hiddenSize], new float[checked(format.VocabularySize * _hiddenSize)]),
            new(PolicyWeights.OutputBiasName, [format.VocabularySize], new float[format.VocabularySize]),
        ];
        var states = new CompiledPolicy(new PolicyWeights("discriminator", format, GeneratorNetwork.Gru, weights));
        int beforeLast = (PoolingJob.Pools - 1) * _hiddenSize;
        return new CompiledDiscriminator(
            new StateSource(states, ReadsStart: false), states.Weights,
            [.. DiscriminatorFactory.CompileOutput(Output, calibration, ignored: beforeLast)]);
    }

    public Tensor? Regularization() => DiscriminatorFactory.L2(Output, _l2);

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        long batch = input.shape[0], length = input.shape[1];
        Tensor start = zeros(_layers, batch, _hiddenSize, device: input.device);
        (Tensor states, _) = _gru.forward(_embedding.forward(input), start);

        // Padding comes after the last token, and a state does not depend on what comes later.
        using Scalar zero = 0, one = 1, padding = _padding ?? 0, end = length - 1;
        Tensor last = _padding is null
            ? full([batch], end, dtype: ScalarType.Int64, device: input.device)
            : input.ne(padding).sum(1).sub_(one).clamp_min_(zero);
        Tensor index = last.view(-1, 1, 1).expand(-1, 1, _hiddenSize);
        return DiscriminatorFactory.RealLogit(Output, _dropout.forward(states.gather(1, index).squeeze(1))).MoveToOuterDisposeScope();
    }
}
