using TorchSharp;
using static TorchSharp.torch;

namespace SeqGan.Tests;

/// <summary>The discriminator's model in ONNX Runtime against the discriminator of this library.</summary>
public sealed class DiscriminatorTests : IDisposable
{
    private static readonly SequenceFormat s_fixed = new(vocabularySize: 11, maxLength: 6);
    private static readonly SequenceFormat s_ending = new(11, 8, 0, Vocabulary.EndId, Vocabulary.PaddingId);
    private static readonly SequenceFormat s_labelled = new(11, 8, 0, Vocabulary.EndId, Vocabulary.PaddingId, labelCount: 3);

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<DiscriminatorNetwork, int, string> Networks =>
        [.. from network in (DiscriminatorNetwork[])[DiscriminatorNetwork.Convolutional, DiscriminatorNetwork.Gru]
            from layers in (int[])[1, 2]
            from format in (string[])[nameof(s_fixed), nameof(s_ending), nameof(s_labelled)]
            select new TheoryDataRow<DiscriminatorNetwork, int, string>(network, layers, format)];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Networks))]
    public void Save_Network_HasTheScoresOfTheLibrary(DiscriminatorNetwork network, int layers, string format)
    {
        SequenceFormat sequences = Format(format);
        using ModuleDiscriminator discriminator = Create(network, sequences, layers);

        OnnxExport.Save(TestPolicies.Create(sequences), _folder.Combine("onnx"), discriminator);

        AssertSameScores(sequences, discriminator, Random(sequences, 80, 5));
    }

    [Fact]
    public void Save_WithoutHighway_HasTheScoresOfTheLibrary()
    {
        using ModuleDiscriminator discriminator = Create(DiscriminatorNetwork.Convolutional, s_ending, layers: 0);

        OnnxExport.Save(TestPolicies.Create(s_ending), _folder.Combine("onnx"), discriminator);

        AssertSameScores(s_ending, discriminator, Random(s_ending, 20, 5));
        using OnnxSession onnx = Open();
        Assert.Equal([-1, 8], onnx.Inputs["tokens"]);
        Assert.Equal([-1], onnx.Outputs["score"]);
        Assert.Equal(("8", "11"), (onnx.Metadata["length"], onnx.Metadata["vocabulary_size"]));
    }

    [Fact]
    public async Task Save_Checkpoint_HasTheScoresOfTheTraining()
    {
        using SeqGanTrainer trainer = TinyTraining.Builder().UseCheckpoints(_folder.Combine("checkpoints")).Build();
        await trainer.TrainAsync(cancellationToken: TestContext.Current.CancellationToken);
        CheckpointInfo saved = await trainer.SaveCheckpointAsync(TestContext.Current.CancellationToken);

        OnnxExport.Save(trainer.Compile(), _folder.Combine("onnx"), saved.Path);

        AssertSameScores(trainer.Corpus.Format, trainer.Discriminator, trainer.Sample(50, new SamplingOptions { Seed = 1 }).AsBatch());
    }

    [Fact]
    public async Task Save_CheckpointOfOtherTokensOfTheSameNumber_IsRefused()
    {
        using SeqGanTrainer trainer = TrainerOf("abcd");
        using SeqGanTrainer other = TrainerOf("abce");
        CheckpointInfo saved = await trainer.SaveCheckpointAsync(TestContext.Current.CancellationToken);

        var error = Assert.Throws<InvalidWeightsException>(() => OnnxExport.Save(other.Compile(), _folder.Combine("onnx"), saved.Path));

        Assert.StartsWith(
            $"The checkpoint '{saved.Path}' is of another training than the model: Vocabulary is '7 tokens, ",
            error.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder.Combine("onnx")));
        OnnxExport.Save(trainer.Compile(), _folder.Combine("onnx"), saved.Path);

        SeqGanTrainer TrainerOf(string letters) => TinyTraining.Builder()
            .UseCorpus(Corpus.FromLines(from a in letters from b in letters from c in letters select $"{a}{b}{c}"))
            .UseCheckpoints(_folder.Combine(letters)).Build();
    }

    [Fact]
    public void Save_OtherDiscriminators_AreRefused()
    {
        CompiledPolicy policy = TestPolicies.Create(s_fixed);
        using var own = new ModuleDiscriminator("mine", nn.Sequential(nn.Embedding(11, 2), nn.Flatten(), nn.Linear(12, 1)), s_fixed);
        var rule = new DelegateDiscriminator("rule", _ => 0.5f);
        using NeuralGenerator generator = NeuralGenerator.Create(s_fixed, new GeneratorOptions { EmbeddingSize = 2, HiddenSize = 3 });
        var options = new DiscriminatorOptions { Network = DiscriminatorNetwork.GeneratorStates, HiddenSize = 2 };
        using ModuleDiscriminator states = ModuleDiscriminator.Create(generator, options);
        foreach (IDiscriminator discriminator in (IDiscriminator[])[own, rule, states])
        {
            var error = Assert.Throws<NotSupportedException>(() => OnnxExport.Save(policy, _folder.Combine("onnx"), discriminator));
            Assert.Contains($"The discriminator '{discriminator.Name}' cannot be exported", error.Message, StringComparison.Ordinal);
        }

        Assert.False(Directory.Exists(_folder.Combine("onnx")));
    }

    [Fact]
    public void Save_DiscriminatorOfAnotherFormat_NamesTheShape()
    {
        using ModuleDiscriminator discriminator = Create(DiscriminatorNetwork.Gru, s_fixed, layers: 1);
        var other = new SequenceFormat(12, 6);

        var error = Assert.Throws<InvalidWeightsException>(
            () => OnnxExport.Save(TestPolicies.Create(other), _folder.Combine("onnx"), discriminator));

        Assert.Contains("shape [11, 6] does not fit; it must be [12, 6]", error.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder.Combine("onnx")));
    }

    [Fact]
    public void Save_WindowsLongerThanTheSequences_AreRefused()
    {
        using ModuleDiscriminator discriminator = Create(DiscriminatorNetwork.Convolutional, s_fixed, layers: 1);
        var shorter = new SequenceFormat(11, 2);

        var error = Assert.Throws<InvalidWeightsException>(
            () => OnnxExport.Save(TestPolicies.Create(shorter), _folder.Combine("onnx"), discriminator));

        Assert.Contains("its windows have 3 tokens; a sequence has at most 2", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Save_FolderWithoutADiscriminator_SaysSo()
    {
        var error = Assert.Throws<FileNotFoundException>(
            () => OnnxExport.Save(TestPolicies.Create(s_fixed), _folder.Combine("onnx"), _folder.FullName));

        Assert.Contains("has no discriminator.state", error.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder.Combine("onnx")));
    }

    private OnnxSession Open() => new(_folder.Combine("onnx", OnnxExport.DiscriminatorFileName));

    private void AssertSameScores(SequenceFormat format, IDiscriminator discriminator, TokenBatch batch)
    {
        float[] expected = new float[batch.Count];
        discriminator.ScoreAsync(batch, expected, TestContext.Current.CancellationToken).AsTask().GetAwaiter().GetResult();
        int labels = format.LabelCount > 0 ? 1 : 0, length = format.MaxLength + labels;
        long[] cells = new long[batch.Count * length];
        Array.Fill(cells, format.PaddingToken ?? 0);
        for (int row = 0; row < batch.Count; row++)
        {
            if (labels > 0)
                cells[row * length] = format.VocabularySize + batch.Labels.Span[row];
            for (int position = 0; position < batch.LengthOf(row); position++)
                cells[(row * length) + labels + position] = batch[row][position];
        }

        using OnnxSession onnx = Open();
        float[] actual = onnx.Run(("tokens", cells, [batch.Count, length]))["score"];

        float largest = expected.Zip(actual, (one, other) => Math.Abs(one - other)).Max();
        TestContext.Current.TestOutputHelper!.WriteLine(
            $"largest difference of scores: {largest:g2}, from {expected.Min()} to {expected.Max()}");
        Assert.Equal(expected.Length, actual.Length);
        Assert.InRange(largest, 0, 1e-4);
        Assert.True(expected.Max() - expected.Min() > 1e-3);
    }

    private static ModuleDiscriminator Create(DiscriminatorNetwork network, SequenceFormat format, int layers)
    {
        var options = new DiscriminatorOptions
        {
            Network = network, EmbeddingSize = 6, FilterWidths = [1, 2, 3], FilterCounts = [8, 5, 4], HiddenSize = 10, LearningRate = 0.02,
            HighwayLayers = layers, Layers = Math.Max(1, layers),
        };
        ModuleDiscriminator discriminator = ModuleDiscriminator.Create(format, options, seed: 1);
        for (uint step = 0; step < 5; step++)
        {
            discriminator.TrainAsync(Random(format, 16, step), Random(format, 16, step + 100), TestContext.Current.CancellationToken)
                .AsTask().GetAwaiter().GetResult();
        }

        return discriminator;
    }

    /// <summary>Sequences of any length from 0, or of the full length in a format without an end.</summary>
    private static TokenBatch Random(SequenceFormat format, int count, uint seed)
    {
        var key = new RandomKey(seed, RandomPurpose.User);
        var buffer = new SequenceBuffer(format, count);
        for (int row = 0; row < count; row++)
        {
            int length = format.EndToken is null ? format.MaxLength : (int)(key.NextUniform(row, 1) * (format.MaxLength + 1));
            buffer.Set(row, [.. Enumerable.Range(0, length)
                .Select(position => 2 + (int)(key.NextUniform(row, 0, position) * (format.VocabularySize - 2)))]);
            if (format.LabelCount > 0)
                buffer.Labels[row] = row % format.LabelCount;
        }

        return buffer.AsBatch();
    }

    private static SequenceFormat Format(string name) => name switch
    {
        nameof(s_fixed) => s_fixed,
        nameof(s_ending) => s_ending,
        _ => s_labelled,
    };
}
