namespace SeqGan.Models;

/// <summary>Embedding, layers of attention and feed-forward, and the normalisation after the last one.</summary>
internal sealed class CompiledTransformer : CompiledNetwork
{
    private readonly SequenceFormat _format;

    public CompiledTransformer(PolicyWeights weights)
    {
        (_format, Width, Heads, StateWidth) = (weights.Format, weights.HiddenSize, weights.Heads, PackedMatrix.Pad(weights.HiddenSize));
        Layers = [.. Enumerable.Range(0, weights.Layers).Select(layer => new CompiledAttentionLayer(this, weights, layer))];
        Embedding = Copy(weights.Embedding);
        Normalization = Copy(weights.Attention("norm.weight"));
    }

    public int Width { get; }

    public int Heads { get; }

    public int HeadSize => Width / Heads;

    /// <summary>The columns of a head, in whole lanes.</summary>
    public int HeadColumns => PackedMatrix.Pad(HeadSize);

    /// <summary>The columns of all heads.</summary>
    public int AttentionColumns => Heads * HeadColumns;

    public override int StateWidth { get; }

    public override long StateSize => 2L * Layers.Count * AttentionColumns * _format.MaxLength;

    public IReadOnlyList<CompiledAttentionLayer> Layers { get; }

    /// <summary>[inputs, width]: tokens, then labels.</summary>
    public AlignedArray Embedding { get; }

    public AlignedArray Normalization { get; }

    public override SlotStates CreateStates(Kernels kernels, int slots) => new TransformerStates(this, kernels, slots);

    public static AlignedArray Copy(ReadOnlySpan<float> values)
    {
        var copy = new AlignedArray(values.Length);
        values.CopyTo(copy.Span);
        return copy;
    }
}

/// <summary>A Transformer layer's weights, packed. Each head's columns are padded to whole lanes.</summary>
internal sealed class CompiledAttentionLayer
{
    public CompiledAttentionLayer(CompiledTransformer network, PolicyWeights weights, int layer)
    {
        (int width, int size, int columns) = (network.Width, network.HeadSize, network.HeadColumns);
        AttentionNormalization = CompiledTransformer.Copy(weights.Attention("norm1.weight", layer));
        FeedForwardNormalization = CompiledTransformer.Copy(weights.Attention("norm2.weight", layer));
        ReadOnlySpan<float> projections = weights.Attention("self_attn.in_proj_weight", layer);
        Projections = new PackedMatrix(width, 3 * network.AttentionColumns);
        for (int head = 0; head < 3 * network.Heads; head++)
            Projections.SetColumns(head * columns, projections.Slice(head * size * width, size * width));
        AttentionOutput = new PackedMatrix(network.AttentionColumns, width);
        AttentionOutput.SetColumns(0, Spread(weights.Attention("self_attn.out_proj.weight", layer), size, columns));
        ReadOnlySpan<float> up = weights.Attention("linear1.weight", layer), down = weights.Attention("linear2.weight", layer);
        Up = new PackedMatrix(width, up.Length / width);
        Up.SetColumns(0, up);
        Down = new PackedMatrix(down.Length / width, width);
        Down.SetColumns(0, down);
    }

    public AlignedArray AttentionNormalization { get; }

    public AlignedArray FeedForwardNormalization { get; }

    /// <summary>To the queries, keys and values of all heads.</summary>
    public PackedMatrix Projections { get; }

    public PackedMatrix AttentionOutput { get; }

    public PackedMatrix Up { get; }

    public PackedMatrix Down { get; }

    // Each head's part of a row, with zeros up to the head's columns.
    private static float[] Spread(ReadOnlySpan<float> matrix, int size, int columns)
    {
        float[] spread = new float[(long)matrix.Length / size * columns];
        for (int part = 0; part < matrix.Length / size; part++)
            matrix.Slice(part * size, size).CopyTo(spread.AsSpan(part * columns));
        return spread;
    }
}
