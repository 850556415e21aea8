using Xunit;

namespace SeqGan.Tests;

public class EvaluatorTests
{
    private static readonly SequenceFormat s_format = new(vocabularySize: 10, maxLength: 4, startToken: 0, endToken: 1, paddingToken: 0);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task HeldOutLikelihood_Corpus_MeasuresItsHeldOutSequences()
    {
        Corpus corpus = Corpus.FromTokens([[9, 9, 9, 9]], [[3, 1], [5, 1]], s_format);
        using var generator = new FakeGenerator(s_format);

        var metrics = await Evaluators.HeldOutLikelihood(corpus).EvaluateAsync(generator, Cancellation);

        Assert.Equal(2.5, Assert.Single(metrics, metric => metric.Key == "nll_test").Value);
    }

    [Fact]
    public async Task HeldOutLikelihood_UnknownTokens_IsMeasuredWithAndWithoutThem()
    {
        var format = new SequenceFormat(10, 4, 0, endToken: 1, paddingToken: 0, unknownToken: 2);
        Corpus corpus = Corpus.FromTokens([[9, 9, 9, 9]], [[3, 2, 1], [2, 5, 4, 1]], format);
        using var generator = new FakeGenerator(format);

        var metrics = await Evaluators.HeldOutLikelihood(corpus).EvaluateAsync(generator, Cancellation);

        Assert.Equal(18 / 7.0, metrics["nll_test"], 1e-12);
        Assert.Equal(14 / 5.0, metrics["nll_test_known"], 1e-12);
        Assert.All(metrics.Keys, key => Assert.NotNull(TrainingMetric.Find(key)));
    }

    [Fact]
    public void HeldOutLikelihood_NothingHeldOut_NamesTheOption()
    {
        Corpus corpus = Corpus.FromLines(["abc"], cancellationToken: Cancellation);

        var error = Assert.Throws<ArgumentException>(() => Evaluators.HeldOutLikelihood(corpus));
        Assert.Contains("HeldOutFraction", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Evaluators.HeldOutLikelihood(default(TokenBatch)));
    }

    [Fact]
    public async Task Oracle_ScoresWhatTheGeneratorSampled()
    {
        using var oracle = new FakeGenerator(s_format);
        using var generator = new FakeGenerator(s_format, [3, 1], [6, 1]);
        var evaluator = Evaluators.Oracle(oracle, count: 10, seed: 5, temperature: 0.7);

        var metrics = await evaluator.EvaluateAsync(generator, Cancellation);
        await evaluator.EvaluateAsync(generator, Cancellation);

        Assert.Equal(2.75, metrics["nll_oracle"], 12);
        Assert.Equal(generator.Requests[0], generator.Requests[1]);
        Assert.Equal(new RandomKey(5, RandomPurpose.Evaluation), generator.Requests[0].Key);
        Assert.Equal(0.7, generator.Requests[0].Temperature);
    }

    [Fact]
    public async Task Oracle_OtherVocabulary_NamesBoth()
    {
        using var oracle = new FakeGenerator(new SequenceFormat(7, 4));
        using var generator = new FakeGenerator(s_format, [3, 1]);

        var error = await Assert.ThrowsAsync<ArgumentException>(
            async () => await Evaluators.Oracle(oracle, 1).EvaluateAsync(generator, Cancellation));
        Assert.Contains("10 tokens", error.Message, StringComparison.Ordinal);
        Assert.Contains("oracle 7", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Quality_ReportsDiversityAndLengths()
    {
        Corpus corpus = Corpus.FromTokens([[3, 1]], [[5, 1]], s_format);
        using var generator = new FakeGenerator(s_format, [3, 1], [6, 7, 8, 9]);

        var metrics = await Evaluators.Quality(corpus, count: 8).EvaluateAsync(generator, Cancellation);

        Assert.Equal(
            (0.25, 0.5, 3, 0.5), (metrics["uniqueness"], metrics["novelty"], metrics["mean_length"], metrics["end_token_rate"]));
    }

    [Fact]
    public async Task Quality_Cancelled_Throws()
    {
        Corpus corpus = Corpus.FromTokens([[3, 1]], [[5, 1]], s_format);
        using var generator = new FakeGenerator(s_format, [3, 1]);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await Evaluators.Quality(corpus, 8).EvaluateAsync(generator, new CancellationToken(canceled: true)));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 0)]
    [InlineData(1, double.NaN)]
    [InlineData(1, double.PositiveInfinity)]
    public void Evaluators_OutOfRange_Throws(int count, double temperature)
    {
        using var oracle = new FakeGenerator(s_format);

        Corpus corpus = Corpus.FromTokens([[3, 1]], [[5, 1]], s_format);

        Assert.Throws<ArgumentOutOfRangeException>(() => Evaluators.Oracle(oracle, count, 0, temperature));
        Assert.Throws<ArgumentOutOfRangeException>(() => Evaluators.Quality(corpus, count, 0, temperature));
    }
}
