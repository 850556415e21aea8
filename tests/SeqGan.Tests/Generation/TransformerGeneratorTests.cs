namespace SeqGan.Tests.Generation;

/// <summary>What a Transformer has that recurrent generators do not; what it shares with them is in their tests.</summary>
public sealed class TransformerGeneratorTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("seqgan-transformer-");

    private string WeightsPath => Path.Combine(_folder.FullName, "weights.safetensors");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData(10, 3, false, false, "the width 10 does not divide into 3 heads of an even size, as rotary positions need; 1, 5 would do.")]
    [InlineData(12, 4, false, false, "the width 12 does not divide into 4 heads of an even size")]
    [InlineData(7, 1, false, false, "no number of heads would do: make it even.")]
    [InlineData(8, 2, true, true, "TiedEmbeddings and GeneratorOptions.SparseEmbeddingUpdates are both true")]
    public void Create_SizesThatContradictEachOther_SaysWhatWouldDo(int width, int heads, bool isTied, bool isSparse, string message)
    {
        var options = new GeneratorOptions
        {
            HiddenSize = width, Heads = heads, TiedEmbeddings = isTied, SparseEmbeddingUpdates = isSparse, LearningRate = -1,
        };

        var error = Assert.Throws<ArgumentException>("options", () => new TransformerGenerator(Generators.Ending, options));

        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.Contains("LearningRate is -1", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Create_OptionsOfTheOtherNetwork_AreRefusedOrTaken()
    {
        var tied = Assert.Throws<ArgumentException>(
            "options", () => new RecurrentGenerator(Generators.Ending, new GeneratorOptions { TiedEmbeddings = true }));
        var other = Assert.Throws<ArgumentException>(
            "options", () => new RecurrentGenerator(Generators.Ending, new GeneratorOptions { Network = GeneratorNetwork.Transformer }));
        var options = new GeneratorOptions { HiddenSize = 8 };
        using var transformer = new TransformerGenerator(Generators.Ending, options);

        Assert.Contains(
            "EmbeddingSize is 64 and GeneratorOptions.HiddenSize is 128, but GeneratorOptions.TiedEmbeddings is true", tied.Message,
            StringComparison.Ordinal);
        Assert.Contains("Network is Transformer; a RecurrentGenerator's is Lstm or Gru.", other.Message, StringComparison.Ordinal);
        Assert.Equal(GeneratorNetwork.Transformer, transformer.Compile().Network);
        Assert.Equal(GeneratorNetwork.Lstm, options.Network);
    }

    [Fact]
    public void Weights_OfAnyTransformer_HavePyTorchsNamesAndShapes()
    {
        using NeuralGenerator generator = Create(layers: 1), tied = Create(layers: 1, configure: options => options.TiedEmbeddings = true);
        string[] expected =
        [
            "embedding.weight [9, 10]", "output.bias [9]", "output.weight [9, 10]", "transformer.layers.0.linear1.weight [40, 10]",
            "transformer.layers.0.linear2.weight [10, 40]", "transformer.layers.0.norm1.weight [10]",
            "transformer.layers.0.norm2.weight [10]", "transformer.layers.0.self_attn.in_proj_weight [30, 10]",
            "transformer.layers.0.self_attn.out_proj.weight [10, 10]", "transformer.norm.weight [10]",
        ];

        Assert.Equal(expected, Names(generator));
        Assert.Equal(expected.Where(name => !name.StartsWith("output.weight", StringComparison.Ordinal)), Names(tied));

        static IEnumerable<string> Names(NeuralGenerator generator) =>
            generator.Network.Weights.Select(weight => $"{weight.Name} [{string.Join(", ", weight.Value.shape)}]");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void FromWeights_OfSavedWeights_HasTheirLogProbabilities(bool isTied)
    {
        using NeuralGenerator generator = Create(configure: options => options.TiedEmbeddings = isTied);
        TokenBatch batch = generator.Sample(20, seed: 1).AsBatch();
        generator.SaveWeights(WeightsPath);
        CompiledPolicy policy = CompiledPolicy.FromWeights(WeightsPath, Generators.Ending);
        float[] actual = new float[batch.Count * batch.Length];

        new SequenceSampler(policy).LogProbabilities(batch, actual, cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal((GeneratorNetwork.Transformer, 2, 10, 10, 5),
            (policy.Network, policy.Layers, policy.EmbeddingSize, policy.HiddenSize, policy.Heads));
        Assert.All(Generators.LogProbabilities(generator, batch).Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-4));
    }

    [Fact]
    public void LoadWeights_OfOtherHeadsOrFewerPositions_IsRefused()
    {
        var shorter = new SequenceFormat(9, 7, endToken: 1, paddingToken: 0);
        using NeuralGenerator one = Create(configure: options => options.Heads = 1), five = Create();
        using NeuralGenerator brief = Generators.OfNetwork(shorter, GeneratorNetwork.Transformer, 2);

        one.SaveWeights(WeightsPath);
        var heads = Assert.Throws<InvalidWeightsException>(() => five.LoadWeights(WeightsPath));
        five.SaveWeights(WeightsPath);
        brief.LoadWeights(WeightsPath);
        brief.SaveWeights(WeightsPath);
        var positions = Assert.Throws<InvalidWeightsException>(() => five.LoadWeights(WeightsPath));
        var compiled = Assert.Throws<InvalidWeightsException>(() => CompiledPolicy.FromWeights(WeightsPath, Generators.Ending));

        Assert.Contains("the Transformer has 1 heads; this generator has 5", heads.Message, StringComparison.Ordinal);
        Assert.Contains("learned 7 positions; the format's sequences have up to 12", positions.Message, StringComparison.Ordinal);
        Assert.Contains("learned 7 positions", compiled.Message, StringComparison.Ordinal);
        StateBytes.AssertRefused(five, StateBytes.Of(one), "its heads is '1'; it must be '5'");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Train_AnyObjective_FollowsTheGradientOfTheLogProbabilities(bool isTied)
    {
        using NeuralGenerator generator = Create(configure: options =>
            (options.TiedEmbeddings, options.Optimizer, options.LearningRate, options.GradientClip) = (isTied, OptimizerKind.Sgd, 1e-2, 0));
        TokenBatch batch = generator.Sample(6, seed: 2).AsBatch();
        float[] weights = [.. Enumerable.Range(0, batch.Count * batch.Length).Select(i => (i % 5) - 1f)];
        double before = Loss();

        GeneratorStep step = generator.Train(batch, weights, GeneratorObjective.MaximumLikelihood);
        double after = Loss();

        // One step of gradient descent lowers the loss by the rate times the gradient's squared norm.
        Assert.Equal(before, step.Loss, 1e-4);
        Assert.InRange((before - after) / (1e-2 * step.GradientNorm * step.GradientNorm), 0.9, 1.1);

        double Loss() => -Generators.LogProbabilities(generator, batch).Zip(weights, (log, weight) => (double)log * weight).Sum()
            / batch.TokenCount;
    }

    [Fact]
    public void Train_PaddingAndOtherSequences_DoNotChangeASequencesLoss()
    {
        using NeuralGenerator generator = Create();
        int[] sequence = [3, 5, 1];
        var longer = new SequenceBuffer(Generators.Ending, 2);
        longer.Set(0, sequence);
        longer.Set(1, [4, 4, 4, 4, 4, 4, 4, 4, 4, 1]);
        float[] alone = Generators.LogProbabilities(generator, new TokenBatch(sequence, 1, 3));

        float[] both = Generators.LogProbabilities(generator, longer.AsBatch());

        Assert.All(alone.Zip(both), pair => Assert.Equal(pair.First, pair.Second, 1e-6));
        Assert.Equal(0, both[3]);
    }

    [Fact]
    public void Sample_AsLibtorchProgramsDoIt_HasTheSameFrequencies()
    {
        const int Count = 6000;
        using var generator = (TransformerGenerator)Generators.OfNetwork(
            Generators.Fixed, GeneratorNetwork.Transformer, layers: 2, configure: o => (o.Initialization, o.InitialDeviation) =
                (WeightInitialization.Normal, 0.5));
        var plain = new SequenceBuffer(Generators.Fixed, Count);
        using var random = new TorchSharp.torch.Generator(1);

        new PlainTransformerSampling(generator).Sample(plain, 64, random);

        int[] expected = Frequencies(generator.Sample(Count, seed: 1)), actual = Frequencies(plain);
        Assert.True(expected.Max() > 2 * expected.Min());
        Assert.All(expected.Zip(actual), pair => Assert.True(
            Math.Abs(pair.First - pair.Second) <= 5 * Math.Sqrt(pair.First + pair.Second) + 5, $"{pair.First} and {pair.Second}"));

        // Of the last two tokens, which depend on all before.
        static int[] Frequencies(SequenceBuffer sequences)
        {
            int[] counts = new int[49];
            for (int row = 0; row < sequences.Count; row++)
                counts[7 * sequences.Row(row)[3] + sequences.Row(row)[4]]++;
            return counts;
        }
    }

    [Fact]
    public async Task TrainAsync_UseTransformerGenerator_TrainsSavesAndResumes()
    {
        string model = Path.Combine(_folder.FullName, "model.safetensors"), checkpoints = Path.Combine(_folder.FullName, "checkpoints");
        using (SeqGanTrainer trainer = Builder().UseCheckpoints(checkpoints).Build())
        {
            await trainer.TrainAsync(cancellationToken: TestContext.Current.CancellationToken);
            trainer.SaveModel(model);
            Assert.IsType<TransformerGenerator>(trainer.Generator);
            Assert.Equal(
                trainer.Generate(20, new SamplingOptions { Seed = 1 }),
                new SequenceSampler(CompiledPolicy.Load(model)).Generate(20, new SamplingOptions { Seed = 1 }));
        }

        var mismatch = Assert.Throws<SeqGan.Checkpoints.CheckpointException>(() =>
            Builder().Configure(options => options.Generator.Heads = 1).ResumeFrom(checkpoints).Build());
        Assert.Contains("Generator.Heads was 2 and is 1 now", mismatch.Message, StringComparison.Ordinal);
        Builder().ResumeFrom(checkpoints).Build().Dispose();

        static SeqGanBuilder Builder() => TinyTraining.Builder().UseTransformerGenerator(options =>
            (options.HiddenSize, options.Heads, options.Layers, options.Dropout) = (8, 2, 2, 0.1));
    }

    private static NeuralGenerator Create(int layers = 2, ulong seed = 1, Action<GeneratorOptions>? configure = null) =>
        Generators.OfNetwork(Generators.Ending, GeneratorNetwork.Transformer, layers, seed, configure);
}
