using System.Collections.Concurrent;
using SeqGan.Tests.Generation;
using TorchSharp;

namespace SeqGan.Tests.Discrimination;

/// <summary>Small discriminators and batches for tests.</summary>
internal static class Discriminators
{
    public static readonly SequenceFormat Fixed = new(vocabularySize: 11, maxLength: 6);

    // Whose states are read; they do not train.
    private static readonly ConcurrentDictionary<SequenceFormat, NeuralGenerator> s_generators = new();

    public static readonly SequenceFormat Ending = new(vocabularySize: 11, maxLength: 8, startToken: 0, endToken: 1, paddingToken: 0);

    public static ModuleDiscriminator Create(
        DiscriminatorNetwork network, SequenceFormat format, ulong seed = 1, Action<DiscriminatorOptions>? configure = null)
    {
        var options = new DiscriminatorOptions
        {
            Network = network, EmbeddingSize = 6, FilterWidths = [1, 2, 3], FilterCounts = [8, 8, 8], HiddenSize = 10, LearningRate = 0.01,
        };
        configure?.Invoke(options);
        return network == DiscriminatorNetwork.GeneratorStates
            ? ModuleDiscriminator.Create(s_generators.GetOrAdd(format, made => Generators.Create(made)), options, seed)
            : ModuleDiscriminator.Create(format, options, seed);
    }

    public static ModuleDiscriminator Around(Func<torch.Tensor, torch.Tensor> forward)
    {
        torch.manual_seed(1);
        return new ModuleDiscriminator("mine", new LambdaModule(forward), Fixed, new DiscriminatorOptions { LearningRate = 0.05 });
    }

    /// <summary>
    /// Sequences of any length from 1, or of the full length in a format without an end, over tokens from <paramref name="first"/>.
    /// </summary>
    public static TokenBatch Random(SequenceFormat format, int count, uint seed, int first = 2, int? beyond = null)
    {
        var key = new RandomKey(seed, RandomPurpose.User);
        var buffer = new SequenceBuffer(format, count);
        for (int row = 0; row < count; row++)
        {
            int length = format.EndToken is null ? format.MaxLength : 1 + (int)(key.NextUniform(row, 1) * format.MaxLength);
            buffer.Set(
                row, [.. Enumerable.Range(0, length)
                    .Select(position => first + (int)(key.NextUniform(row, 0, position) * ((beyond ?? format.VocabularySize) - first)))]);
        }

        return buffer.AsBatch();
    }

    public static IReadOnlyDictionary<string, torch.Tensor> StateDictionary(this ModuleDiscriminator discriminator) =>
        discriminator.Module.state_dict();

    public static float[] Score(IDiscriminator discriminator, TokenBatch batch)
    {
        float[] scores = new float[batch.Count];
        discriminator.ScoreAsync(batch, scores, TestContext.Current.CancellationToken).AsTask().GetAwaiter().GetResult();
        return scores;
    }

    public static DiscriminatorStep Train(IDiscriminator discriminator, TokenBatch real, TokenBatch generated) =>
        discriminator.TrainAsync(real, generated, TestContext.Current.CancellationToken).AsTask().GetAwaiter().GetResult();
}
