using TorchSharp;

namespace SeqGan.Tests.Generation;

/// <summary>The compiled policy against libtorch's own figures, and that it follows the generator's weights.</summary>
public sealed class CompiledDecoderTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("seqgan-compiled-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData(GeneratorNetwork.Lstm, 1, 5000, 32)]
    [InlineData(GeneratorNetwork.Lstm, 3, 17, 10)]
    [InlineData(GeneratorNetwork.Gru, 1, 300, 33)]
    [InlineData(GeneratorNetwork.Gru, 2, 3, 7)]
    [InlineData(GeneratorNetwork.Transformer, 1, 5000, 32)]
    [InlineData(GeneratorNetwork.Transformer, 3, 17, 20)]
    public void Compile_AnyNetwork_HasLibTorchsLogProbabilities(GeneratorNetwork cell, int layers, int vocabulary, int hidden)
    {
        var format = new SequenceFormat(vocabulary, 12, endToken: 1, paddingToken: 0);
        using NeuralGenerator generator = Generators.OfNetwork(format, cell, layers, configure: o =>
        {
            (o.HiddenSize, o.EmbeddingSize, o.Heads) = (hidden, 9, 2);
            (o.Initialization, o.InitialDeviation) = (WeightInitialization.Normal, cell == GeneratorNetwork.Transformer ? 0.2 : 0.7);
        });
        TokenBatch batch = generator.Sample(50, seed: 2).AsBatch();

        float[] actual = new float[batch.Count * batch.Length];
        new SequenceSampler(generator.Compile()).LogProbabilities(batch, actual, cancellationToken: TestContext.Current.CancellationToken);

        float[] expected = Generators.LogProbabilities(generator, batch);
        for (int i = 0; i < actual.Length; i++)
            Assert.Equal(expected[i], actual[i], 1e-4);
    }

    [Fact]
    public void Sample_AfterTheWeightsChanged_IsThatOfTheNewWeights()
    {
        using RecurrentGenerator generator = Generators.Create(Generators.Ending), other = Generators.Create(Generators.Ending, seed: 2);
        string path = Path.Combine(_folder.FullName, "weights.safetensors");
        TokenBatch batch = generator.Sample(40, seed: 1).AsBatch();
        int[] before = Generators.Tokens(batch);

        generator.Train(batch, Generators.Ones(batch), GeneratorObjective.MaximumLikelihood);
        int[] trained = Generators.Tokens(generator.Sample(40, seed: 1).AsBatch());
        other.SaveWeights(path);
        generator.LoadWeights(path);
        int[] loaded = Generators.Tokens(generator.Sample(40, seed: 1).AsBatch());

        Assert.NotEqual(before, trained);
        Assert.Equal(Generators.Tokens(other.Sample(40, seed: 1).AsBatch()), loaded);
    }

    [Fact]
    public void Sample_CompiledPolicy_GivesTheGeneratorsSequences()
    {
        using RecurrentGenerator generator = Generators.Create(Generators.Ending);

        SequenceBuffer compiled = new SequenceSampler(generator.Compile())
            .Sample(300, new SamplingOptions { Seed = 4, Temperature = 0.7 }, TestContext.Current.CancellationToken);

        SequenceBuffer own = generator.Sample(300, seed: 4, temperature: 0.7);
        own.LimitRows();
        Assert.Equal(Generators.Tokens(own.AsBatch()), Generators.Tokens(compiled.AsBatch()));
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(1e38f)]
    public void Sample_WeightsThatDiverged_SaysSo(float value)
    {
        using RecurrentGenerator generator = Generators.Create(Generators.Ending);
        torch.Tensor weight = generator.Network.Weights[^1].Value;
        NetworkWeights.Set(weight, [.. Enumerable.Repeat(value, (int)weight.numel())]);

        SeqGanException error = Assert.Throws<SeqGanException>(() => generator.Sample(3, seed: 1));

        Assert.Contains("diverged", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SaveModel_ThenLoad_GeneratesTheTrainersTexts()
    {
        string path = Path.Combine(_folder.FullName, "model.safetensors");
        Corpus corpus = Corpus.FromLines(
            Enumerable.Range(0, 200).Select(i => $"item {i % 10} of {i}"), new CorpusOptions { Tokenizer = Tokenizer.Whitespace });
        using SeqGanTrainer trainer = TinyTraining.Shrink(new SeqGanBuilder()).UseCorpus(corpus).Build();
        await trainer.TrainAsync(TrainingPhase.GeneratorPretraining, cancellationToken: TestContext.Current.CancellationToken);

        trainer.SaveModel(path);
        CompiledPolicy model = CompiledPolicy.Load(path);

        Assert.Equal(trainer.Generate(30, new SamplingOptions { Seed = 9 }), new SequenceSampler(model)
            .Generate(30, new SamplingOptions { Seed = 9 }, cancellationToken: TestContext.Current.CancellationToken));
        Assert.Equal(corpus.Vocabulary!.Tokens, model.Vocabulary!.Tokens);
    }

    [Fact]
    public void Compile_VocabularyOfAnotherSize_NamesBoth()
    {
        using RecurrentGenerator generator = Generators.Create(Generators.Ending);

        ArgumentException error = Assert.Throws<ArgumentException>(() => generator.Compile(new Vocabulary(["a"])));

        Assert.Contains("4 tokens, special ones included; the format or network has 9", error.Message, StringComparison.Ordinal);
    }
}
