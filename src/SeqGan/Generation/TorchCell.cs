namespace SeqGan.Generation;

/// <summary>
/// The one definition of a recurrent cell on libtorch: its module runs over whole sequences, and its equations make single steps whose rows
/// do not depend on each other. A new cell is one of these, named in <see cref="Create"/>.
/// </summary>
internal abstract class TorchCell
{
    /// <summary>A module for each layer.</summary>
    public abstract IReadOnlyList<nn.Module> Modules { get; }

    public static TorchCell Create(GeneratorNetwork cell, int inputs, int hidden, int layers)
    {
        int[] sizes = [inputs, .. Enumerable.Repeat(hidden, layers - 1)];
        return cell switch
        {
            GeneratorNetwork.Lstm => new TorchLstm([.. sizes.Select(size => nn.LSTM(size, hidden, batchFirst: true))]),
            GeneratorNetwork.Gru => new TorchGru([.. sizes.Select(size => nn.GRU(size, hidden, batchFirst: true))]),
            _ => throw CellLayout.Unknown(cell),
        };
    }

    /// <summary>A layer's inputs [batch, length, size] to its hidden states [batch, length, hidden].</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="input">The inputs.</param>
    /// <param name="zero">The state before, [1, batch, hidden].</param>
    public abstract Tensor Forward(int layer, Tensor input, Tensor zero);

    /// <summary>Advances the state of a layer by one step.</summary>
    /// <param name="state">The state.</param>
    /// <param name="layer">The layer.</param>
    /// <param name="input">The gates' sums over the input, [rows, gates x hidden]; may be changed.</param>
    /// <param name="recurrent">The gates' sums over the state before.</param>
    public abstract void Step(RecurrentState state, int layer, Tensor input, Tensor recurrent);
}

internal sealed class TorchLstm(LSTM[] modules) : TorchCell
{
    public override IReadOnlyList<nn.Module> Modules => modules;

    public override Tensor Forward(int layer, Tensor input, Tensor zero)
    {
        (Tensor output, Tensor hidden, Tensor cells) = modules[layer].forward(input, (zero, zero));
        hidden.Dispose();
        cells.Dispose();
        return output;
    }

    public override void Step(RecurrentState state, int layer, Tensor input, Tensor recurrent)
    {
        Tensor[] gate = input.add_(recurrent).chunk(4, 1);
        Tensor cell = gate[1].sigmoid().mul_(state.Cells[layer]).add_(gate[0].sigmoid().mul_(gate[2].tanh()));
        RecurrentState.Replace(state.Hidden, layer, gate[3].sigmoid().mul_(cell.tanh()));
        RecurrentState.Replace(state.Cells, layer, cell);
    }
}

internal sealed class TorchGru(GRU[] modules) : TorchCell
{
    public override IReadOnlyList<nn.Module> Modules => modules;

    public override Tensor Forward(int layer, Tensor input, Tensor zero)
    {
        (Tensor output, Tensor state) = modules[layer].forward(input, zero);
        state.Dispose();
        return output;
    }

    public override void Step(RecurrentState state, int layer, Tensor input, Tensor recurrent)
    {
        Tensor[] i = input.chunk(3, 1), r = recurrent.chunk(3, 1);
        Tensor reset = (i[0] + r[0]).sigmoid_(), update = (i[1] + r[1]).sigmoid_();
        Tensor candidate = reset.mul_(r[2]).add_(i[2]).tanh_();
        RecurrentState.Replace(state.Hidden, layer, state.Hidden[layer].sub(candidate).mul_(update).add_(candidate));
    }
}

/// <summary>The state of some rows, one [rows, hidden] tensor a layer; a GRU has no cells. Owns its tensors.</summary>
internal sealed class RecurrentState(RecurrentNetwork network, int rows) : IDisposable
{
    public Tensor[] Hidden { get; } = Zeros(network, rows, network.Layers);

    public Tensor[] Cells { get; } = Zeros(network, rows, CellLayout.Of(network.Cell).HasCells ? network.Layers : 0);

    /// <summary>Overwrites some rows with rows of another state.</summary>
    public void CopyRows(Tensor rows, RecurrentState source, Tensor sourceRows)
    {
        foreach ((Tensor target, Tensor from) in Hidden.Concat(Cells).Zip(source.Hidden.Concat(source.Cells)))
        {
            using Tensor picked = from.index_select(0, sourceRows);
            target.index_copy_(0, rows, picked);
        }
    }

    public static void Replace(Tensor[] states, int layer, Tensor value)
    {
        states[layer].Dispose();
        states[layer] = value.DetachFromDisposeScope();
    }

    public void Dispose()
    {
        foreach (Tensor tensor in Hidden.Concat(Cells))
            tensor.Dispose();
    }

    private static Tensor[] Zeros(RecurrentNetwork network, int rows, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => zeros(rows, network.HiddenSize, device: network.Device).DetachFromDisposeScope())];
}

/// <summary>
/// Advances many independent rows by one token. The first layer's product of embedding and input weights is made once for the whole
/// vocabulary, so that a token's share of the gates is a look-up.
/// </summary>
/// <remarks>A row is the same bits whatever the others are, if a step has at least <see cref="SteadyLinear.MinimumRows"/> rows.</remarks>
internal sealed class RecurrentStepper : IDisposable
{
    private readonly RecurrentNetwork _network;
    private readonly Tensor _inputGates;

    public RecurrentStepper(RecurrentNetwork network)
    {
        _network = network;
        using var noGrad = no_grad();
        _inputGates = Sums(network.Embedding, "ih", 0).DetachFromDisposeScope();
    }

    /// <summary>Feeds one token a row, [rows], and leaves the new state in place.</summary>
    public void Advance(RecurrentState state, Tensor tokens)
    {
        using var noGrad = no_grad();
        for (int layer = 0; layer < _network.Layers; layer++)
        {
            using var scope = NewDisposeScope();
            Tensor input = layer == 0 ? _inputGates.index_select(0, tokens) : Sums(state.Hidden[layer - 1], "ih", layer);
            _network.TorchCell.Step(state, layer, input, Sums(state.Hidden[layer], "hh", layer));
        }
    }

    public void Dispose() => _inputGates.Dispose();

    private Tensor Sums(Tensor values, string name, int layer) =>
        SteadyLinear.Apply(values, _network.Weight($"weight_{name}", layer), _network.Weight($"bias_{name}", layer));
}
