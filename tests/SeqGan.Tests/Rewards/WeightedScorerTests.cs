using Xunit;

namespace SeqGan.Tests.Rewards;

public class WeightedScorerTests
{
    private static readonly DelegateScorer Length = new("length", s => s.Length);
    private static readonly DelegateScorer First = new("first", s => s[0]);
    private static readonly DelegateScorer OnlyLong = new("only long", s => s.Length > 3 ? 100 : float.NaN);

    [Fact]
    public async Task ScoreAsync_SumsByWeight()
    {
        var sum = CombinedScorer.Sum([(Length, 1), (First, -0.5)]);

        float[] scores = await sum.ScoreAsync(Batches.Ragged);

        Assert.Equal([6 - 1, 2 - 2, 4 - 1.5f], scores);
        Assert.Equal("length + first", sum.Name);
    }

    [Fact]
    public async Task ScoreAsync_WithNaN_SumsWhatApplies()
    {
        var sum = CombinedScorer.Sum([(Length, 1), (OnlyLong, 0.1)]);

        float[] scores = await sum.ScoreAsync(Batches.Ragged);

        Assert.Equal([16, 2, 14], scores);
        Assert.Equal(
            [("length", 0), ("only long", 1)], ((IScoreTally)sum).Tallies.Select(tally => (tally.Name, tally.NotApplicable)));
    }

    [Fact]
    public async Task ScoreAsync_WithNothingApplicable_IsNaN()
    {
        var sum = CombinedScorer.Sum([(OnlyLong, 1), (OnlyLong, 2)]);

        float[] scores = await sum.ScoreAsync(Batches.Ragged);

        Assert.Equal([300, float.NaN, 300], scores);
    }

    [Fact]
    public async Task ScoreAsync_OfSmallerBatchAfterLarger_KeepsNothing()
    {
        var sum = CombinedScorer.Sum([(Length, 1)]);
        await sum.ScoreAsync(Batches.Ragged);

        float[] scores = await sum.ScoreAsync(Batches.Ragged.Slice(1, 1));

        Assert.Equal([2], scores);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Constructor_WithWeightThatIsNotFinite_NamesScorerAndWeight(double weight)
    {
        var error = Assert.Throws<ArgumentException>(() => CombinedScorer.Sum([(Length, weight)]));

        Assert.Contains($"'length' is {weight}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Constructor_WithoutScorers_Throws() => Assert.Throws<ArgumentException>(() => CombinedScorer.Sum([]));
}
