namespace SeqGan.Generation;

/// <summary>Recurrent layers; the order of gates is PyTorch's.</summary>
internal sealed class RecurrentNetwork : SequenceNetwork
{
    public RecurrentNetwork(SequenceFormat format, GeneratorOptions options)
        : base(nameof(RecurrentNetwork), format, options, options.EmbeddingSize)
    {
        using (GlobalGenerator.Keep())
            TorchCell = TorchCell.Create(Kind, options.EmbeddingSize, HiddenSize, Layers);
        for (int layer = 0; layer < Layers; layer++)
            register_module($"layer{layer}", TorchCell.Modules[layer]);
        Register(() => TorchCell.Modules.SelectMany((module, layer) =>
            Named($"{PolicyWeights.Prefix(Kind)}.", module).Select(weight => (weight.Name[..^1] + layer, weight.Value))));
    }

    public TorchCell TorchCell { get; }

    public override IEnumerable<int> DropoutSizes => [(int)Embedding.shape[1], .. Enumerable.Repeat(HiddenSize, Layers)];

    public Parameter Weight(string name, int layer) => Weight($"{PolicyWeights.Prefix(Kind)}.{name}_l{layer}");

    public override Tensor forward(Tensor input) => Forward(input, null);

    public override Tensor HiddenOf(TrainingTokens tokens)
    {
        Tensor inputs = tensor(tokens.Inputs, [tokens.Rows, tokens.Length], device: Device);
        Tensor hidden = Forward(inputs, tokens.Dropout).reshape(-1, HiddenSize);
        return tokens.Count < tokens.Inputs.Length ? hidden.index_select(0, tensor(tokens.Cells, device: Device)) : hidden;
    }

    private Tensor Forward(Tensor input, DropoutMasks? dropout)
    {
        using var scope = NewDisposeScope();
        Tensor zero = zeros(1, input.shape[0], HiddenSize, device: Device), values = Drop(Embed(input), 0);
        for (int layer = 0; layer < Layers; layer++)
            values = Drop(TorchCell.Forward(layer, values, zero), layer + 1);
        return values.MoveToOuterDisposeScope();

        Tensor Drop(Tensor kept, int site) => dropout is null ? kept : kept * dropout.AsTensor(site, Device);
    }

    public override NetworkStepper CreateStepper() => new RecurrentStepper(this);

    public override WeightDraw DrawOf(string name, double? deviation) => deviation is { } normal
        ? new WeightDraw(name.Contains("bias_hh", StringComparison.Ordinal) ? 0 : normal)
        : name == PolicyWeights.EmbeddingName && !IsTied ? new WeightDraw(1) : new WeightDraw(1 / MathF.Sqrt(HiddenSize), IsUniform: true);
}
