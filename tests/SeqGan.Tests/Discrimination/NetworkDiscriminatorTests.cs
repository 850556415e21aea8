using TorchSharp;

namespace SeqGan.Tests.Discrimination;

/// <summary>What both ready-made networks promise.</summary>
public class NetworkDiscriminatorTests
{
    [Theory]
    [InlineData(DiscriminatorNetwork.Convolutional)]
    [InlineData(DiscriminatorNetwork.Gru)]
    public void Train_SparseEmbeddingUpdates_LeavesAbsentTokensWhereTheyAre(DiscriminatorNetwork network)
    {
        foreach (bool isSparse in new[] { true, false })
        {
            using ModuleDiscriminator discriminator =
                Discriminators.Create(network, Discriminators.Fixed, configure: o => o.SparseEmbeddingUpdates = isSparse);
            TokenBatch low = Discriminators.Random(Discriminators.Fixed, 8, 1, beyond: 5),
                high = Discriminators.Random(Discriminators.Fixed, 8, 2, first: 6);
            Discriminators.Train(discriminator, low, low);
            float[] before = NetworkWeights.Get(discriminator.StateDictionary()["embedding.weight"]);

            Discriminators.Train(discriminator, high, high);

            float[] after = NetworkWeights.Get(discriminator.StateDictionary()["embedding.weight"]);
            Assert.Equal(isSparse, before.AsSpan(2 * 6, 3 * 6).SequenceEqual(after.AsSpan(2 * 6, 3 * 6)));
            Assert.False(before.AsSpan(6 * 6).SequenceEqual(after.AsSpan(6 * 6)));
        }
    }

    [Theory]
    [EveryNetwork]
    public void Score_AnyChunking_GivesTheSameBits(DiscriminatorNetwork network, bool ending)
    {
        SequenceFormat format = ending ? Discriminators.Ending : Discriminators.Fixed;
        using ModuleDiscriminator discriminator = Discriminators.Create(network, format);
        TokenBatch batch = Discriminators.Random(format, 1000, 3);
        float[] expected = Discriminators.Score(discriminator, batch);
        Assert.True(expected.Distinct().Count() > 50);
        foreach (int chunk in new[] { 1, 7, 64, 333 })
        {
            int count = chunk == 1 ? 100 : batch.Count;
            var scores = new List<float>();
            for (int start = 0; start < count; start += chunk)
                scores.AddRange(Discriminators.Score(discriminator, batch.Slice(start, Math.Min(chunk, count - start))));
            Assert.Equal(expected[..count], scores);
        }
    }

    [Theory]
    [EveryNetwork]
    public void Score_AnyPaddingAndColumns_GivesTheSameBits(DiscriminatorNetwork network, bool _)
    {
        using ModuleDiscriminator discriminator = Discriminators.Create(network, Discriminators.Ending);
        int[] sequence = [5, 3, 1];
        float expected = Discriminators.Score(discriminator, new TokenBatch(sequence, 1, 3))[0];
        foreach (int[] row in new int[][] { [5, 3, 1, 0, 0], [5, 3, 1, 9, 9, 9, 9, 9], [5, 3, 1, -7] })
            Assert.Equal(expected, Discriminators.Score(discriminator, new TokenBatch(row, 1, row.Length, new[] { 3 }))[0]);
        Assert.NotEqual(expected, Discriminators.Score(discriminator, new TokenBatch(new[] { 5, 3, 4 }, 1, 3))[0]);
    }

    [Theory]
    [EveryNetwork]
    public void Score_EmptyBatchAndEmptySequence_AreFine(DiscriminatorNetwork network, bool ending)
    {
        using ModuleDiscriminator discriminator = Discriminators.Create(network, ending ? Discriminators.Ending : Discriminators.Fixed);
        Assert.Empty(Discriminators.Score(discriminator, default));
        Assert.InRange(Discriminators.Score(discriminator, new TokenBatch(new int[4], 1, 4, new[] { 0 }))[0], 0, 1);
    }

    [Theory]
    [EveryNetwork]
    public void Train_TwoLanguages_TellsThemApart(DiscriminatorNetwork network, bool ending)
    {
        SequenceFormat format = ending ? Discriminators.Ending : Discriminators.Fixed;
        using ModuleDiscriminator discriminator = Discriminators.Create(network, format);
        DiscriminatorStep first = DiscriminatorStep.NotTrained, last = first;
        for (uint step = 0; step < 60; step++)
        {
            last = Discriminators.Train(discriminator, Discriminators.Random(format, 32, 2 * step, 2, 7),
                Discriminators.Random(format, 32, 2 * step + 1, 7));
            first = step == 0 ? last : first;
        }

        Assert.InRange(first.Accuracy, 0.1, 0.9);
        Assert.InRange(last.Accuracy, 0.95, 1);
        Assert.True(last.Loss < first.Loss);
        Assert.True(last.RealScore > 0.8 && last.GeneratedScore < 0.2, $"{last}");
        Assert.True(last.GradientNorm > 0);
        Assert.True(Discriminators.Score(discriminator, Discriminators.Random(format, 100, 999, 2, 7)).Average() > 0.85);
    }

    [Theory]
    [EveryNetwork]
    public void Train_SameSeed_GivesTheSameBitsWhateverElseDraws(DiscriminatorNetwork network, bool ending)
    {
        SequenceFormat format = ending ? Discriminators.Ending : Discriminators.Fixed;
        TokenBatch real = Discriminators.Random(format, 32, 1), generated = Discriminators.Random(format, 32, 2);
        float[][] scores = new float[3][];
        for (int run = 0; run < scores.Length; run++)
        {
            torch.manual_seed(run);
            using ModuleDiscriminator discriminator = Discriminators.Create(network, format, seed: run == 2 ? 2UL : 1);
            for (int step = 0; step < 5; step++)
            {
                torch.rand(run + 1).Dispose();
                Discriminators.Train(discriminator, real, generated);
            }

            scores[run] = Discriminators.Score(discriminator, real);
        }

        Assert.Equal(scores[0], scores[1]);
        Assert.NotEqual(scores[0], scores[2]);
    }

    [Theory]
    [EveryNetwork]
    public void Train_SecondStep_DropsOtherFeatures(DiscriminatorNetwork network, bool ending)
    {
        SequenceFormat format = ending ? Discriminators.Ending : Discriminators.Fixed;
        TokenBatch real = Discriminators.Random(format, 8, 1), generated = Discriminators.Random(format, 8, 2);
        foreach (double dropout in new[] { 0.5, 0 })
        {
            using ModuleDiscriminator discriminator =
                Discriminators.Create(network, format, configure: o => (o.Dropout, o.LearningRate) = (dropout, 1e-12));
            bool same = Discriminators.Train(discriminator, real, generated).Loss == Discriminators.Train(discriminator, real,
                generated).Loss;
            Assert.Equal(dropout == 0, same);
        }
    }

    [Theory]
    [EveryNetwork]
    public void TrainAndScore_FiftyTimes_KeepTheTensorCount(DiscriminatorNetwork network, bool ending)
    {
        SequenceFormat format = ending ? Discriminators.Ending : Discriminators.Fixed;
        using ModuleDiscriminator discriminator = Discriminators.Create(network, format);
        TokenBatch real = Discriminators.Random(format, 32, 1), generated = Discriminators.Random(format, 32, 2);
        for (int i = 0; i < 3; i++)
            TrainAndScore();
        long before = LiveTensors.Settle();
        for (int i = 0; i < 50; i++)
            TrainAndScore();
        LiveTensors.AssertNoMoreThan(before);

        void TrainAndScore()
        {
            Discriminators.Train(discriminator, real, generated);
            Discriminators.Score(discriminator, real);
        }
    }

    [Theory]
    [EveryNetwork]
    public void Create_InsideADisposeScopeAndNoGrad_OutlivesThem(DiscriminatorNetwork network, bool ending)
    {
        SequenceFormat format = ending ? Discriminators.Ending : Discriminators.Fixed;
        ModuleDiscriminator discriminator;
        TokenBatch real = Discriminators.Random(format, 32, 1), generated = Discriminators.Random(format, 32, 2);
        using (torch.NewDisposeScope())
            discriminator = Discriminators.Create(network, format);
        using (discriminator)
        using (torch.no_grad())
        {
            float before = Discriminators.Score(discriminator, real)[0];
            Assert.True(Discriminators.Train(discriminator, real, generated).GradientNorm > 0);
            Assert.NotEqual(before, Discriminators.Score(discriminator, real)[0]);
        }
    }

    [Theory]
    [EveryNetwork]
    public void OutputL2_AddsHalfTheSquaredNormOfTheOutputLayerAlone(DiscriminatorNetwork network, bool ending)
    {
        SequenceFormat format = ending ? Discriminators.Ending : Discriminators.Fixed;
        TokenBatch real = Discriminators.Random(format, 8, 1), generated = Discriminators.Random(format, 8, 2);
        using ModuleDiscriminator plain = Discriminators.Create(network, format, configure: o => o.L2 = 0);
        using ModuleDiscriminator regularized = Discriminators.Create(network, format, configure: o => o.L2 = 0.2);
        double norm = plain.StateDictionary().Where(weight => weight.Key.StartsWith("output.", StringComparison.Ordinal))
            .Sum(weight => weight.Value.data<float>().Sum(value => (double)value * value));

        double difference = Discriminators.Train(regularized, real, generated).Loss - Discriminators.Train(plain, real, generated).Loss;

        Assert.Equal(0.2 * norm / 2, difference, 4);
    }
}
