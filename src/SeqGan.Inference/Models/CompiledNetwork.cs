namespace SeqGan.Models;

/// <summary>The packed weights from the inputs to the hidden states that the output layer reads. Immutable.</summary>
internal abstract class CompiledNetwork
{
    /// <summary>The size of a hidden state, padded to whole lanes.</summary>
    public abstract int StateWidth { get; }

    /// <summary>The most numbers that a sequence needs while it is made.</summary>
    public abstract long StateSize { get; }

    public static CompiledNetwork Create(PolicyWeights weights) => weights.Network == GeneratorNetwork.Transformer
        ? new CompiledTransformer(weights)
        : new CompiledRecurrence(weights);

    /// <summary>Room for the states of some sequences.</summary>
    public abstract SlotStates CreateStates(Kernels kernels, int slots);
}

/// <summary>Embedding and recurrent layers.</summary>
internal sealed unsafe class CompiledRecurrence : CompiledNetwork
{
    // A table of what each token adds to the first layer's gates, unless it would outgrow the caches.
    private const long LargestTable = 1 << 20;

    public CompiledRecurrence(PolicyWeights weights)
    {
        (EmbeddingSize, HasCells) = (weights.EmbeddingSize, CellLayout.Of(weights.Network).HasCells);
        Layers = [.. Enumerable.Range(0, weights.Layers).Select(layer => Compile(weights, layer))];
        Embedding = new AlignedArray(weights.Embedding.Length);
        weights.Embedding.CopyTo(Embedding.Span);
        int inputs = weights.Format.InputCount();
        long table = inputs * (long)GateColumns;
        if (table > LargestTable)
            return;
        InputTable = new AlignedArray(table);
        Layers[0].Begin(Kernels.Best, Embedding.Pointer, EmbeddingSize, inputs, InputTable.Pointer);
        GC.KeepAlive(this);
    }

    public override int StateWidth => Layers[0].Width;

    public override long StateSize => 2L * Layers.Count * StateWidth;

    public int EmbeddingSize { get; }

    public bool HasCells { get; }

    public int GateColumns => Layers[0].GateColumns;

    public IReadOnlyList<CompiledLayer> Layers { get; }

    /// <summary>[inputs, embedding]: tokens, then labels.</summary>
    public AlignedArray Embedding { get; }

    /// <summary>What each input and the bias add to the first layer's gates, [inputs, gates]; null if too large.</summary>
    public AlignedArray? InputTable { get; }

    public override SlotStates CreateStates(Kernels kernels, int slots) => new RecurrentStates(this, kernels, slots);

    private static CompiledLayer Compile(PolicyWeights weights, int layer)
    {
        var compiled = new CompiledLayer(weights.Network, layer == 0 ? weights.EmbeddingSize : weights.HiddenSize, weights.HiddenSize);
        compiled.Load(
            weights.Recurrent("weight_ih", layer), weights.Recurrent("weight_hh", layer),
            weights.Recurrent("bias_ih", layer), weights.Recurrent("bias_hh", layer));
        return compiled;
    }
}
