using Xunit;

namespace SeqGan.Tests.Rewards;

/// <summary>What becomes of scorers that break their contract.</summary>
public class ScorerContractTests
{
    [Fact]
    public async Task EstimateAsync_WithThrowingScorer_NamesItAndKeepsTheCause()
    {
        var cause = new FormatException("no such field");
        ScorerException error = await FailAsync(new StubScorer("parser", (_, _, _) => throw cause));

        Assert.Equal("parser", error.ScorerName);
        Assert.Same(cause, error.InnerException);
        Assert.Contains("no such field", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EstimateAsync_WithTimeoutInsideTheScorer_IsAFailureAndNoCancellation()
    {
        ScorerException error = await FailAsync(new StubScorer("remote", (_, _, _) => throw new TaskCanceledException("timed out")));

        Assert.IsType<TaskCanceledException>(error.InnerException);
    }

    [Fact]
    public async Task EstimateAsync_WithTooFewScores_SaysHowMany()
    {
        ScorerException error = await FailAsync(new StubScorer("short", (_, scores, _) => scores.Span[..2].Fill(float.NaN)));

        Assert.Contains("'short' wrote 2 of 3 scores", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public async Task EstimateAsync_WithInfiniteScore_NamesScorerAndSequence(float value)
    {
        ScorerException error = await FailAsync(new StubScorer("wild", (_, scores, _) => { scores.Span.Clear(); scores.Span[1] = value; }));

        Assert.Contains($"'wild' gave sequence 1 of 3 the score {value}", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(-0.01f)]
    [InlineData(1.01f)]
    public async Task EstimateAsync_WithDiscriminatorOutsideItsRange_NamesTheValue(float value)
    {
        ScorerException error = await FailAsync(new StubDiscriminator("judge", (_, scores, _) => scores.Span.Fill(value)));

        Assert.Contains($"Discriminator 'judge' gave sequence 0 of 3 the score {value}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EstimateAsync_WithBrokenPartOfASum_NamesThePart()
    {
        var sum = CombinedScorer.Sum([(new DelegateScorer("good", _ => 1), 1), (new StubScorer("bad", (_, _, _) => { }), 1)]);

        ScorerException error = await FailAsync(sum);

        Assert.Equal("bad", error.ScorerName);
        Assert.Contains("'bad' wrote 0 of 3 scores", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Constructor_WithNamelessScorer_SaysWhy()
    {
        var error = Assert.Throws<ArgumentException>(() => new SequenceRewardEstimator(new StubScorer(" ", (_, _, _) => { })));

        Assert.Contains("StubScorer has no name", error.Message, StringComparison.Ordinal);
    }

    private static Task<ScorerException> FailAsync(ISequenceScorer scorer) =>
        Assert.ThrowsAsync<ScorerException>(() => new SequenceRewardEstimator(scorer).EstimateAsync(Batches.Ragged));
}
