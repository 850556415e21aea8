namespace SeqGan.Generation;

/// <summary>The keys and values of some rows, each as long as the network has positions, and how many of them are in use.</summary>
internal sealed class KeyValueState(TransformerNetwork network, int rows, int positions) : RowStates
{
    private Tensor _output = zeros(rows, network.HiddenSize, device: network.Device).DetachFromDisposeScope();

    /// <summary>[rows, heads, positions, head size] of each layer.</summary>
    public Tensor[] Keys { get; } = Zeros(network, rows, positions);

    public Tensor[] Values { get; } = Zeros(network, rows, positions);

    /// <summary>The positions in use, [rows].</summary>
    public Tensor Counts { get; } = zeros(rows, dtype: ScalarType.Int64, device: network.Device).DetachFromDisposeScope();

    public override Tensor Output => _output;

    public void SetOutput(Tensor value)
    {
        _output.Dispose();
        _output = value.DetachFromDisposeScope();
    }

    // What a source has at its last length begins with what it had at the lengths before.
    public override void Keep(RowStates state, int length, int sources)
    {
        using var scope = NewDisposeScope();
        foreach ((Tensor target, Tensor from) in All(this).Zip(All((KeyValueState)state)))
            target.narrow(0, 0, sources).select(2, length - 1).copy_(from.narrow(0, 0, sources).select(2, length - 1));
    }

    public override void Restore(Tensor rows, RowStates prefixes, Tensor numbers)
    {
        using var scope = NewDisposeScope();
        var source = (KeyValueState)prefixes;
        using Scalar sources = source.Counts.shape[0];
        Tensor from = numbers.remainder(sources);
        Counts.index_copy_(0, rows, numbers.div(sources, RoundingMode.floor));
        foreach ((Tensor target, Tensor kept) in All(this).Zip(All(source)))
            target.narrow(2, 0, kept.shape[2]).index_copy_(0, rows, kept.index_select(0, from));
    }

    public override void Dispose()
    {
        foreach (Tensor tensor in All(this))
            tensor.Dispose();
        Counts.Dispose();
        _output.Dispose();
    }

    private static IEnumerable<Tensor> All(KeyValueState state) => state.Keys.Concat(state.Values);

    private static Tensor[] Zeros(TransformerNetwork network, int rows, int positions) =>
    [
        .. Enumerable.Range(0, network.Layers).Select(_ =>
            zeros([rows, network.Heads, positions, network.HeadSize], device: network.Device).DetachFromDisposeScope()),
    ];
}

/// <summary>Steps of a Transformer with a cache of keys and values.</summary>
internal sealed class TransformerStepper(TransformerNetwork network) : NetworkStepper
{
    public override RowStates CreateStates(int rows) => new KeyValueState(network, rows, network.Positions);

    public override RowStates CreatePrefixes(int sources, int longest) => new KeyValueState(network, sources, longest);

    public override void Advance(RowStates states, Tensor tokens)
    {
        var state = (KeyValueState)states;
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        long rows = tokens.shape[0];

        // Rows whose sequence is over go on; what they compute is not used.
        using Scalar zero = 0, one = 1, last = network.Positions - 1, all = network.Positions, heads = network.Heads, count = rows;
        using Scalar never = float.NegativeInfinity;
        Tensor positions = state.Counts.clamp(max: last), place = positions.view(rows, 1);
        Tensor future = arange(zero, all, device: network.Device).view(1, -1).gt(place);
        Tensor mask = zeros(future.shape, device: network.Device).masked_fill_(future, never).view(rows, 1, 1, -1);
        Tensor row = arange(zero, count, device: network.Device).view(rows, 1);
        Tensor head = arange(zero, heads, device: network.Device).view(1, -1);
        (Tensor values, Tensor cosines, Tensor sines) = network.Begin(tokens, positions);
        (cosines, sines) = (cosines.view(rows, 1, 1, -1), sines.view(rows, 1, 1, -1));
        for (int layer = 0; layer < network.Layers; layer++)
        {
            Tensor projected = network.Project(values, layer).view(rows, 3, network.Heads, network.HeadSize);
            Tensor turned = TransformerNetwork.Turn(projected.narrow(1, 0, 2), cosines, sines);
            state.Keys[layer].index_put_(turned.select(1, 1), [row, head, place]);
            state.Values[layer].index_put_(projected.select(1, 2), [row, head, place]);
            Tensor attended = nn.functional.scaled_dot_product_attention(
                turned.select(1, 0).unsqueeze(2), state.Keys[layer], state.Values[layer], mask);
            values = values + network.JoinHeads(attended.reshape(rows, network.HiddenSize), layer);
            values = values + network.FeedForward(values, layer);
        }

        state.SetOutput(network.Normalize(values, null));
        state.Counts.add_(one);
    }

    public override void Dispose()
    {
    }
}
