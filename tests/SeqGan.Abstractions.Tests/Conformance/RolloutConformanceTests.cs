using SeqGan.Conformance;
using Xunit;

namespace SeqGan.Tests;

public sealed class RolloutConformanceTests
{
    private static readonly SequenceFormat s_format = new(vocabularySize: 7, maxLength: 6, startToken: 0, endToken: 1, paddingToken: 0);

    [Theory]
    [InlineData(7, 6, 1, 0)]
    [InlineData(5, 4, null, null)]
    [InlineData(5, 2, 1, 0)]
    public void Check_CorrectRollout_Passes(int vocabularySize, int maxLength, int? endToken, int? paddingToken)
    {
        var format = new SequenceFormat(vocabularySize, maxLength, 0, endToken, paddingToken);
        ConformanceReport report = RolloutConformance.Check(
            () => new BigramRollout(format), cancellationToken: TestContext.Current.CancellationToken);
        report.ThrowIfFailed();
        Assert.Equal(14, report.Checks.Count);
    }

    [Theory]
    [InlineData(RolloutFlaw.SamplesBeforePrefixes, "every proper prefix is completed")]
    [InlineData(RolloutFlaw.ForgetsLastPrefix, "every proper prefix is completed")]
    [InlineData(RolloutFlaw.CompletesWholeSequences, "every proper prefix is completed")]
    [InlineData(RolloutFlaw.CompletesAllPrefixes, "only the prefixes that were asked for are completed")]
    [InlineData(RolloutFlaw.RunsPastTheEnd, "completions keep the format")]
    [InlineData(RolloutFlaw.UsesGlobalState, "the same key gives the same completions")]
    [InlineData(RolloutFlaw.IgnoresSample, "samples of one prefix are drawn apart")]
    [InlineData(RolloutFlaw.IgnoresFirstRow, "completing in several calls by FirstRow")]
    [InlineData(RolloutFlaw.CompletesWholeSequences, "a batch without proper prefixes")]
    [InlineData(RolloutFlaw.CannotUpdate, "the policy can be updated")]
    [InlineData(RolloutFlaw.CannotReset, "the policy can be reset")]
    [InlineData(RolloutFlaw.ChangesBatch, "the batch is left unchanged")]
    [InlineData(RolloutFlaw.NeedsItsThread, "any thread may call")]
    [InlineData(RolloutFlaw.TakesAnySamples, "fewer than 1 sample")]
    [InlineData(RolloutFlaw.WrapsTokens, "a token outside the vocabulary")]
    [InlineData(RolloutFlaw.IgnoresCancellation, "a cancelled token throws")]
    public void Check_FlawedRollout_NamesTheBrokenPromise(RolloutFlaw flaw, string promise)
    {
        ConformanceReport report = RolloutConformance.Check(
            () => new BigramRollout(s_format, flaw), cancellationToken: TestContext.Current.CancellationToken);
        Assert.Single(report.Failures, check => check.Name.StartsWith(promise, StringComparison.Ordinal));
    }
}
