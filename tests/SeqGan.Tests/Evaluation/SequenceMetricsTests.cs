using Xunit;

namespace SeqGan.Tests;

public class SequenceMetricsTests
{
    private static readonly SequenceFormat s_format = new(vocabularySize: 10, maxLength: 4, startToken: 0, endToken: 1, paddingToken: 0);

    [Fact]
    public void NegativeLogLikelihood_OfSureTokens_IsZeroAndNotMinusZero()
    {
        using var generator = new RecurrentGenerator(new SequenceFormat(1, 3));

        double nll = SequenceMetrics.NegativeLogLikelihood(
            generator, generator.Sample(2, 1).AsBatch(), cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(0, nll);
        Assert.False(double.IsNegative(nll));
    }

    [Fact]
    public void NegativeLogLikelihood_OfKnownTokens_LeavesUnknownOnesOutOfSumAndNumber()
    {
        // Token k has k nats: 3 + 2 + 1 and 2 + 5 + 4 + 1, of which the twos are unknown.
        var format = new SequenceFormat(10, 4, 0, endToken: 1, paddingToken: 0, unknownToken: 2);
        using var generator = new FakeGenerator(format);
        TokenBatch batch = Batch([3, 2, 1], [2, 5, 4, 1]);
        CancellationToken token = TestContext.Current.CancellationToken;

        Assert.Equal(18 / 7.0, SequenceMetrics.NegativeLogLikelihood(generator, batch, cancellationToken: token), 1e-12);
        Assert.Equal(
            14 / 5.0, SequenceMetrics.NegativeLogLikelihood(generator, batch, knownTokensOnly: true, cancellationToken: token), 1e-12);
        Assert.Equal(
            1, SequenceMetrics.NegativeLogLikelihood(generator, Batch([2, 2, 2, 1]), knownTokensOnly: true, cancellationToken: token));
        var error = Assert.Throws<ArgumentException>(
            () => SequenceMetrics.NegativeLogLikelihood(generator, Batch([2, 2, 2, 2]), knownTokensOnly: true, cancellationToken: token));
        Assert.Contains("1 sequences with 0 known tokens", error.Message, StringComparison.Ordinal);
        using var other = new FakeGenerator(s_format);
        Assert.Equal(
            18 / 7.0, SequenceMetrics.NegativeLogLikelihood(other, batch, knownTokensOnly: true, cancellationToken: token), 1e-12);
    }

    [Fact]
    public void Uniqueness_CountsDistinctSequences()
    {
        Assert.Equal(0.75, SequenceMetrics.Uniqueness(Batch([2, 1], [2, 3, 1], [2, 1], [2, 3, 4, 5])));
        Assert.Equal(1, SequenceMetrics.Uniqueness(Batch([2, 1])));
    }

    [Fact]
    public void Uniqueness_DependsOnTokensAlone_NotOnPaddingOrColumns()
    {
        var wide = new TokenBatch(new[] { 2, 1, 7, 2, 1, 8 }, 2, 3, new[] { 2, 2 });

        Assert.Equal(0.5, SequenceMetrics.Uniqueness(wide));
        Assert.Equal(0, SequenceMetrics.Novelty(wide, Batch([2, 1])));
    }

    [Fact]
    public void Novelty_ShareOutsideTheTrainingSet_CountsCopies()
    {
        TokenBatch training = Batch([2, 1], [3, 1], [2, 1]);

        Assert.Equal(0.25, SequenceMetrics.Novelty(Batch([2, 1], [2, 1], [3, 1], [2, 3, 1]), training));
        Assert.Equal(1, SequenceMetrics.Novelty(Batch([2, 3, 4, 5]), training));
    }

    [Fact]
    public void MeanLength_CountsTheEndTokenAndNoPadding() =>
        Assert.Equal(2.5, SequenceMetrics.MeanLength(Batch([1], [2, 3, 4, 5])));

    [Fact]
    public void EndTokenRate_ShareThatWasNotCut()
    {
        Assert.Equal(0.5, SequenceMetrics.EndTokenRate(Batch([2, 3, 4, 5], [2, 3, 4, 1]), s_format));
        Assert.Equal(double.NaN, SequenceMetrics.EndTokenRate(Batch([2, 3, 4, 5]), new SequenceFormat(10, 4)));
    }

    [Fact]
    public void NegativeLogLikelihood_IsAMeanOverTokens_WithoutPadding()
    {
        using var generator = new FakeGenerator(s_format);

        // (5 + 1 + 2 + 3 + 4 + 6) / 6, where a mean of the sequences' means would be (3 + 3.75) / 2.
        Assert.Equal(3.5, SequenceMetrics.NegativeLogLikelihood(generator, Batch([5, 1], [2, 3, 4, 6]),
            cancellationToken: TestContext.Current.CancellationToken), 12);
    }

    [Fact]
    public void NegativeLogLikelihood_MoreRowsThanAChunk_MeasuresAll()
    {
        int[][] rows = [.. Enumerable.Range(0, 1300).Select(i => i < 1299 ? new[] { 3, 1 } : [9, 9, 9, 9])];
        using var generator = new FakeGenerator(s_format);

        Assert.Equal(((1299 * 4) + 36) / ((1299 * 2) + 4.0),
            SequenceMetrics.NegativeLogLikelihood(generator, Batch(rows), cancellationToken: TestContext.Current.CancellationToken), 12);
    }

    [Fact]
    public void AnyMetric_NoSequences_SaysSo()
    {
        using var generator = new FakeGenerator(s_format);
        TokenBatch one = Batch([2, 1]);
        Action[] metrics =
        [
            () => SequenceMetrics.Uniqueness(Batch()),
            () => SequenceMetrics.Novelty(Batch(), one),
            () => SequenceMetrics.Novelty(one, Batch()),
            () => SequenceMetrics.Novelty(Batch(), _ => true),
            () => SequenceMetrics.Validity(Batch(), _ => true),
            () => SequenceMetrics.Validity([], _ => true),
            () => SequenceMetrics.LengthDistance(Batch(), one),
            () => SequenceMetrics.LengthDistance(one, Batch()),
            () => SequenceMetrics.MeanLength(Batch()),
            () => SequenceMetrics.MeanLength(default),
            () => SequenceMetrics.EndTokenRate(Batch(), s_format),
            () => SequenceMetrics.NegativeLogLikelihood(generator, Batch()),
            () => SequenceMetrics.NegativeLogLikelihood(generator, Batch([], [])),
            () => SequenceMetrics.Perplexity(generator, Batch()),
            () => SequenceMetrics.Distinct(Batch(), 1),
            () => SequenceMetrics.RepetitionRate(Batch()),
            () => SequenceMetrics.JensenShannonDistance(Batch(), one, 1),
            () => SequenceMetrics.JensenShannonDistance(one, Batch(), 1),
            () => SampleMetrics.Measure(Batch()),
            () => SampleMetrics.Measure(one, reference: Batch()),
        ];

        Assert.All(
            metrics, metric => Assert.Contains("at least 1", Assert.Throws<ArgumentException>(metric).Message, StringComparison.Ordinal));
    }

    [Fact]
    public void Novelty_ByHand_ShareThatIsNoCopy()
    {
        TokenBatch generated = Batch([2, 1], [2, 1], [3, 1], [2, 3, 1]), training = Batch([2, 1], [4, 1]);

        Assert.Equal(0.5, SequenceMetrics.Novelty(generated, training));
        Assert.Equal(0.75, SequenceMetrics.Novelty(generated, sequence => sequence.Length == 3));
    }

    [Fact]
    public void Validity_ByHand_ShareThatObeysTheRule()
    {
        Assert.Equal(0.5, SequenceMetrics.Validity(Batch([2, 2, 1], [2, 3, 1]), sequence => sequence.Span[0] == sequence.Span[1]));
        Assert.Equal(0.75, SequenceMetrics.Validity(["()", "(())", ")(", ""], text => !text.StartsWith(')')));
    }

    [Fact]
    public void LengthDistance_ByHand_EarthMoversShareOfTheLongest()
    {
        TokenBatch generated = Batch([2, 1], [2, 3, 1]), reference = Batch([2, 3, 4, 1], [2, 3, 1]);

        // Half of the sequences must grow from 2 to 4 tokens, of at most 4: 0.5 * 2 / 4.
        Assert.Equal(0.25, SequenceMetrics.LengthDistance(generated, reference), 12);
        Assert.Equal(0.25, SequenceMetrics.LengthDistance(reference, generated), 12);
        Assert.Equal(0, SequenceMetrics.LengthDistance(generated, generated));
        Assert.Equal(0, SequenceMetrics.LengthDistance(Batch([], []), Batch([], [])));
        Assert.Equal(1, SequenceMetrics.LengthDistance(Batch([], []), Batch([2, 3])), 12);
    }

    [Fact]
    public void Perplexity_ByHand_IsTheExponential()
    {
        using var generator = new FakeGenerator(s_format);

        // -ln p is 5 and 1: a mean of 3 nats.
        Assert.Equal(
            Math.Exp(3), SequenceMetrics.Perplexity(generator, Batch([5, 1]), cancellationToken: TestContext.Current.CancellationToken), 9);
    }

    [Fact]
    public void NegativeLogLikelihood_Cancelled_Throws()
    {
        using var generator = new FakeGenerator(s_format);

        Assert.Throws<OperationCanceledException>(() =>
            SequenceMetrics.NegativeLogLikelihood(generator, Batch([2, 1]), cancellationToken: new CancellationToken(canceled: true)));
    }

    private static TokenBatch Batch(params int[][] sequences)
    {
        var buffer = new SequenceBuffer(s_format, sequences.Length);
        for (int row = 0; row < sequences.Length; row++)
            buffer.Set(row, sequences[row]);
        return buffer.AsBatch();
    }
}
