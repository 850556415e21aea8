using TorchSharp;
using static TorchSharp.torch;

namespace SeqGan.Generation;

/// <summary>The state of some rows, one [rows, hidden] tensor a layer; a GRU has no cells. Owns its tensors.</summary>
internal sealed class RecurrentState : IDisposable
{
    private RecurrentState(Tensor[] hidden, Tensor[] cells) => (Hidden, Cells) = (hidden, cells);

    public Tensor[] Hidden { get; }

    public Tensor[] Cells { get; }

    public static RecurrentState Zeros(RecurrentNetwork network, int rows)
    {
        return new RecurrentState(Make(), CellLayout.Of(network.Cell).HasCells ? Make() : []);

        Tensor[] Make() => [.. Enumerable.Range(0, network.Layers).Select(_ => Zero())];

        Tensor Zero() => zeros(rows, network.HiddenSize, device: network.Device).DetachFromDisposeScope();
    }

    /// <summary>Overwrites some rows with rows of another state.</summary>
    public void CopyRows(Tensor rows, RecurrentState source, Tensor sourceRows)
    {
        Copy(Hidden, source.Hidden);
        Copy(Cells, source.Cells);

        void Copy(Tensor[] target, Tensor[] from)
        {
            for (int layer = 0; layer < target.Length; layer++)
            {
                using Tensor picked = from[layer].index_select(0, sourceRows);
                target[layer].index_copy_(0, rows, picked);
            }
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
}

/// <summary>
/// Advances many independent rows by one token. The first layer's product of embedding and input weights is made once for the
/// whole vocabulary, so that a token's share of the gates is a look-up.
/// </summary>
/// <remarks>
/// A row's result is the same bits whatever the other rows are, as long as a step has at least <see cref="MinimumRows"/> rows:
/// below that, libtorch's matrix product takes other code paths.
/// </remarks>
internal sealed class RecurrentStepper : IDisposable
{
    public const int MinimumRows = SteadyLinear.MinimumRows;

    private readonly RecurrentNetwork _network;
    private readonly Tensor _inputGates;
    private readonly Tensor[] _inputWeights, _inputBiases, _recurrentWeights, _recurrentBiases;

    public RecurrentStepper(RecurrentNetwork network)
    {
        _network = network;
        _inputWeights = PerLayer("weight_ih");
        _inputBiases = PerLayer("bias_ih");
        _recurrentWeights = PerLayer("weight_hh");
        _recurrentBiases = PerLayer("bias_hh");
        using var noGrad = no_grad();
        _inputGates = SteadyLinear.Apply(network.Embedding, _inputWeights[0], _inputBiases[0]).DetachFromDisposeScope();

        Tensor[] PerLayer(string name) => [.. Enumerable.Range(0, network.Layers).Select(layer => network.Weight(name, layer))];
    }

    /// <summary>Feeds one token a row, [rows], and leaves the new state in place.</summary>
    public void Advance(RecurrentState state, Tensor tokens)
    {
        using var noGrad = no_grad();
        for (int layer = 0; layer < _network.Layers; layer++)
        {
            using var scope = NewDisposeScope();
            Tensor input = layer == 0
                ? _inputGates.index_select(0, tokens)
                : SteadyLinear.Apply(state.Hidden[layer - 1], _inputWeights[layer], _inputBiases[layer]);
            Tensor recurrent = SteadyLinear.Apply(state.Hidden[layer], _recurrentWeights[layer], _recurrentBiases[layer]);
            if (_network.Cell == RecurrentCell.Lstm)
                AdvanceLstm(state, layer, input.add_(recurrent));
            else
                AdvanceGru(state, layer, input, recurrent);
        }
    }

    private static void AdvanceLstm(RecurrentState state, int layer, Tensor gates)
    {
        Tensor[] gate = gates.chunk(4, 1);
        Tensor cell = gate[1].sigmoid().mul_(state.Cells[layer]).add_(gate[0].sigmoid().mul_(gate[2].tanh()));
        Tensor hidden = gate[3].sigmoid().mul_(cell.tanh());
        RecurrentState.Replace(state.Cells, layer, cell);
        RecurrentState.Replace(state.Hidden, layer, hidden);
    }

    private static void AdvanceGru(RecurrentState state, int layer, Tensor input, Tensor recurrent)
    {
        Tensor[] i = input.chunk(3, 1), r = recurrent.chunk(3, 1);
        Tensor reset = (i[0] + r[0]).sigmoid_();
        Tensor update = (i[1] + r[1]).sigmoid_();
        Tensor candidate = reset.mul_(r[2]).add_(i[2]).tanh_();
        Tensor hidden = state.Hidden[layer].sub(candidate).mul_(update).add_(candidate);
        RecurrentState.Replace(state.Hidden, layer, hidden);
    }

    public void Dispose() => _inputGates.Dispose();
}
