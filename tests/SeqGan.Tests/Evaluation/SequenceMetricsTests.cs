using Xunit;

namespace SeqGan.Tests;

public class SequenceMetricsTests
{
    private static readonly SequenceFormat s_format = new(vocabularySize: 10, maxLength: 4, startToken: 0, endToken: 1, paddingToken: 0);

    [Fact]
    public void NegativeLogLikelihood_OfSureTokens_IsZeroAndNotMinusZero()
    {
        using var generator = new RecurrentGenerator(new SequenceFormat(1, 3));

        double nll = SequenceMetrics.NegativeLogLikelihood(generator, generator.Sample(2, 1).AsBatch(), cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(0, nll);
        Assert.False(double.IsNegative(nll));
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
        Assert.Equal(3.5, SequenceMetrics.NegativeLogLikelihood(generator, Batch([5, 1], [2, 3, 4, 6]), cancellationToken: TestContext.Current.CancellationToken), 12);
    }

    [Fact]
    public void NegativeLogLikelihood_MoreRowsThanAChunk_MeasuresAll()
    {
        int[][] rows = [.. Enumerable.Range(0, 1300).Select(i => i < 1299 ? new[] { 3, 1 } : [9, 9, 9, 9])];
        using var generator = new FakeGenerator(s_format);

        Assert.Equal(((1299 * 4) + 36) / ((1299 * 2) + 4.0), SequenceMetrics.NegativeLogLikelihood(generator, Batch(rows), cancellationToken: TestContext.Current.CancellationToken), 12);
    }

    [Fact]
    public void AnyMetric_NoSequences_IsNaN()
    {
        using var generator = new FakeGenerator(s_format);

        Assert.Equal(double.NaN, SequenceMetrics.Uniqueness(Batch()));
        Assert.Equal(double.NaN, SequenceMetrics.Novelty(Batch(), Batch([2, 1])));
        Assert.Equal(double.NaN, SequenceMetrics.MeanLength(Batch()));
        Assert.Equal(double.NaN, SequenceMetrics.EndTokenRate(Batch(), s_format));
        Assert.Equal(double.NaN, SequenceMetrics.NegativeLogLikelihood(generator, Batch(), cancellationToken: TestContext.Current.CancellationToken));
        Assert.Equal(double.NaN, SequenceMetrics.MeanLength(default));
    }

    [Fact]
    public void NegativeLogLikelihood_Cancelled_Throws()
    {
        using var generator = new FakeGenerator(s_format);

        Assert.Throws<OperationCanceledException>(() => SequenceMetrics.NegativeLogLikelihood(generator, Batch([2, 1]), cancellationToken: new CancellationToken(canceled: true)));
    }

    private static TokenBatch Batch(params int[][] sequences)
    {
        var buffer = new SequenceBuffer(s_format, sequences.Length);
        for (int row = 0; row < sequences.Length; row++)
            buffer.Set(row, sequences[row]);
        return buffer.AsBatch();
    }
}
