using SeqGan.Conformance;
using Xunit;

namespace SeqGan.Tests;

public sealed class GeneratorConformanceTests
{
    private static readonly SequenceFormat s_format = new(vocabularySize: 7, maxLength: 6, startToken: 0, endToken: 1, paddingToken: 0);

    public static TheoryData<int, int, int?, int?> Formats => new()
    {
        { 7, 6, 1, 0 },
        { 5, 4, null, null },
        { 5, 4, null, 2 },
        { 3, 1, 1, 0 },
        { 2, 3, 1, 0 },
        { 1, 3, null, null },
        { 100, 12, 99, 98 },
    };

    [Theory]
    [MemberData(nameof(Formats))]
    public void Check_CorrectGenerator_Passes(int vocabularySize, int maxLength, int? endToken, int? paddingToken)
    {
        var format = new SequenceFormat(vocabularySize, maxLength, 0, endToken, paddingToken);
        ConformanceReport report = GeneratorConformance.Check(
            () => new BigramGenerator(format), cancellationToken: TestContext.Current.CancellationToken);
        report.ThrowIfFailed();
        Assert.True(report.Passed);
        Assert.True(report.Checks.Count > 30);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Check_CorrectGeneratorWithLabels_Passes(int labels) => GeneratorConformance.Check(
        () => new BigramGenerator(new SequenceFormat(7, 6, 0, 1, 0, labels)), cancellationToken: TestContext.Current.CancellationToken)
            .ThrowIfFailed();

    [Theory]
    [InlineData(GeneratorFlaw.TakesAnyLabels, "labels that are missing, superfluous or out of range")]
    [InlineData(GeneratorFlaw.LosesLabels, "samples carry the labels")]
    [InlineData(GeneratorFlaw.LooksAtOtherLabels, "a sequence depends on its own label alone")]
    [InlineData(GeneratorFlaw.PolicyLosesLabels, "completions carry the labels")]
    public void Check_GeneratorThatIsWrongAboutLabels_NamesTheBrokenPromise(GeneratorFlaw flaw, string promise)
    {
        var format = new SequenceFormat(7, 6, 0, 1, 0, labelCount: 3);
        ConformanceReport report = GeneratorConformance.Check(
            () => new BigramGenerator(format, flaw), cancellationToken: TestContext.Current.CancellationToken);
        Assert.Single(report.Failures, check => check.Name.StartsWith(promise, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(GeneratorFlaw.IgnoresPrefix, "every sample begins with the prefix")]
    [InlineData(GeneratorFlaw.IgnoresPrefix, "a complete prefix is sampled")]
    [InlineData(GeneratorFlaw.TakesAnyPrefix, "a prefix that begins no sequence")]
    [InlineData(GeneratorFlaw.TakesAnyLabels, "labels that are missing, superfluous or out of range")]
    [InlineData(GeneratorFlaw.ChangesFormat, "the format stays the same")]
    [InlineData(GeneratorFlaw.LeavesPaddingStale, "samples keep the format")]
    [InlineData(GeneratorFlaw.GeneratesPadding, "samples keep the format")]
    [InlineData(GeneratorFlaw.RunsPastTheEnd, "samples keep the format")]
    [InlineData(GeneratorFlaw.WrongLength, "samples keep the format")]
    [InlineData(GeneratorFlaw.IgnoresKey, "another key gives other sequences")]
    [InlineData(GeneratorFlaw.IgnoresRow, "another key gives other sequences")]
    [InlineData(GeneratorFlaw.UsesGlobalState, "the same key gives the same sequences")]
    [InlineData(GeneratorFlaw.IgnoresFirstRow, "sampling in several calls by FirstRow")]
    [InlineData(GeneratorFlaw.ThreadStaticState, "any thread may call")]
    [InlineData(GeneratorFlaw.FailsOnEmptyBuffer, "an empty buffer is sampled")]
    [InlineData(GeneratorFlaw.SamplesUniformly, "the frequencies of sampled tokens")]
    [InlineData(GeneratorFlaw.IgnoresTemperature, "the frequencies at other temperatures agree")]
    [InlineData(GeneratorFlaw.InvertsTemperature, "the temperature divides the logits of log-probabilities")]
    [InlineData(GeneratorFlaw.TakesAnyTemperature, "log-probabilities at a temperature that is not")]
    [InlineData(GeneratorFlaw.TakesAnyTemperature, "sampling at a temperature that is not positive and finite")]
    [InlineData(GeneratorFlaw.TakesAnyFormat, "a buffer of another format")]
    [InlineData(GeneratorFlaw.IgnoresCancellation, "sampling with a cancelled token")]
    [InlineData(GeneratorFlaw.IgnoresCancellation, "log-probabilities with a cancelled token")]
    [InlineData(GeneratorFlaw.PositiveLogProbabilities, "log-probabilities are at most 0")]
    [InlineData(GeneratorFlaw.LeavesNaNAtPadding, "log-probabilities are at most 0")]
    [InlineData(GeneratorFlaw.DoesNotNormalize, "the probabilities of the next token sum to 1")]
    [InlineData(GeneratorFlaw.LooksAtOtherRows, "other sequences do not influence a log-probability")]
    [InlineData(GeneratorFlaw.LooksAhead, "later tokens do not influence a log-probability")]
    [InlineData(GeneratorFlaw.WrapsTokens, "log-probabilities of a token outside the vocabulary")]
    [InlineData(GeneratorFlaw.WrapsTokens, "training on a token outside the vocabulary")]
    [InlineData(GeneratorFlaw.AllowsPaddingToken, "log-probabilities of the padding token")]
    [InlineData(GeneratorFlaw.TakesShortDestinations, "log-probabilities of lengths that do not fit")]
    [InlineData(GeneratorFlaw.Descends, "maximum likelihood raises")]
    [InlineData(GeneratorFlaw.Descends, "policy gradient with positive weights raises")]
    [InlineData(GeneratorFlaw.IgnoresSignOfWeight, "policy gradient with negative weights lowers")]
    [InlineData(GeneratorFlaw.MixesUpWeights, "a weight belongs to its sequence and position")]
    [InlineData(GeneratorFlaw.WrongLoss, "a step measures the batch as it was before it")]
    [InlineData(GeneratorFlaw.WrongLikelihood, "a step measures the batch as it was before it")]
    [InlineData(GeneratorFlaw.CountsWeightsAtPadding, "weights at padding are ignored")]
    [InlineData(GeneratorFlaw.LetsNaNIn, "a weight that is not finite")]
    [InlineData(GeneratorFlaw.ChangesBeforeChecking, "a weight that is not finite")]
    [InlineData(GeneratorFlaw.ChangesBeforeChecking, "training on a token outside the vocabulary")]
    [InlineData(GeneratorFlaw.ChangesBeforeChecking, "training with too few weights")]
    [InlineData(GeneratorFlaw.TakesFewWeights, "training with too few weights")]
    [InlineData(GeneratorFlaw.IgnoresDisposal, "a disposed generator throws")]
    [InlineData(GeneratorFlaw.FailsOnSecondDispose, "a generator may be disposed twice")]
    [InlineData(GeneratorFlaw.PolicyDiesWithGenerator, "a rollout policy outlives its generator")]
    [InlineData(GeneratorFlaw.PolicyHasOtherFormat, "a rollout policy has its generator's format")]
    [InlineData(GeneratorFlaw.PolicyLosesPrefix, "completions begin with their prefix")]
    [InlineData(GeneratorFlaw.PolicyGoesOnAfterTheEnd, "a complete prefix is copied")]
    [InlineData(GeneratorFlaw.PolicyUsesGlobalState, "the same key gives the same completions")]
    [InlineData(GeneratorFlaw.PolicyDependsOnCall, "a completion does not depend on the others")]
    [InlineData(GeneratorFlaw.PolicyIgnoresFirstRow, "completing in several calls by the first row")]
    [InlineData(GeneratorFlaw.PolicyIgnoresSample, "the frequencies of completed tokens")]
    [InlineData(GeneratorFlaw.PolicyIsAttached, "a rollout policy is detached")]
    [InlineData(GeneratorFlaw.PolicyMovesBackwards, "moving at rate 0 copies the generator")]
    [InlineData(GeneratorFlaw.PolicyTakesAnyRate, "a rate outside [0, 1]")]
    [InlineData(GeneratorFlaw.PolicyClampsCompletions, "completing what is not there")]
    [InlineData(GeneratorFlaw.PolicyIgnoresCancellation, "completing with a cancelled token")]
    [InlineData(GeneratorFlaw.PolicyIgnoresDisposal, "a disposed rollout policy throws")]
    public void Check_FlawedGenerator_NamesTheBrokenPromise(GeneratorFlaw flaw, string promise)
    {
        ConformanceReport report = GeneratorConformance.Check(
            () => new BigramGenerator(s_format, flaw), cancellationToken: TestContext.Current.CancellationToken);
        ConformanceCheck failure = Assert.Single(report.Failures, check => check.Name.StartsWith(promise, StringComparison.Ordinal));
        Assert.NotEmpty(failure.Explanation);
        var exception = Assert.Throws<ConformanceException>(report.ThrowIfFailed);
        Assert.All(report.Failures, check => Assert.Contains(check.Name, exception.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void Check_Cancelled_Throws() =>
        Assert.Throws<OperationCanceledException>(() =>
            GeneratorConformance.Check(() => new BigramGenerator(s_format), cancellationToken: new CancellationToken(canceled: true)));

    [Fact]
    public void Check_OptionsOutOfRange_NamesValueAndRange()
    {
        var exception = Assert.Throws<ArgumentException>(
            () => GeneratorConformance.Check(
                () => new BigramGenerator(s_format), new ConformanceOptions { BatchSize = 1 }, TestContext.Current.CancellationToken));
        Assert.Contains("BatchSize is 1; it must be at least 2", exception.Message, StringComparison.Ordinal);
    }
}
