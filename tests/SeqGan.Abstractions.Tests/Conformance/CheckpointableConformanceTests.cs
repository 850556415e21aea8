using SeqGan.Conformance;
using Xunit;

namespace SeqGan.Tests;

public sealed class CheckpointableConformanceTests
{
    private const string Fresh = "a fresh instance with a restored state", Damaged = "a state that is cut off or of other bytes";

    [Fact]
    public async Task CheckAsync_CorrectComponent_Passes()
    {
        ConformanceReport report = await CheckAsync(StateFlaw.None);
        report.ThrowIfFailed();
        Assert.Equal(6, report.Checks.Count);
    }

    [Theory]
    [InlineData(StateFlaw.ForgetsCount, Fresh)]
    [InlineData(StateFlaw.HasVersionZero, Fresh)]
    [InlineData(StateFlaw.KeepsLaterValue, "a restored state takes back")]
    [InlineData(StateFlaw.CountsSaves, "saving a state changes nothing")]
    [InlineData(StateFlaw.SavesTheTime, "the same state is saved as the same bytes")]
    [InlineData(StateFlaw.ClosesTheStream, "the streams of a state stay open")]
    [InlineData(StateFlaw.TakesShortStates, Damaged)]
    [InlineData(StateFlaw.TakesAnyBytes, Damaged)]
    [InlineData(StateFlaw.ThrowsAnotherException, Damaged)]
    [InlineData(StateFlaw.ChangesBeforeChecking, Damaged)]
    public async Task CheckAsync_FlawedComponent_NamesTheBrokenPromise(StateFlaw flaw, string promise)
    {
        ConformanceReport report = await CheckAsync(flaw);
        ConformanceCheck failure = Assert.Single(report.Failures, check => check.Name.StartsWith(promise, StringComparison.Ordinal));
        Assert.NotEmpty(failure.Explanation);
    }

    private static Task<ConformanceReport> CheckAsync(StateFlaw flaw) =>
        CheckpointableConformance.CheckAsync(
            () => new CheckpointableSeries(flaw), component =>
                Task.FromResult<float[]>([((CheckpointableSeries)component).Advance()]), TestContext.Current.CancellationToken);
}
