using SeqGan.Tests.Generation;

namespace SeqGan.Tests.Discrimination;

public sealed class CompiledDiscriminatorTests
{
    private static readonly SequenceFormat s_labelled = new(11, 8, 0, endToken: 1, paddingToken: 0, labelCount: 2);

    public static TheoryData<DiscriminatorNetwork, GeneratorNetwork, bool> Networks => new()
    {
        { DiscriminatorNetwork.GeneratorStates, GeneratorNetwork.Lstm, false },
        { DiscriminatorNetwork.GeneratorStates, GeneratorNetwork.Gru, true },
        { DiscriminatorNetwork.GeneratorStates, GeneratorNetwork.Transformer, false },
        { DiscriminatorNetwork.Gru, GeneratorNetwork.Lstm, false },
        { DiscriminatorNetwork.Gru, GeneratorNetwork.Lstm, true },
    };

    [Theory]
    [MemberData(nameof(Networks))]
    public void Compile_TrainedNetwork_GivesItsCalibratedLogOdds(DiscriminatorNetwork network, GeneratorNetwork states, bool isLabelled)
    {
        SequenceFormat format = isLabelled ? s_labelled : Discriminators.Ending;
        using NeuralGenerator generator = Generators.OfNetwork(format, states);
        using var discriminator = ModuleDiscriminator.Create(
            generator, new DiscriminatorOptions { Network = network, HiddenSize = 10, EmbeddingSize = 6, LearningRate = 0.02 });
        CompiledPolicy policy = generator.Compile();
        Assert.Null(discriminator.Compile(policy.Weights, PlattScaling.None));
        TokenBatch real = Labelled(Discriminators.Random(format, 64, 1), format);
        TokenBatch generated = Labelled(Discriminators.Random(format, 64, 2, first: 5), format);
        for (int step = 0; step < 20; step++)
            Discriminators.Train(discriminator, real, generated);

        var sampler = new SequenceSampler(policy.WithDiscriminator(discriminator.Compile(policy.Weights, new PlattScaling(0.7, 0.2))));

        float[] scores = Discriminators.Score(discriminator, real), odds = new float[64];
        sampler.LogOdds(real, odds, TestContext.Current.CancellationToken);
        Assert.True(scores.Max() - scores.Min() > 0.1);
        for (int row = 0; row < 64; row++)
            Assert.Equal((0.7 * Math.Log(scores[row] / (1 - scores[row]))) + 0.2, odds[row], 1e-3);
    }

    [Fact]
    public void Compile_GeneratorThatLearnedFurther_ReadsTheStatesOfItsCopy()
    {
        using NeuralGenerator generator = Generators.Create(Discriminators.Ending);
        using var discriminator = ModuleDiscriminator.Create(
            generator, new DiscriminatorOptions { Network = DiscriminatorNetwork.GeneratorStates, HiddenSize = 10 });
        TokenBatch real = Discriminators.Random(Discriminators.Ending, 64, 1);
        Discriminators.Train(discriminator, real, Discriminators.Random(Discriminators.Ending, 64, 2));
        Assert.Null(discriminator.Compile(generator.Compile().Weights, PlattScaling.None)!.Network);
        float[] ones = [.. Enumerable.Repeat(1f, real.Count * real.Length)];
        generator.Train(real, ones, GeneratorObjective.MaximumLikelihood);

        CompiledPolicy policy = generator.Compile();
        CompiledDiscriminator compiled = discriminator.Compile(policy.Weights, PlattScaling.None)!;

        Assert.True(compiled.Network!.ReadsStart);
        float[] scores = Discriminators.Score(discriminator, real), odds = new float[64];
        new SequenceSampler(policy.WithDiscriminator(compiled)).LogOdds(real, odds, TestContext.Current.CancellationToken);
        for (int row = 0; row < 64; row++)
            Assert.Equal(Math.Log(scores[row] / (1 - scores[row])), odds[row], 1e-3);
    }

    [Fact]
    public void Compile_OtherNetworks_IsNull()
    {
        using NeuralGenerator generator = Generators.Create(Discriminators.Ending);
        using ModuleDiscriminator discriminator = Discriminators.Create(DiscriminatorNetwork.Convolutional, Discriminators.Ending);
        TokenBatch batch = Discriminators.Random(Discriminators.Ending, 8, 1);
        Discriminators.Train(discriminator, batch, batch);
        Assert.Null(discriminator.Compile(generator.Compile().Weights, PlattScaling.None));
    }

    private static TokenBatch Labelled(TokenBatch batch, SequenceFormat format) => format.LabelCount == 0
        ? batch
        : new TokenBatch(
            batch.Tokens, batch.Count, batch.Length, batch.Lengths, Enumerable.Range(0, batch.Count).Select(i => i % 2).ToArray());
}
