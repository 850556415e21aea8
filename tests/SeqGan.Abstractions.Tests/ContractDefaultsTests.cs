using Xunit;

namespace SeqGan.Tests;

public sealed class ContractDefaultsTests
{
    [Fact]
    public async Task TrainAsync_NotImplemented_SaysThatItDidNotTrain()
    {
        IDiscriminator discriminator = new Rule();
        DiscriminatorStep step = await discriminator.TrainAsync(default, default, TestContext.Current.CancellationToken);
        Assert.Same(DiscriminatorStep.NotTrained, step);
        Assert.False(step.Trained);
        Assert.All([step.Loss, step.Accuracy, step.RealScore, step.GeneratedScore, step.GradientNorm],
            figure => Assert.Equal(double.NaN, figure));
    }

    [Fact]
    public async Task TrainAsync_NotImplementedAndCancelled_Throws()
    {
        IDiscriminator discriminator = new Rule();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => discriminator.TrainAsync(default, default, new CancellationToken(canceled: true)).AsTask());
    }

    [Fact]
    public void CountCompletions_SequencesOfSeveralLengths_CountsProperPrefixes()
    {
        var batch = new TokenBatch(new int[16], 4, 4, new[] { 4, 1, 0, 2 });
        var request = new RolloutRequest { Key = default, SamplesPerPrefix = 3 };
        Assert.Equal((3 + 0 + 0 + 1) * 3, request.CountCompletions(batch));
        Assert.Equal(0, request.CountCompletions(default));
    }

    [Fact]
    public void Defaults_AreThoseOfThePaper()
    {
        Assert.Equal(16, new RolloutRequest { Key = default }.SamplesPerPrefix);
        Assert.Equal(1, new SampleRequest { Key = default }.Temperature);
    }

    [Fact]
    public void Sample_Seed_IsTheKeyOfSampling()
    {
        var format = new SequenceFormat(5, 4);
        using var generator = new BigramGenerator(format);
        TokenBatch bySeed = generator.Sample(3, seed: 8, cancellationToken: TestContext.Current.CancellationToken).AsBatch();
        TokenBatch byKey = generator.Sample(3, new RandomKey(8, RandomPurpose.Sampling),
            cancellationToken: TestContext.Current.CancellationToken).AsBatch();
        Assert.Equal(byKey.Tokens.ToArray(), bySeed.Tokens.ToArray());
    }

    private sealed class Rule : IDiscriminator
    {
        public string Name => "rule";

        public ValueTask ScoreAsync(TokenBatch sequences, Memory<float> scores, CancellationToken cancellationToken = default) => default;
    }
}
