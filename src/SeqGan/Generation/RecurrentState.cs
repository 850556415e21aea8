using TorchSharp;
using static TorchSharp.torch;

namespace SeqGan;

/// <summary>The state of some rows, one [rows, hidden] tensor a layer; a GRU has no cells. Owns its tensors.</summary>
internal sealed class RecurrentState : IDisposable
{
    private RecurrentState(Tensor[] hidden, Tensor[] cells) => (Hidden, Cells) = (hidden, cells);

    public Tensor[] Hidden { get; }

    public Tensor[] Cells { get; }

    public static RecurrentState Zeros(RecurrentNetwork network, int rows)
    {
        Tensor[] Make() => [.. Enumerable.Range(0, network.Layers).Select(_ => zeros(rows, network.HiddenSize, device: network.Device).DetachFromDisposeScope())];
        return new RecurrentState(Make(), network.Cell == RecurrentCell.Lstm ? Make() : []);
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
