namespace SeqGan.Endurance.Fuzzing;

/// <summary>What the library's writers write, as bytes.</summary>
internal static class SeedFiles
{
    public static byte[] Written(Action<string> write)
    {
        string path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.seed");
        try
        {
            write(path);
            return File.ReadAllBytes(path);
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <summary>A tiny network's weights.</summary>
    public static PolicyWeights Weights(SequenceFormat format, GeneratorNetwork cell, int layers, int embeddingSize, int hiddenSize)
    {
        var key = new RandomKey(1, RandomPurpose.Initialization);
        int tensor = 0;
        return new PolicyWeights("seed", format, cell,
            [.. PolicyWeights.Expected(format, cell, layers, embeddingSize, hiddenSize).Select(Tensor)],
            heads: cell == GeneratorNetwork.Transformer ? 1 : 0);

        NamedTensor Tensor((string Name, long[] Shape) expected)
        {
            tensor++;
            float[] values = new float[expected.Shape.Aggregate(1L, (product, dimension) => product * dimension)];
            for (int i = 0; i < values.Length; i++)
                values[i] = key.NextUniform(tensor, 0, i) - 0.5f;
            return new NamedTensor(expected.Name, expected.Shape, values);
        }
    }
}
