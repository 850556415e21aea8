namespace SeqGan.Tests.Discrimination;

/// <summary>Holds the library's discriminator against the published one.</summary>
public class PublishedDiscriminatorTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ScoreAndTrain_SameWeights_AreThoseOfThePublishedNetwork(bool ending)
    {
        SequenceFormat format = ending ? Discriminators.Ending : Discriminators.Fixed;
        var options = new DiscriminatorOptions
        {
            Dropout = 0,
            FilterWidths = [1, 2, 4],
            FilterCounts = [5, 8, 3],
            EmbeddingSize = 6,
            LearningRate = 0.01,
        };
        using var discriminator = ModuleDiscriminator.Create(format, options, seed: 3);
        using var published = new PublishedDiscriminator(format, options, discriminator.Module);
        TokenBatch real = Discriminators.Random(format, 20, 1), generated = Discriminators.Random(format, 20, 2);
        float[] scores = new float[20], expected = new float[20];

        for (int step = 0; step < 5; step++)
        {
            await discriminator.ScoreAsync(real, scores, TestContext.Current.CancellationToken);
            await published.ScoreAsync(real, expected, TestContext.Current.CancellationToken);
            for (int row = 0; row < scores.Length; row++)
                Assert.Equal(expected[row], scores[row], 2e-4);
            DiscriminatorStep trained = await discriminator.TrainAsync(real, generated, TestContext.Current.CancellationToken);
            Assert.Equal(published.Train(real, generated), trained.Loss, 2e-4);
        }
    }
}
