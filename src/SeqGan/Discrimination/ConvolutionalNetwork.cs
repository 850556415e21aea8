namespace SeqGan.Discrimination;

/// <summary>
/// The paper's network ("The Discriminative Model for Sequences"), token ids [batch, length] to the logit of "real" [batch, 1]: embedding,
/// convolutions over windows of several widths, ReLU, max-over-time pooling, highway, dropout, softmax over two classes (Kim 2014; Zhang,
/// LeCun 2015).
/// </summary>
internal sealed class ConvolutionalNetwork : nn.Module<Tensor, Tensor>, IReadyMadeNetwork
{
    private readonly Embedding _embedding;
    private readonly ModuleList<Conv1d> _convolutions = [];
    private readonly ModuleList<HighwayLayer> _highway = [];
    private readonly SeededDropout _dropout;
    private readonly ScoringPrecision _precision;
    private readonly long _tableMemory;
    private readonly double _l2;

    public ConvolutionalNetwork(SequenceFormat format, DiscriminatorOptions options, ulong seed)
        : base(nameof(ConvolutionalNetwork))
    {
        Options = options.Copy();
        var weights = new DiscriminatorWeights(seed);
        _embedding = nn.Embedding(format.VocabularySize, options.EmbeddingSize);
        weights.Uniform(_embedding.weight!, 1);
        (_precision, _tableMemory, _l2) = (options.ScoringPrecision, (long)options.TableMemory << 20, options.L2);
        int features = 0;
        foreach ((int width, int filters) in options.Windows(format.MaxLength))
        {
            Conv1d convolution = nn.Conv1d(options.EmbeddingSize, filters, width);
            weights.TruncatedNormal(convolution.weight!, 0.1);
            DiscriminatorWeights.Constant(convolution.bias!, 0.1);
            _convolutions.Add(convolution);
            features += filters;
        }

        for (int layer = 0; layer < options.HighwayLayers; layer++)
            _highway.Add(new HighwayLayer(features, weights));
        _dropout = new SeededDropout(options.Dropout, seed);
        Output = nn.Linear(features, 2);
        weights.TruncatedNormal(Output.weight!, 0.1);
        DiscriminatorWeights.Constant(Output.bias!, 0.1);
        register_module("embedding", _embedding);
        register_module("convolutions", _convolutions);
        register_module("highway", _highway);
        register_module("dropout", _dropout);
        register_module("output", Output);
    }

    public Linear Output { get; }

    /// <summary>What it was made of.</summary>
    public DiscriminatorOptions Options { get; }

    public Tensor? Regularization() => DiscriminatorFactory.L2(Output, _l2);

    /// <summary>A faster way to its logits; null where its device or its sizes rule it out. The caller disposes it.</summary>
    public CompiledConvolution? Compile(SequenceFormat format)
    {
        // An embedding hands out a new tensor each time it is asked for its weight.
        using var scope = NewDisposeScope();
        if (!TensorMemory.IsPlain(_embedding.weight!))
            return null;
        PooledWindows? windows = PooledWindows.Create(_embedding, _convolutions, format.InputFormat().MaxLength, _tableMemory);
        return windows is null
            ? null
            : new CompiledConvolution(format, windows, [.. _highway.Select(layer => layer.Compile(_precision))], Output);
    }

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();

        // The maximum and ReLU commute, and after the pooling there is less to rectify.
        Tensor features = Pool(input).relu();
        foreach (HighwayLayer layer in _highway)
            features = layer.forward(features);
        return DiscriminatorFactory.RealLogit(Output, _dropout.forward(features)).MoveToOuterDisposeScope();
    }

    private Tensor Pool(Tensor input)
    {
        if (training && is_grad_enabled() && TensorMemory.IsPlain(_embedding.weight!))
            return PooledConvolution.Apply(input, _embedding, _convolutions);
        Tensor embedded = _embedding.forward(input).transpose(1, 2).contiguous();
        return cat([.. _convolutions.Select(convolution => convolution.forward(embedded).max(2).values)], 1);
    }
}
