namespace SeqGan.Generation;

/// <summary>The weight of a normalisation and the sum of its gradient.</summary>
internal sealed unsafe class NormalizationWeights(Parameter weight, Kernels kernels)
{
    public float* Values { get; private set; }

    public GradientSum Gradient { get; } = new(weight, PaddedShape.OfVector(weight, 1, 0), kernels);

    public void Load() => Values = TensorMemory.Of(weight);
}

/// <summary>A Transformer layer's weights and the sums of their gradients.</summary>
internal sealed class TransformerLayerWeights(TransformerNetwork network, int layer, Kernels kernels)
{
    public NormalizationWeights AttentionNormalization { get; } = new(network.LayerWeight("norm1.weight", layer), kernels);

    /// <summary>To the queries, keys and values of all heads.</summary>
    public MatrixWeights Projections { get; } = new(network.LayerWeight("self_attn.in_proj_weight", layer), kernels);

    public MatrixWeights AttentionOutput { get; } = new(network.LayerWeight("self_attn.out_proj.weight", layer), kernels);

    public NormalizationWeights FeedForwardNormalization { get; } = new(network.LayerWeight("norm2.weight", layer), kernels);

    public MatrixWeights Up { get; } = new(network.LayerWeight("linear1.weight", layer), kernels);

    public MatrixWeights Down { get; } = new(network.LayerWeight("linear2.weight", layer), kernels);

    public MatrixWeights[] Matrices => [Projections, AttentionOutput, Up, Down];

    public NormalizationWeights[] Normalizations => [AttentionNormalization, FeedForwardNormalization];
}

/// <inheritdoc/>
internal sealed class TransformerWeights(TransformerNetwork network, Kernels kernels) : HiddenWeights
{
    private const int MinimumGroupTokens = 96;

    private readonly TransformerLayerWeights[] _layers =
        [.. Enumerable.Range(0, network.Layers).Select(layer => new TransformerLayerWeights(network, layer, kernels))];

    private readonly NormalizationWeights _normalization = new(network.LastNormalization, kernels);

    public override IEnumerable<GradientSum> Gradients =>
    [
        .. _layers.SelectMany(layer => layer.Matrices).Select(matrix => matrix.Gradient),
        .. Normalizations.Select(normalization => normalization.Gradient),
    ];

    private IEnumerable<NormalizationWeights> Normalizations => [.. _layers.SelectMany(layer => layer.Normalizations), _normalization];

    public override int MostGroups(TrainingTokens tokens) => Math.Min(tokens.Rows, tokens.Count / MinimumGroupTokens);

    public override void Load()
    {
        foreach (MatrixWeights matrix in _layers.SelectMany(layer => layer.Matrices))
            matrix.Load();
        foreach (NormalizationWeights normalization in Normalizations)
            normalization.Load();
    }

    public override HiddenPass CreatePass() => new TransformerPass(_layers, _normalization, network, kernels);
}

/// <inheritdoc/>
internal sealed unsafe class TransformerPass : HiddenPass
{
    private readonly NormalizationWeights _normalization;
    private readonly TransformerBuffers _buffers;
    private readonly TransformerLayerPass[] _layers;
    private readonly AlignedArray _hidden = new(), _hiddenGradient = new();
    private readonly Kernels _kernels;
    private readonly int _width;
    private float* _last;

    public TransformerPass(
        TransformerLayerWeights[] layers, NormalizationWeights normalization, TransformerNetwork network, Kernels kernels)
    {
        (_normalization, _kernels, _width) = (normalization, kernels, network.HiddenSize);
        _buffers = new TransformerBuffers(_width, new AttentionPass(network.Heads, network.HeadSize, kernels), kernels);
        _layers = [.. layers.Select((layer, index) => new TransformerLayerPass(layer, index, _buffers, kernels))];
    }

    public override float* HiddenGradient => _hiddenGradient.Pointer;

    public override float* Forward(float* input, TrainingTokens tokens, TrainingGroup group)
    {
        int rows = group.Tokens.Length;
        long size = (long)rows * PackedMatrix.Pad(_width);
        _last = input;
        foreach (TransformerLayerPass layer in _layers)
            _last = layer.Forward(_last, tokens, group);
        AlignedArray.Clear(_hiddenGradient.Reserve(size), size);
        return _buffers.Normalize(_last, _normalization, rows, _hidden);
    }

    public override void Backward(float* input, float* inputGradient, TrainingTokens tokens, TrainingGroup group, int part)
    {
        // What is added up on the way has one gradient, to which each branch adds.
        _buffers.NormalizeBackward(_last, _normalization, HiddenGradient, inputGradient, group.Tokens.Length, part);
        for (int layer = _layers.Length - 1; layer >= 0; layer--)
            _layers[layer].Backward(inputGradient, tokens, group, part);
    }
}

/// <summary>What the layers of a pass share.</summary>
internal sealed unsafe class TransformerBuffers(int width, AttentionPass attention, Kernels kernels)
{
    private readonly int _row = PackedMatrix.Pad(width);

    public AttentionPass Attention => attention;

    /// <summary>The length of a row of states.</summary>
    public int Row => _row;

    /// <summary>A branch's result, or its gradient.</summary>
    public AlignedArray Branch { get; } = new();

    /// <summary>The gradients of what is between a normalisation and the branch's result.</summary>
    public AlignedArray Inner { get; } = new();

    public AlignedArray InnerInput { get; } = new();

    /// <summary>Rows as a right factor.</summary>
    public AlignedArray Blocks { get; } = new();

    public float* Normalize(float* values, NormalizationWeights weights, int rows, AlignedArray result)
    {
        float* target = result.Reserve((long)rows * _row);
        for (nint row = 0; row < rows; row++)
            kernels.Normalize(values + row * _row, weights.Values, target + row * _row, width);
        return target;
    }

    /// <summary>Adds to the values' gradient. Overwrites the values.</summary>
    public void NormalizeBackward(float* values, NormalizationWeights weights, float* resultGradient, float* gradient, int rows, int part)
    {
        float* weightGradient = weights.Gradient.Begin(part);
        for (nint row = 0; row < rows; row++)
        {
            kernels.NormalizeBackward(
                values + row * _row, weights.Values, resultGradient + row * _row, gradient + row * _row, weightGradient, width);
        }
    }
}

/// <summary>One Transformer layer, forward and backward. Rows are cells of tokens in any order that a group has.</summary>
internal sealed unsafe class TransformerLayerPass(TransformerLayerWeights weights, int layer, TransformerBuffers buffers, Kernels kernels)
{
    private readonly AlignedArray _attentionInput = new(), _projections = new(), _attended = new(), _between = new();
    private readonly AlignedArray _feedForwardInput = new(), _inner = new(), _activated = new(), _output = new();
    private float* _input;

    private int Inner => weights.Up.OutputColumns;

    public float* Forward(float* input, TrainingTokens tokens, TrainingGroup group)
    {
        int rows = group.Tokens.Length;
        _input = input;
        float* normalized = buffers.Normalize(input, weights.AttentionNormalization, rows, _attentionInput);
        float* projections = _projections.Reserve((long)rows * weights.Projections.OutputColumns);
        weights.Projections.Apply(normalized, rows, null, projections);
        float* attended = _attended.Reserve((long)rows * buffers.Row);
        buffers.Attention.Forward(projections, weights.Projections.OutputColumns, attended, buffers.Row, group);
        float* between = Add(weights.AttentionOutput, attended, input, _between, 0, tokens, group);

        normalized = buffers.Normalize(between, weights.FeedForwardNormalization, rows, _feedForwardInput);
        float* inner = _inner.Reserve((long)rows * Inner), activated = _activated.Reserve((long)rows * Inner);
        weights.Up.Apply(normalized, rows, null, inner);
        kernels.Gelu(inner, activated, rows * Inner);
        return Add(weights.Down, activated, between, _output, 1, tokens, group);
    }

    /// <summary>From the output's gradient to the input's, in its place. Overwrites what <see cref="Forward"/> kept.</summary>
    public void Backward(float* gradient, TrainingTokens tokens, TrainingGroup group, int part)
    {
        int rows = group.Tokens.Length, projected = weights.Projections.OutputColumns;
        float* inner = buffers.Inner.Reserve((long)rows * Inner), input = buffers.InnerInput.Reserve((long)rows * buffers.Row);
        weights.Down.Differentiate(_activated.Pointer, Branch(gradient, 1, tokens, group), rows, inner, buffers.Blocks, part);
        kernels.GeluBackward(_inner.Pointer, inner, rows * Inner);
        weights.Up.Differentiate(_feedForwardInput.Pointer, inner, rows, input, buffers.Blocks, part);
        buffers.NormalizeBackward(_between.Pointer, weights.FeedForwardNormalization, input, gradient, rows, part);

        weights.AttentionOutput.Differentiate(
            _attended.Pointer, Branch(gradient, 0, tokens, group), rows, input, buffers.Blocks, part);
        inner = buffers.Inner.Reserve((long)rows * projected);
        buffers.Attention.Backward(_projections.Pointer, projected, input, buffers.Row, inner, group);
        weights.Projections.Differentiate(_attentionInput.Pointer, inner, rows, input, buffers.Blocks, part);
        buffers.NormalizeBackward(_input, weights.AttentionNormalization, input, gradient, rows, part);
    }

    private int Site(int branch) => 1 + 2 * layer + branch;

    // Start + what the branch's last matrix makes of its values, after dropout.
    private float* Add(
        MatrixWeights matrix, float* values, float* start, AlignedArray result, int branch, TrainingTokens tokens, TrainingGroup group)
    {
        int rows = group.Tokens.Length, length = rows * buffers.Row;
        float* sum = result.Reserve(length);
        if (tokens.Dropout is null)
        {
            matrix.Apply(values, rows, start, sum);
            return sum;
        }

        matrix.Apply(values, rows, null, sum);
        group.Drop(tokens, Site(branch), sum, sum, buffers.Row);
        kernels.AddScaled(start, 1, sum, length);
        return sum;
    }

    // The gradient of what a branch adds before dropout.
    private float* Branch(float* gradient, int branch, TrainingTokens tokens, TrainingGroup group)
    {
        if (tokens.Dropout is null)
            return gradient;
        float* kept = buffers.Branch.Reserve((long)group.Tokens.Length * buffers.Row);
        group.Drop(tokens, Site(branch), gradient, kept, buffers.Row);
        return kept;
    }
}
