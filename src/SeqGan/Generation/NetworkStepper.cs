namespace SeqGan.Generation;

/// <summary>Advances many independent rows by one token.</summary>
/// <remarks>A row is the same bits whatever the others are, if a step has at least <see cref="SteadyLinear.MinimumRows"/> rows.</remarks>
internal abstract class NetworkStepper : IDisposable
{
    /// <summary>The states of some rows before any token.</summary>
    public abstract RowStates CreateStates(int rows);

    /// <summary>Room for the states of the prefixes of some sources, up to a length; their numbers are length * sources + source.</summary>
    public abstract RowStates CreatePrefixes(int sources, int longest);

    /// <summary>Feeds one token a row, [rows], and leaves the new state in place.</summary>
    public abstract void Advance(RowStates states, Tensor tokens);

    public abstract void Dispose();
}

/// <summary>What a network knows of some rows. Owns its tensors.</summary>
internal abstract class RowStates : IDisposable
{
    /// <summary>The hidden states that the output layer reads, [rows, hidden].</summary>
    public abstract Tensor Output { get; }

    /// <summary>Keeps the states of the first rows, one for each source, as those of their prefixes of a length, in rising order.</summary>
    public abstract void Keep(RowStates state, int length, int sources);

    /// <summary>Overwrites some rows with the states of prefixes, given by their numbers.</summary>
    public abstract void Restore(Tensor rows, RowStates prefixes, Tensor numbers);

    public abstract void Dispose();
}

/// <summary>The state of recurrent layers, one [rows, hidden] tensor a layer; a GRU has no cells.</summary>
internal sealed class RecurrentState(RecurrentNetwork network, int rows) : RowStates
{
    public Tensor[] Hidden { get; } = Zeros(network, rows, network.Layers);

    public Tensor[] Cells { get; } = Zeros(network, rows, CellLayout.Of(network.Kind).HasCells ? network.Layers : 0);

    public override Tensor Output => Hidden[^1];

    public override void Keep(RowStates state, int length, int sources)
    {
        using Scalar first = (long)length * sources, end = (long)(length + 1) * sources, zero = 0, count = sources;
        using Tensor to = arange(first, end, device: network.Device), from = arange(zero, count, device: network.Device);
        Restore(to, state, from);
    }

    public override void Restore(Tensor rows, RowStates prefixes, Tensor numbers)
    {
        var source = (RecurrentState)prefixes;
        foreach ((Tensor target, Tensor from) in Hidden.Concat(Cells).Zip(source.Hidden.Concat(source.Cells)))
        {
            using Tensor picked = from.index_select(0, numbers);
            target.index_copy_(0, rows, picked);
        }
    }

    public static void Replace(Tensor[] states, int layer, Tensor value)
    {
        states[layer].Dispose();
        states[layer] = value.DetachFromDisposeScope();
    }

    public override void Dispose()
    {
        foreach (Tensor tensor in Hidden.Concat(Cells))
            tensor.Dispose();
    }

    private static Tensor[] Zeros(RecurrentNetwork network, int rows, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => zeros(rows, network.HiddenSize, device: network.Device).DetachFromDisposeScope())];
}

/// <summary>
/// Steps of recurrent layers. The first layer's product of embedding and input weights is made once for the whole vocabulary, so that a
/// token's share of the gates is a look-up.
/// </summary>
internal sealed class RecurrentStepper : NetworkStepper
{
    private readonly RecurrentNetwork _network;
    private readonly Tensor _inputGates;

    public RecurrentStepper(RecurrentNetwork network)
    {
        _network = network;
        using var noGrad = no_grad();
        _inputGates = Sums(network.Embedding, "ih", 0).DetachFromDisposeScope();
    }

    public override RowStates CreateStates(int rows) => new RecurrentState(_network, rows);

    public override RowStates CreatePrefixes(int sources, int longest) => new RecurrentState(_network, sources * (longest + 1));

    public override void Advance(RowStates states, Tensor tokens)
    {
        var state = (RecurrentState)states;
        using var noGrad = no_grad();
        for (int layer = 0; layer < _network.Layers; layer++)
        {
            using var scope = NewDisposeScope();
            Tensor input = layer == 0 ? _inputGates.index_select(0, tokens) : Sums(state.Hidden[layer - 1], "ih", layer);
            _network.TorchCell.Step(state, layer, input, Sums(state.Hidden[layer], "hh", layer));
        }
    }

    public override void Dispose() => _inputGates.Dispose();

    private Tensor Sums(Tensor values, string name, int layer) =>
        SteadyLinear.Apply(values, _network.Weight($"weight_{name}", layer), _network.Weight($"bias_{name}", layer));
}
