namespace SeqGan.Generation;

/// <inheritdoc/>
internal sealed class RecurrentWeights(RecurrentNetwork network, Kernels kernels) : HiddenWeights
{
    // A step of a group reads all of the state's weights, which is soon as much time as the product of a few rows.
    private const int MinimumGroupRows = 6, MinimumWideGroupRows = 16, WideStateElements = 1 << 17;

    private readonly LayerWeights[] _layers =
        [.. Enumerable.Range(0, network.Layers).Select(layer => new LayerWeights(network, layer, kernels))];

    public override IEnumerable<GradientSum> Gradients => _layers.SelectMany(layer => layer.Gradients);

    public override int MostGroups(TrainingTokens tokens) =>
        tokens.Rows / (_layers[0].State.Shape.Length > WideStateElements ? MinimumWideGroupRows : MinimumGroupRows);

    public override void Load()
    {
        foreach (LayerWeights layer in _layers)
            layer.Load();
    }

    public override HiddenPass CreatePass() => new RecurrentPass(_layers, kernels);
}

/// <inheritdoc/>
internal sealed unsafe class RecurrentPass(LayerWeights[] layers, Kernels kernels) : HiddenPass
{
    private readonly LayerPass[] _layers = [.. layers.Select(layer => new LayerPass(layer, kernels))];
    private readonly AlignedArray[] _dropped = [.. layers.Select(_ => new AlignedArray())];
    private readonly nint[] _outputs = new nint[layers.Length];

    public override float* HiddenGradient => _layers[^1].HiddenGradient;

    public override float* Forward(float* input, TrainingTokens tokens, TrainingGroup group)
    {
        for (int layer = 0; layer < _layers.Length; layer++)
        {
            _layers[layer].Forward(input, group.Steps, group.Tokens.Length);
            _outputs[layer] = (nint)(input = Output(layer, tokens, group));
        }

        return input;
    }

    public override void Backward(float* input, float* inputGradient, TrainingTokens tokens, TrainingGroup group, int part)
    {
        for (int layer = _layers.Length - 1; layer >= 0; layer--)
        {
            group.Drop(tokens, layer + 1, _layers[layer].HiddenGradient, _layers[layer].HiddenGradient, _layers[layer].Width);
            float* gradient = layer == 0 ? inputGradient : _layers[layer - 1].HiddenGradient;
            float* below = layer == 0 ? input : (float*)_outputs[layer - 1];
            _layers[layer].Backward(below, gradient, group.Steps, group.Tokens.Length, part);
        }
    }

    // What the layer above reads.
    private float* Output(int layer, TrainingTokens tokens, TrainingGroup group)
    {
        LayerPass pass = _layers[layer];
        if (tokens.Dropout is null)
            return pass.Hidden;
        float* dropped = _dropped[layer].Reserve((long)group.Tokens.Length * pass.Width);
        group.Drop(tokens, layer + 1, pass.Hidden, dropped, pass.Width);
        return dropped;
    }
}
