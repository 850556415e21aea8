namespace SeqGan.Tests.Generation;

/// <summary>Small generators and batches for tests.</summary>
internal static class Generators
{
    public static readonly SequenceFormat Fixed = new(vocabularySize: 7, maxLength: 5);

    public static readonly SequenceFormat Ending = new(vocabularySize: 9, maxLength: 12, startToken: 0, endToken: 1, paddingToken: 0);

    public static RecurrentGenerator Create(
        SequenceFormat format, GeneratorNetwork cell = GeneratorNetwork.Lstm, int layers = 1, ulong seed = 1,
        Action<GeneratorOptions>? configure = null) =>
        (RecurrentGenerator)OfNetwork(format, cell, layers, seed, configure);

    public static NeuralGenerator OfNetwork(
        SequenceFormat format, GeneratorNetwork network, int layers = 1, ulong seed = 1, Action<GeneratorOptions>? configure = null)
    {
        var options = new GeneratorOptions { Network = network, Layers = layers, EmbeddingSize = 6, HiddenSize = 10, LearningRate = 0.05 };
        if (network == GeneratorNetwork.Transformer)
            (options.Heads, options.LearningRate) = (5, 0.01);
        configure?.Invoke(options);
        return NeuralGenerator.Create(format, options, seed);
    }

    public static int[] Tokens(TokenBatch batch) => batch.Tokens.ToArray();

    public static float[] LogProbabilities(IGenerator generator, TokenBatch batch)
    {
        float[] values = new float[batch.Count * batch.Length];
        generator.LogProbabilities(batch, values);
        return values;
    }

    public static float[] Ones(TokenBatch batch)
    {
        float[] weights = new float[batch.Count * batch.Length];
        Array.Fill(weights, 1);
        return weights;
    }
}
