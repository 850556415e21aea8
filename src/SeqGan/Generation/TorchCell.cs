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
