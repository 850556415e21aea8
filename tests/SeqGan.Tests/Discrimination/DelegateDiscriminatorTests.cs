namespace SeqGan.Tests.Discrimination;

public class DelegateDiscriminatorTests
{
    private static readonly TokenBatch Batch = new(new[] { 1, 2, 3, 4, 9, 9 }, 2, 3, new[] { 3, 1 });

    [Fact]
    public async Task Score_Rule_SeesSequencesWithoutPadding()
    {
        var discriminator = new DelegateDiscriminator("length", sequence => sequence.Length / 4f);
        Assert.Equal([0.75f, 0.25f], Discriminators.Score(discriminator, Batch));
        Assert.Equal("length", discriminator.Name);
        Assert.Same(DiscriminatorStep.NotTrained,
            await ((IDiscriminator)discriminator).TrainAsync(Batch, Batch, TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData(1.5f)]
    [InlineData(-0.1f)]
    [InlineData(float.NaN)]
    public void Score_NoProbability_NamesRowAndValue(float score)
    {
        var discriminator = new DelegateDiscriminator("odd", sequence => sequence.Length == 1 ? score : 0.5f);
        var error = Assert.Throws<ScorerException>(() => Discriminators.Score(discriminator, Batch));
        Assert.Equal("odd", error.ScorerName);
        Assert.Contains($"sequence 1 the score {score};", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Score_RuleThrows_IsWrapped_CancellationIsNot()
    {
        var failing = new DelegateDiscriminator("bad", _ => throw new InvalidOperationException("no luck"));
        var error = Assert.Throws<ScorerException>(() => Discriminators.Score(failing, Batch));
        Assert.Contains("'bad' failed on sequence 0: no luck", error.Message, StringComparison.Ordinal);
        Assert.IsType<InvalidOperationException>(error.InnerException);
        var cancelled = new DelegateDiscriminator("cancelled", _ => throw new OperationCanceledException());
        Assert.Throws<OperationCanceledException>(() => Discriminators.Score(cancelled, Batch));
    }
}
