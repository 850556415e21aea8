namespace SeqGan;

/// <summary>The weights of one recurrent layer, packed.</summary>
internal sealed class LayerWeights
{
    private LayerWeights(RecurrentNetwork network, int layer)
    {
        Gates = network.Cell == RecurrentCell.Lstm ? 4 : 3;
        (Input, Recurrent) = (Matrix("weight_ih"), Matrix("weight_hh"));
        (InputBias, RecurrentBias) = (Vector("bias_ih"), Vector("bias_hh"));

        PackedWeight Matrix(string name) => new(network.Weight(name, layer), PaddedShape.OfMatrix(network.Weight(name, layer), Gates));

        PackedWeight Vector(string name) => new(network.Weight(name, layer), PaddedShape.OfVector(network.Weight(name, layer), Gates));
    }

    public int Gates { get; }

    public PackedWeight Input { get; }

    public PackedWeight Recurrent { get; }

    public PackedWeight InputBias { get; }

    public PackedWeight RecurrentBias { get; }

    public static LayerWeights[] Of(RecurrentNetwork network) => [.. Enumerable.Range(0, network.Layers).Select(layer => new LayerWeights(network, layer))];

    /// <summary>Reads the network's present weights.</summary>
    public void Load()
    {
        foreach (PackedWeight matrix in (PackedWeight[])[Input, Recurrent])
        {
            matrix.LoadRows();
            matrix.LoadPanels();
        }

        InputBias.LoadRows();
        RecurrentBias.LoadRows();
    }
}
