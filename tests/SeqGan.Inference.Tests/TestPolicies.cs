namespace SeqGan.Tests;

/// <summary>Networks of any size whose weights a seed determines.</summary>
internal static class TestPolicies
{
    public static PolicyWeights Weights(
        SequenceFormat format, GeneratorNetwork cell = GeneratorNetwork.Lstm, int layers = 1, int embedding = 5, int hidden = 7,
        ulong seed = 1, float scale = 0.5f, int heads = 2, bool isTied = false)
    {
        var key = new RandomKey(seed, RandomPurpose.Initialization);
        NamedTensor[] tensors = [.. PolicyWeights.Expected(format, cell, layers, embedding, hidden, isTied).Select((tensor, number) =>
            new NamedTensor(tensor.Name, tensor.Shape, Normals(key, number, tensor.Shape, scale)))];
        return new PolicyWeights("test", format, cell, tensors, cell == GeneratorNetwork.Transformer ? heads : 0);
    }

    public static CompiledPolicy Create(
        SequenceFormat format, GeneratorNetwork cell = GeneratorNetwork.Lstm, int layers = 1, int embedding = 5, int hidden = 7,
        ulong seed = 1, float scale = 0.5f, int heads = 2, bool isTied = false) =>
        new(Weights(format, cell, layers, embedding, hidden, seed, scale, heads, isTied));

    /// <summary>A Transformer of two layers, 12 wide.</summary>
    public static CompiledPolicy Transformer(SequenceFormat format, ulong seed = 1, float scale = 0.5f, bool isTied = false) =>
        Create(format, GeneratorNetwork.Transformer, 2, 0, 12, seed, scale, 3, isTied);

    /// <summary>A network that gives every position the same distribution.</summary>
    public static CompiledPolicy FromLogits(SequenceFormat format, params float[] logits)
    {
        PolicyWeights weights = Weights(format, scale: 0);
        return new CompiledPolicy(new PolicyWeights("test", format, weights.Network, [.. weights.Tensors.Select(tensor =>
            tensor.Name == "output.bias" ? tensor with { Values = logits } : tensor)]));
    }

    public static CompiledPolicy FromProbabilities(SequenceFormat format, params double[] probabilities) =>
        FromLogits(format, [.. probabilities.Select(p => (float)Math.Log(p))]);

    /// <summary>All rows, each without its padding.</summary>
    public static int[][] Rows(this SequenceBuffer buffer) =>
        [.. Enumerable.Range(0, buffer.Count).Select(row => buffer.Row(row)[..buffer.LengthOf(row)].ToArray())];

    private static float[] Normals(RandomKey key, int number, long[] shape, float scale)
    {
        float[] values = new float[shape.Aggregate(1L, (size, dimension) => size * dimension)];
        for (int i = 0; i < values.Length; i++)
            values[i] = scale * (float)key.NextNormal(number, 0, i);
        return values;
    }
}
