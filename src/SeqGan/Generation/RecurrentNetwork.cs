namespace SeqGan.Generation;

/// <summary>
/// Embedding of tokens and labels, recurrent layers, linear to the vocabulary; names, shapes and order of gates are PyTorch's. Owns the
/// parameters; its forward pass serves where the managed kernels do not: other devices, large layers, likelihoods.
/// </summary>
internal sealed class RecurrentNetwork : nn.Module<Tensor, Tensor>
{
    private readonly Embedding _embedding;
    private readonly Linear _output;
    private readonly Tensor? _dataMask, _generatedMask;

    public RecurrentNetwork(SequenceFormat format, GeneratorOptions options)
        : base(nameof(RecurrentNetwork))
    {
        (Cell, Layers, HiddenSize, Device) = (options.Network, options.Layers, options.HiddenSize, TorchDevice.Open(options.Device));
        using (GlobalGenerator.Keep())
        {
            _embedding = nn.Embedding(format.InputCount(), options.EmbeddingSize);
            TorchCell = TorchCell.Create(Cell, options.EmbeddingSize, HiddenSize, Layers);
            _output = nn.Linear(HiddenSize, format.VocabularySize);
        }

        register_module("embedding", _embedding);
        for (int layer = 0; layer < Layers; layer++)
            register_module($"layer{layer}", TorchCell.Modules[layer]);
        register_module("output", _output);
        this.to(Device);

        // Built inside a caller's dispose scope, the weights must outlive it.
        foreach (Tensor weight in parameters())
            weight.DetachFromDisposeScope();
        _dataMask = format.PaddingToken is null ? null : Mask(format, token => token != format.PaddingToken);
        _generatedMask = format.UnknownToken is null ? _dataMask : Mask(format, format.CanGenerate);

        // Listed once: each list holds other wrappers of the same weights.
        (string Name, Parameter Value)[] named =
        [
            .. Named("embedding.", _embedding),
            .. TorchCell.Modules.SelectMany((module, layer) =>
                Named($"{PolicyWeights.Prefix(Cell)}.", module).Select(weight => (weight.Name[..^1] + layer, weight.Value))),
            .. Named("output.", _output),
        ];
        Parameters = [.. named.Select(weight => weight.Value)];

        // In a fixed order, by name: what a seed draws must not depend on how modules are listed.
        Weights = [.. named.OrderBy(weight => weight.Name, StringComparer.Ordinal)];
    }

    public GeneratorNetwork Cell { get; }

    public TorchCell TorchCell { get; }

    public int Layers { get; }

    public int HiddenSize { get; }

    public Device Device { get; }

    public IReadOnlyList<(string Name, Parameter Value)> Weights { get; }

    public IReadOnlyList<Parameter> Parameters { get; }

    // Not the modules' own properties, which make another wrapper each time.
    public Parameter Embedding => Weight("embedding.weight");

    public Parameter OutputWeight => Weight("output.weight");

    public Parameter OutputBias => Weight("output.bias");

    public Parameter Weight(string name, int layer) => Weight($"{PolicyWeights.Prefix(Cell)}.{name}_l{layer}");

    /// <summary>Inputs [batch, length] to hidden states [batch, length, hidden], from the zero state.</summary>
    public override Tensor forward(Tensor input) => Forward(input, null);

    /// <summary>As <see cref="forward"/>, with dropout.</summary>
    public Tensor Forward(Tensor input, DropoutMasks? dropout)
    {
        using var scope = NewDisposeScope();
        Tensor zero = zeros(1, input.shape[0], HiddenSize, device: Device), values = Drop(_embedding.forward(input), 0);
        for (int layer = 0; layer < Layers; layer++)
            values = Drop(TorchCell.Forward(layer, values, zero), layer + 1);
        return values.MoveToOuterDisposeScope();

        Tensor Drop(Tensor kept, int site) => dropout is null ? kept : kept * dropout.AsTensor(site, Device);
    }

    /// <summary>
    /// Hidden states [rows, hidden] to logits [rows, vocabulary]; the padding token's are minus infinity, and so are the unknown token's
    /// where the next token is generated.
    /// </summary>
    public Tensor Logits(Tensor hidden, bool isGenerated)
    {
        if ((isGenerated ? _generatedMask : _dataMask) is not { } mask)
            return SteadyLinear.Apply(hidden, _output.weight!, _output.bias!);
        using Tensor bias = _output.bias! + mask;
        return SteadyLinear.Apply(hidden, _output.weight!, bias);
    }

    private static IEnumerable<(string Name, Parameter Value)> Named(string prefix, nn.Module module) =>
        module.named_parameters().Select(weight => (prefix + weight.name, weight.parameter));

    private Tensor Mask(SequenceFormat format, Func<int, bool> isPossible)
    {
        float[] mask =
            [.. Enumerable.Range(0, format.VocabularySize).Select(token => isPossible(token) ? 0 : float.NegativeInfinity)];
        return tensor(mask, device: Device).DetachFromDisposeScope();
    }

    private Parameter Weight(string name) => Weights.First(w => w.Name == name).Value;

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

/// <summary>
/// A matrix product whose rows have the same bits at any place and beside any other rows. libtorch's are, except those with few
/// rows or few columns: columns are therefore padded with zeros here, and callers bring enough rows.
/// </summary>
internal static class SteadyLinear
{
    public const int MinimumRows = 16;

    private const int MinimumColumns = 16;

    /// <summary>input [rows, k] times weight [columns, k] transposed, plus bias [columns].</summary>
    public static Tensor Apply(Tensor input, Tensor weight, Tensor bias)
    {
        long columns = weight.shape[0], missing = MinimumColumns - columns;
        if (missing <= 0)
            return nn.functional.linear(input, weight, bias);
        using var scope = NewDisposeScope();
        Tensor wide = nn.functional.linear(
            input,
            cat([weight, zeros(missing, weight.shape[1], device: weight.device)], 0),
            cat([bias, zeros(missing, device: bias.device)], 0));
        return wide.narrow(1, 0, columns).contiguous().MoveToOuterDisposeScope();
    }
}
