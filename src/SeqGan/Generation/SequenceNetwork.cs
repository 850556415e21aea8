namespace SeqGan.Generation;

/// <summary>How a weight is drawn: uniform in ± the scale, or normal with this deviation around the offset.</summary>
internal readonly record struct WeightDraw(double Scale, bool IsUniform = false, float Offset = 0);

/// <summary>
/// Embedding of tokens and labels, layers, linear to the vocabulary; names and shapes are PyTorch's. Owns the parameters; its forward pass
/// serves where the managed kernels do not: other devices, large layers, likelihoods.
/// </summary>
internal abstract class SequenceNetwork : nn.Module<Tensor, Tensor>
{
    private readonly Embedding _embedding;
    private readonly (string Name, Parameter Value)[] _output;
    private readonly Tensor? _dataMask, _generatedMask;

    protected SequenceNetwork(string name, SequenceFormat format, GeneratorOptions options, int embeddingSize)
        : base(name)
    {
        (Kind, Layers, HiddenSize, Device) = (options.Network, options.Layers, options.HiddenSize, TorchDevice.Open(options.Device));
        IsTied = options.TiedEmbeddings;
        using (GlobalGenerator.Keep())
            _embedding = nn.Embedding(format.InputCount(), embeddingSize);
        _output =
        [
            .. IsTied ? [] : ((string, Parameter)[])[(PolicyWeights.OutputName, Zeros(format.VocabularySize, HiddenSize))],
            (PolicyWeights.OutputBiasName, Zeros(format.VocabularySize)),
        ];
        _dataMask = format.PaddingToken is null ? null : Mask(format, token => token != format.PaddingToken);
        _generatedMask = format.UnknownToken is null ? _dataMask : Mask(format, format.CanGenerate);
    }

    public GeneratorNetwork Kind { get; }

    public int Layers { get; }

    public int HiddenSize { get; }

    /// <summary>A Transformer's heads; 0 for other networks.</summary>
    public virtual int Heads => 0;

    /// <summary>Whether the embeddings of tokens are the output layer's weights, too.</summary>
    public bool IsTied { get; }

    public Device Device { get; }

    /// <summary>In a fixed order, by name: what a seed draws must not depend on how modules are listed.</summary>
    public IReadOnlyList<(string Name, Parameter Value)> Weights { get; private set; } = [];

    public IReadOnlyList<Parameter> Parameters { get; private set; } = [];

    // Not the modules' own properties, which make another wrapper each time.
    public Parameter Embedding => Weight(PolicyWeights.EmbeddingName);

    /// <summary>Has a row for each token first.</summary>
    public Parameter OutputWeight => IsTied ? Embedding : Weight(PolicyWeights.OutputName);

    public Parameter OutputBias => Weight(PolicyWeights.OutputBiasName);

    /// <summary>How many units are kept or left out together, at each site of <see cref="DropoutMasks"/>.</summary>
    public abstract IEnumerable<int> DropoutSizes { get; }

    public static SequenceNetwork Create(SequenceFormat format, GeneratorOptions options) =>
        options.Network == GeneratorNetwork.Transformer ? new TransformerNetwork(format, options) : new RecurrentNetwork(format, options);

    /// <summary>Inputs [batch, length] to hidden states [batch, length, hidden], from the beginning of sequences.</summary>
    public abstract override Tensor forward(Tensor input);

    /// <summary>The hidden states of a batch's tokens, [tokens, hidden], with its dropout.</summary>
    public abstract Tensor HiddenOf(TrainingTokens tokens);

    /// <summary>What advances rows by single tokens, with the present weights.</summary>
    public abstract NetworkStepper CreateStepper();

    /// <summary>How a weight is drawn.</summary>
    /// <param name="name">The weight's name.</param>
    /// <param name="deviation">The deviation of a normal initialization; null for the scaled one.</param>
    public abstract WeightDraw DrawOf(string name, double? deviation);

    /// <summary>
    /// Hidden states [rows, hidden] to logits [rows, vocabulary]; the padding token's are minus infinity, and so are the unknown token's
    /// where the next token is generated.
    /// </summary>
    public Tensor Logits(Tensor hidden, bool isGenerated)
    {
        using Tensor? tied = IsTied ? Embedding.narrow(0, 0, OutputBias.shape[0]) : null;
        Tensor weight = tied ?? OutputWeight;
        if ((isGenerated ? _generatedMask : _dataMask) is not { } mask)
            return SteadyLinear.Apply(hidden, weight, OutputBias);
        using Tensor bias = OutputBias + mask;
        return SteadyLinear.Apply(hidden, weight, bias);
    }

    /// <summary>Lists the weights, with those of the layers, once they are on the device; the last act of a constructor.</summary>
    protected void Register(Func<IEnumerable<(string Name, Parameter Value)>> layers)
    {
        register_module("embedding", _embedding);
        foreach ((string name, Parameter value) in _output)
            register_parameter(name.Replace('.', '_'), value);
        this.to(Device);

        // Built inside a caller's dispose scope, the weights must outlive it.
        foreach (Tensor weight in parameters())
            weight.DetachFromDisposeScope();

        // Listed once: each list holds other wrappers of the same weights.
        (string Name, Parameter Value)[] named = [.. Named("embedding.", _embedding), .. layers(), .. _output];
        Parameters = [.. named.Select(weight => weight.Value)];
        Weights = [.. named.OrderBy(weight => weight.Name, StringComparer.Ordinal)];
    }

    protected static IEnumerable<(string Name, Parameter Value)> Named(string prefix, nn.Module module) =>
        module.named_parameters().Select(weight => (prefix + weight.name, weight.parameter));

    protected Parameter Weight(string name) => Weights.First(w => w.Name == name).Value;

    protected Parameter Zeros(params long[] shape) => new(zeros(shape, device: Device));

    protected Tensor Embed(Tensor input) => _embedding.forward(input);

    private Tensor Mask(SequenceFormat format, Func<int, bool> isPossible)
    {
        float[] mask =
            [.. Enumerable.Range(0, format.VocabularySize).Select(token => isPossible(token) ? 0 : float.NegativeInfinity)];
        return tensor(mask, device: Device).DetachFromDisposeScope();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            if (!ReferenceEquals(_dataMask, _generatedMask))
                _generatedMask?.Dispose();
            _dataMask?.Dispose();
        }

        base.Dispose(disposing);
    }
}
