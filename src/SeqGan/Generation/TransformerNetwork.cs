namespace SeqGan.Generation;

/// <summary>Layers of self-attention and feed-forward, each after a normalisation and added to what it was given.</summary>
internal sealed class TransformerNetwork : SequenceNetwork
{
    // GPT-2's; what branches add is scaled down, so that the sum of all has the deviation of one.
    private const double InitialDeviation = 0.02;

    private static readonly string[] s_added = ["out_proj.weight", "linear2.weight"];

    private readonly Tensor _cosines, _sines;

    public TransformerNetwork(SequenceFormat format, GeneratorOptions options)
        : base(nameof(TransformerNetwork), format, options, options.HiddenSize)
    {
        (Heads, Positions) = (options.Heads, format.MaxLength);
        string[] outer = [PolicyWeights.EmbeddingName, PolicyWeights.OutputName, PolicyWeights.OutputBiasName];
        (string Name, Parameter Value)[] layers =
        [
            .. from weight in PolicyWeights.Expected(format, Kind, Layers, HiddenSize, HiddenSize)
               where !outer.Contains(weight.Name)
               select (weight.Name, Zeros(weight.Shape)),
        ];
        foreach ((string name, Parameter value) in layers)
            register_parameter(name.Replace('.', '_'), value);
        Register(() => layers);
        var rotary = new RotaryTable(HeadSize);
        rotary.Reserve(Positions);
        using Tensor angles = tensor(
            rotary.Values[..(Positions * 2 * rotary.Pairs)].ToArray(), [Positions, 2, rotary.Pairs], device: Device);
        _cosines = angles.select(1, 0).contiguous().DetachFromDisposeScope();
        _sines = angles.select(1, 1).contiguous().DetachFromDisposeScope();
    }

    public override int Heads { get; }

    public int HeadSize => HiddenSize / Heads;

    /// <summary>How many positions the network knows.</summary>
    public int Positions { get; }

    public override IEnumerable<int> DropoutSizes => Enumerable.Repeat(HiddenSize, 1 + (2 * Layers));

    /// <summary>The weight of the normalisation after the last layer.</summary>
    public Parameter LastNormalization => Weight(PolicyWeights.AttentionName("norm.weight"));

    public Parameter LayerWeight(string name, int layer) => Weight(PolicyWeights.AttentionName(name, layer));

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        long rows = input.shape[0], length = input.shape[1];
        return Forward(input.view(-1), rows, length, null, null).view(rows, length, HiddenSize).MoveToOuterDisposeScope();
    }

    // Padding takes part in attention alone, which is the least of the work.
    public override Tensor HiddenOf(TrainingTokens tokens)
    {
        using var scope = NewDisposeScope();
        Tensor cells = tensor(tokens.Cells, device: Device), inputs = tensor(tokens.Inputs, device: Device).index_select(0, cells);
        return Forward(inputs, tokens.Rows, tokens.Length, cells, tokens.Dropout).MoveToOuterDisposeScope();
    }

    /// <summary>Inputs of some cells of a batch, or of all, to their hidden states, [cells, hidden].</summary>
    private Tensor Forward(Tensor inputs, long rows, long length, Tensor? cells, DropoutMasks? dropout)
    {
        using Scalar columns = length;
        Tensor? ofRow = dropout is null ? null : cells!.div(columns, RoundingMode.floor);
        Tensor values = Drop(Embed(inputs), 0), cosines = _cosines.narrow(0, 0, length), sines = _sines.narrow(0, 0, length);
        for (int layer = 0; layer < Layers; layer++)
        {
            Tensor projected = Project(values, layer);
            if (cells is not null)
                projected = zeros(rows * length, 3 * HiddenSize, device: Device).index_copy(0, cells, projected);

            // [query, key and value, rows, heads, length, head size].
            projected = projected.view(rows, length, 3, Heads, HeadSize).permute(2, 0, 3, 1, 4);
            Tensor turned = Turn(projected.narrow(0, 0, 2), cosines, sines);
            Tensor attended = nn.functional.scaled_dot_product_attention(turned[0], turned[1], projected[2], is_casual: true);
            attended = attended.transpose(1, 2).reshape(rows * length, HiddenSize);
            if (cells is not null)
                attended = attended.index_select(0, cells);
            values = values + Drop(JoinHeads(attended, layer), 1 + (2 * layer));
            values = values + Drop(FeedForward(values, layer), 2 + (2 * layer));
        }

        return Normalize(values, null);

        Tensor Drop(Tensor kept, int site) =>
            ofRow is null ? kept : kept * dropout!.AsTensor(site, Device).squeeze(1).index_select(0, ofRow);
    }

    public override NetworkStepper CreateStepper() => new TransformerStepper(this);

    public override WeightDraw DrawOf(string name, double? deviation)
    {
        if (name.EndsWith("norm.weight", StringComparison.Ordinal) || name.Contains(".norm", StringComparison.Ordinal))
            return new WeightDraw(0, Offset: 1);
        if (deviation is { } normal)
            return new WeightDraw(normal);
        if (name == PolicyWeights.OutputBiasName)
            return new WeightDraw(0);
        bool isAdded = s_added.Any(added => name.EndsWith(added, StringComparison.Ordinal));
        return new WeightDraw(isAdded ? InitialDeviation / Math.Sqrt(2 * Layers) : InitialDeviation);
    }

    /// <summary>The embeddings of inputs, and the cosines and sines of their positions.</summary>
    public (Tensor Values, Tensor Cosines, Tensor Sines) Begin(Tensor tokens, Tensor positions) =>
        (Embed(tokens), _cosines.index_select(0, positions), _sines.index_select(0, positions));

    /// <summary>The queries, keys and values of all heads.</summary>
    public Tensor Project(Tensor values, int layer) =>
        SteadyLinear.Apply(Normalize(values, layer, "norm1.weight"), LayerWeight("self_attn.in_proj_weight", layer));

    public Tensor JoinHeads(Tensor attended, int layer) => SteadyLinear.Apply(attended, LayerWeight("self_attn.out_proj.weight", layer));

    public Tensor FeedForward(Tensor values, int layer)
    {
        Tensor inner = SteadyLinear.Apply(Normalize(values, layer, "norm2.weight"), LayerWeight("linear1.weight", layer));
        return SteadyLinear.Apply(inner.gelu(GELU.Approximate.tanh), LayerWeight("linear2.weight", layer));
    }

    public Tensor Normalize(Tensor values, int? layer, string name = "norm.weight") =>
        nn.functional.layer_norm(values, [HiddenSize], Weight(PolicyWeights.AttentionName(name, layer)));

    /// <summary>Turns the halves of queries and keys by the angles of their positions.</summary>
    public static Tensor Turn(Tensor values, Tensor cosines, Tensor sines)
    {
        Tensor[] half = values.chunk(2, -1);
        return cat([(half[0] * cosines) - (half[1] * sines), (half[1] * cosines) + (half[0] * sines)], -1);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _cosines.Dispose();
            _sines.Dispose();
        }

        base.Dispose(disposing);
    }
}
