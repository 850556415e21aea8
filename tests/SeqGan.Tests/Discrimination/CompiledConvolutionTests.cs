using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SeqGan.Tests.Discrimination;

/// <summary>Scoring by look-up against the network's forward pass.</summary>
public class CompiledConvolutionTests
{
    private static readonly SequenceFormat Published = new(vocabularySize: 90, maxLength: 20);

    public static TheoryData<int, int, bool, int, int[], int[]> Shapes => new()
    {
        { 11, 6, false, 1, [1, 2, 3], [8, 8, 8] },
        { 2, 1, false, 1, [1], [1] },
        { 1, 4, false, 2, [2, 4], [3, 5] },
        { 30, 7, true, 0, [1, 7], [13, 9] },
        { 30, 9, true, 3, [1, 2, 5, 9], [7, 70, 33, 1] },
        { 50, 12, true, 1, [11, 3, 12, 3], [21, 330, 17, 40] },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Score_AnyShape_IsTheForwardPass(int vocabulary, int length, bool ending, int highwayLayers, int[] widths, int[] counts)
    {
        SequenceFormat format = ending ? new(vocabulary, length, 0, 1, 0) : new(vocabulary, length);
        foreach (int tableMemory in new[] { 0, 1024 })
        {
            using ModuleDiscriminator discriminator = Create(
                format, o =>
                    (o.FilterWidths, o.FilterCounts, o.HighwayLayers, o.TableMemory) = (widths, counts, highwayLayers, tableMemory));
            TokenBatch batch = Discriminators.Random(format, 600, 1, Math.Min(2, vocabulary - 1));
            AssertIsTheForwardPass(discriminator, format, batch);
            Discriminators.Train(discriminator, batch[..20], batch[20..50]);
            AssertIsTheForwardPass(discriminator, format, batch);
        }
    }

    [Fact]
    public void Score_AnyBatchOrderAndThreads_GivesTheSameBits()
    {
        using ModuleDiscriminator discriminator = CreatePublished();
        TokenBatch batch = Completions(1100);
        float[] expected = Discriminators.Score(discriminator, batch);
        int threads = get_num_threads();
        foreach (int chunk in new[] { 1, 5, 15, 16, 17, 40, 100, 511, 513, 767, 769 })
        {
            set_num_threads(chunk % 2 == 0 ? threads : 1);
            int count = Math.Min(batch.Count, 40 * chunk);
            var scores = new List<float>();
            for (int start = 0; start < count; start += chunk)
                scores.AddRange(Discriminators.Score(discriminator, batch.Slice(start, Math.Min(chunk, count - start))));
            Assert.Equal(expected[..count], scores);
        }

        set_num_threads(threads);
        int[] order = [.. Enumerable.Range(0, batch.Count).OrderBy(row => row * 7919 % batch.Count)];
        var shuffled = new SequenceBuffer(Published, batch.Count);
        for (int row = 0; row < order.Length; row++)
            shuffled.Set(row, batch[order[row]]);
        Assert.Equal(order.Select(row => expected[row]), Discriminators.Score(discriminator, shuffled.AsBatch()));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Score_FewFeaturesInAnyBatch_GivesTheSameBits(int highwayLayers)
    {
        TokenBatch batch = Discriminators.Random(Discriminators.Fixed, 767, 1);
        foreach (int features in Enumerable.Range(1, 40).Concat([63, 64, 65]))
        {
            using ModuleDiscriminator discriminator =
                Create(Discriminators.Fixed, o => (o.FilterWidths, o.FilterCounts, o.HighwayLayers) = ([2], [features], highwayLayers));
            float[] expected = Discriminators.Score(discriminator, batch);
            foreach (int chunk in new[] { 1, 3, 33 })
            {
                discriminator.ForgetCompiled();
                for (int start = 0; start < 5 * chunk; start += chunk)
                    Assert.Equal(expected[start..(start + chunk)], Discriminators.Score(discriminator, batch.Slice(start, chunk)));
            }
        }
    }

    [Fact]
    public void Score_WeightOfAnotherShape_FailsAndLeavesTheNextCallRight()
    {
        using ModuleDiscriminator discriminator = Discriminators.Create(DiscriminatorNetwork.Convolutional, Discriminators.Fixed);
        TokenBatch batch = Discriminators.Random(Discriminators.Fixed, 20, 1);
        Conv1d convolution = discriminator.Module.modules().OfType<Conv1d>().Last();
        var weight = new Parameter(convolution.weight!.detach().clone());
        convolution.weight = new Parameter(zeros(8, 5, 3));
        var error = Assert.Throws<ScorerException>(() => Discriminators.Score(discriminator, batch));
        Assert.NotNull(error.InnerException);
        convolution.weight = weight;
        AssertIsTheForwardPass(discriminator, Discriminators.Fixed, batch);
    }

    [Fact]
    public void ScoreAndTrain_DefaultTypeChanged_GiveTheSameBits()
    {
        TokenBatch batch = Discriminators.Random(Discriminators.Fixed, 60, 1);
        using ModuleDiscriminator expected = Create(Discriminators.Fixed, o => o.Dropout = 0);
        using ModuleDiscriminator actual = Create(Discriminators.Fixed, o => o.Dropout = 0);
        Discriminators.Train(expected, batch[..20], batch[20..]);
        ScalarType type = get_default_dtype();
        set_default_dtype(ScalarType.Float64);
        try
        {
            Discriminators.Train(actual, batch[..20], batch[20..]);
            Assert.Equal(Discriminators.Score(expected, batch), Discriminators.Score(actual, batch));
        }
        finally
        {
            set_default_dtype(type);
        }
    }

    [Fact]
    public void Score_TablesSmallerThanTheBatch_GivesTheSameBits()
    {
        TokenBatch batch = Discriminators.Random(Published, 300, 1, 0);
        using ModuleDiscriminator large = CreatePublished();
        float[] expected = Discriminators.Score(large, batch);
        foreach (int tableMemory in new[] { 1, 2, 4 })
        {
            using ModuleDiscriminator small = CreatePublished(o => o.TableMemory = tableMemory);
            float[] scores = Discriminators.Score(small, batch);
            if (tableMemory == 1)
                Assert.All(scores.Zip(expected), pair => Assert.Equal(pair.Second, pair.First, 1e-5));
            else
                Assert.Equal(expected, scores);
            Assert.Equal(scores, Discriminators.Score(small, batch));
        }
    }

    [Fact]
    public void Score_BFloat16_MovesScoresLittle()
    {
        using ModuleDiscriminator full = CreatePublished();
        using ModuleDiscriminator rounded = CreatePublished(o => o.ScoringPrecision = ScoringPrecision.BFloat16);
        TokenBatch batch = Completions(300);
        float[] expected = Discriminators.Score(full, batch), scores = Discriminators.Score(rounded, batch);
        double largest = scores.Zip(expected).Max(pair => Math.Abs(pair.First - pair.Second));
        Assert.InRange(largest, 1e-7, 0.02);
        Discriminators.Train(full, batch[..20], batch[20..40]);
        Discriminators.Train(rounded, batch[..20], batch[20..40]);
        Assert.All(Discriminators.Score(rounded, batch).Zip(Discriminators.Score(full, batch)),
            pair => Assert.Equal(pair.Second, pair.First, 0.02));
    }

    [Fact]
    public void Score_WeightsAreNotNumbers_NamesTheSequenceThatMeetsThem()
    {
        using ModuleDiscriminator discriminator = Discriminators.Create(DiscriminatorNetwork.Convolutional, Discriminators.Fixed);
        TokenBatch batch = Discriminators.Random(Discriminators.Fixed, 20, 1, 2, 9);
        Tensor embedding = discriminator.StateDictionary()["embedding.weight"];
        using (no_grad())
            embedding[9].fill_(float.NaN);
        discriminator.ForgetCompiled();
        Assert.All(Discriminators.Score(discriminator, batch), score => Assert.InRange(score, 0, 1));
        int[] tokens = batch.Tokens.ToArray();
        tokens[3 * batch.Length + 2] = 9;
        var error = Assert.Throws<ScorerException>(
            () => Discriminators.Score(discriminator, new TokenBatch(tokens, batch.Count, batch.Length)));
        Assert.Contains("sequence 3 the score NaN", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Score_Cancelled_LeavesTheNextCallRight()
    {
        using ModuleDiscriminator discriminator = Discriminators.Create(DiscriminatorNetwork.Convolutional, Discriminators.Fixed);
        TokenBatch batch = Discriminators.Random(Discriminators.Fixed, 20, 1);
        using var source = new CancellationTokenSource();
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await discriminator.ScoreAsync(batch, new float[batch.Count], source.Token));
        AssertIsTheForwardPass(discriminator, Discriminators.Fixed, batch);
    }

    [Fact]
    public void Dispose_AfterScoring_FreesItsTensors()
    {
        TokenBatch batch = Discriminators.Random(Discriminators.Ending, 100, 1);
        var options = new DiscriminatorOptions { EmbeddingSize = 6, ScoringPrecision = ScoringPrecision.BFloat16 };
        using var network = (ConvolutionalNetwork)DiscriminatorFactory.CreateNetwork(Discriminators.Ending, options, seed: 1);
        long before = LiveTensors.Settle();
        using (CompiledConvolution compiled = network.Compile(Discriminators.Ending)!)
        using (no_grad())
            compiled.TryScore(batch, new float[batch.Count], TestContext.Current.CancellationToken);
        LiveTensors.AssertNoMoreThan(before);
    }

    private static void AssertIsTheForwardPass(ModuleDiscriminator discriminator, SequenceFormat format, TokenBatch batch)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var cells = new long[batch.Count, format.MaxLength];
        for (int row = 0; row < batch.Count; row++)
        {
            for (int position = 0; position < format.MaxLength; position++)
                cells[row, position] = position < batch[row].Length ? batch[row][position] : format.PaddingToken ?? 0;
        }

        float[] expected = discriminator.Module.call(tensor(cells)).sigmoid().data<float>().ToArray();
        float[] scores = Discriminators.Score(discriminator, batch);
        for (int row = 0; row < batch.Count; row++)
            Assert.Equal(expected[row], scores[row], 1e-5);
    }

    private static ModuleDiscriminator Create(SequenceFormat format, Action<DiscriminatorOptions> configure) =>
        Discriminators.Create(DiscriminatorNetwork.Convolutional, format, configure: configure);

    /// <summary>The published filters: 50 KB a token, so that 1 MiB holds 20 tokens' tables.</summary>
    private static ModuleDiscriminator CreatePublished(Action<DiscriminatorOptions>? configure = null) => Create(Published, o =>
    {
        (o.FilterWidths, o.FilterCounts, o.EmbeddingSize, o.LearningRate) =
            (DiscriminatorOptions.PublishedFilterWidths, DiscriminatorOptions.PublishedFilterCounts, 16, 1e-4);
        configure?.Invoke(o);
    });

    /// <summary>Rows that share prefixes of every length with the row before, the whole row included.</summary>
    private static TokenBatch Completions(int count)
    {
        TokenBatch random = Discriminators.Random(Published, count, 5, 0);
        var buffer = new SequenceBuffer(Published, count);
        for (int row = 0; row < count; row++)
        {
            int[] tokens = random[row].ToArray();
            if (row > 0)
                buffer.AsBatch()[row - 1][..(row * 5 % 21)].CopyTo(tokens);
            buffer.Set(row, tokens);
        }

        return buffer.AsBatch();
    }
}
