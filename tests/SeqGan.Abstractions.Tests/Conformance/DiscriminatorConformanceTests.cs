using SeqGan.Conformance;
using Xunit;

namespace SeqGan.Tests;

public sealed class DiscriminatorConformanceTests
{
    private static readonly SequenceFormat s_format = new(vocabularySize: 7, maxLength: 6, startToken: 0, endToken: 1, paddingToken: 0);

    [Theory]
    [InlineData(7, 6, 1, 0)]
    [InlineData(5, 4, null, null)]
    [InlineData(5, 1, 1, 0)]
    [InlineData(2, 3, 1, 0)]
    [InlineData(1, 3, null, null)]
    public async Task CheckAsync_CorrectDiscriminator_Passes(int vocabularySize, int maxLength, int? endToken, int? paddingToken)
    {
        var format = new SequenceFormat(vocabularySize, maxLength, 0, endToken, paddingToken);
        ConformanceReport report = await DiscriminatorConformance.CheckAsync(
            () => new TokenDiscriminator(format), format, cancellationToken: TestContext.Current.CancellationToken);
        report.ThrowIfFailed();
        Assert.True(report.Checks.Count > 15);
    }

    [Fact]
    public async Task CheckAsync_RuleThatDoesNotTrain_Passes()
    {
        ConformanceReport report = await DiscriminatorConformance.CheckAsync(
            () => new LengthRule(), s_format, cancellationToken: TestContext.Current.CancellationToken);
        report.ThrowIfFailed();
    }

    [Theory]
    [InlineData(ScorerFlaw.NoName, "the name is not empty")]
    [InlineData(ScorerFlaw.ChangesName, "the name is not empty")]
    [InlineData(ScorerFlaw.LeavesLastScore, "every score is written")]
    [InlineData(ScorerFlaw.WritesBeside, "every score is written")]
    [InlineData(ScorerFlaw.FailsOnEmptyBatch, "an empty batch is scored")]
    [InlineData(ScorerFlaw.FailsOnLargeBatch, "a large batch is scored like a small one")]
    [InlineData(ScorerFlaw.DropsOut, "the same sequence gets the same score again")]
    [InlineData(ScorerFlaw.CountsBatch, "other sequences do not influence a score")]
    [InlineData(ScorerFlaw.LooksAtNeighbour, "other sequences do not influence a score")]
    [InlineData(ScorerFlaw.LooksAtPadding, "padding does not influence a score")]
    [InlineData(ScorerFlaw.CountsColumns, "padding does not influence a score")]
    [InlineData(ScorerFlaw.ChangesBatch, "the batch is left unchanged")]
    [InlineData(ScorerFlaw.NeedsItsThread, "any thread may call")]
    [InlineData(ScorerFlaw.IgnoresCancellation, "a cancelled token throws")]
    [InlineData(ScorerFlaw.IgnoresDisposal, "a disposed scorer throws")]
    [InlineData(ScorerFlaw.ScoresInfinity, "scores are probabilities in [0, 1]")]
    [InlineData(ScorerFlaw.ScoresNaN, "scores are probabilities in [0, 1]")]
    [InlineData(ScorerFlaw.ScoresLogits, "scores are probabilities in [0, 1]")]
    [InlineData(ScorerFlaw.InsaneAccuracy, "a training step measures sane figures")]
    [InlineData(ScorerFlaw.SaysItDidNotTrain, "a training step measures sane figures")]
    [InlineData(ScorerFlaw.NeedsEqualSizes, "a training step takes batches of different sizes")]
    [InlineData(ScorerFlaw.TrainsWhenCancelled, "a cancelled training step changes nothing")]
    [InlineData(ScorerFlaw.TrainsTheWrongWay, "training raises the scores of real sequences")]
    [InlineData(ScorerFlaw.DropsOutAfterTraining, "after training, the same sequence")]
    [InlineData(ScorerFlaw.ChangesTrainingBatch, "training leaves its batches unchanged")]
    [InlineData(ScorerFlaw.TrainsAfterDisposal, "a disposed discriminator does not train")]
    public async Task CheckAsync_FlawedDiscriminator_NamesTheBrokenPromise(ScorerFlaw flaw, string promise)
    {
        ConformanceReport report = await DiscriminatorConformance.CheckAsync(
            () => new TokenDiscriminator(s_format, flaw), s_format, cancellationToken: TestContext.Current.CancellationToken);
        ConformanceCheck failure = Assert.Single(report.Failures, check => check.Name.StartsWith(promise, StringComparison.Ordinal));
        Assert.NotEmpty(failure.Explanation);
    }

    [Theory]
    [InlineData(ScorerFlaw.ScoresNaN)]
    [InlineData(ScorerFlaw.ScoresLogits)]
    public async Task CheckAsync_ScorerOutsideProbabilities_Passes(ScorerFlaw flaw)
    {
        ConformanceReport report = await ScorerConformance.CheckAsync(
            () => new TokenDiscriminator(s_format, flaw), s_format, cancellationToken: TestContext.Current.CancellationToken);
        report.ThrowIfFailed();
    }

    [Fact]
    public async Task CheckAsync_InfiniteScores_NamesTheBrokenPromise()
    {
        ConformanceReport report = await ScorerConformance.CheckAsync(
            () => new TokenDiscriminator(s_format, ScorerFlaw.ScoresInfinity), s_format,
            cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal("scores are finite, or NaN for not applicable", Assert.Single(report.Failures).Name);
    }

    private sealed class LengthRule : IDiscriminator
    {
        public string Name => "length";

        public ValueTask ScoreAsync(TokenBatch sequences, Memory<float> scores, CancellationToken cancellationToken = default)
        {
            cancellationToken.ThrowIfCancellationRequested();
            for (int row = 0; row < sequences.Count; row++)
                scores.Span[row] = 1f / sequences.LengthOf(row);
            return ValueTask.CompletedTask;
        }
    }
}
