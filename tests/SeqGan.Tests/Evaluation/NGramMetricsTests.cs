namespace SeqGan.Tests;

public class NGramMetricsTests
{
    private static readonly SequenceFormat s_format = new(vocabularySize: 20, maxLength: 8, startToken: 0, endToken: 1, paddingToken: 0);

    [Fact]
    public void Distinct_ByHand_DifferentAmongAll()
    {
        TokenBatch sequences = TokenInterner.FromIds([[2, 3, 2, 3], [2, 3]]);

        Assert.Equal(2.0 / 6, SequenceMetrics.Distinct(sequences, 1), 12);
        Assert.Equal(2.0 / 4, SequenceMetrics.Distinct(sequences, 2), 12);
        Assert.Equal(1, SequenceMetrics.Distinct(sequences, 4));
        Assert.Equal(0, SequenceMetrics.Distinct(sequences, 5));
    }

    [Fact]
    public void JensenShannonDistance_ByHand_RootOfTheDivergenceInBits()
    {
        // Shares (1, 0) and (1/2, 1/2); the mean is (3/4, 1/4).
        double expected = Math.Sqrt((Math.Log2(4.0 / 3) + (0.5 * Math.Log2(2.0 / 3)) + (0.5 * Math.Log2(2))) / 2);
        TokenBatch one = TokenInterner.FromIds([[2, 2]]), other = TokenInterner.FromIds([[2, 3]]);

        Assert.Equal(expected, SequenceMetrics.JensenShannonDistance(one, other, 1), 12);
        Assert.Equal(expected, SequenceMetrics.JensenShannonDistance(other, one, 1), 12);
        Assert.Equal(0.5579, expected, 4);
        Assert.Equal(0, SequenceMetrics.JensenShannonDistance(one, one, 1));
        Assert.Equal(1, SequenceMetrics.JensenShannonDistance(one, other, 2));
        Assert.Equal(1, SequenceMetrics.JensenShannonDistance(TokenInterner.FromIds([[2]]), other, 2));
        Assert.Equal(0, SequenceMetrics.JensenShannonDistance(one, other, 3));
    }

    [Fact]
    public void RepetitionRate_ByHand_MeanOfTheSequences()
    {
        // Six tokens have three 4-grams, all of the same token: 1 - 1/3. The other sequence repeats none, the short one has none.
        Assert.Equal((2.0 / 3) / 3, SequenceMetrics.RepetitionRate(TokenInterner.FromIds([[2, 2, 2, 2, 2, 2], [2, 3, 4, 5, 6], [2]])), 12);
        Assert.Equal(0.5, SequenceMetrics.RepetitionRate(TokenInterner.FromIds([[2, 3, 2, 3]]), order: 1), 12);
    }

    [Fact]
    public void AnyMetric_EndToken_IsNoPartOfAnNGram()
    {
        TokenBatch ended = TokenInterner.FromIds([[2, 2, 1]]), cut = TokenInterner.FromIds([[2, 2]]);

        Assert.Equal(SequenceMetrics.Distinct(cut, 1), SequenceMetrics.Distinct(ended, 1, s_format));
        Assert.Equal(SequenceMetrics.RepetitionRate(cut, 1), SequenceMetrics.RepetitionRate(ended, 1, s_format));
        Assert.Equal(0, SequenceMetrics.JensenShannonDistance(ended, cut, 1, s_format));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(17)]
    public void AnyMetric_OrderOutOfRange_NamesTheRange(int order)
    {
        TokenBatch sequences = TokenInterner.FromIds([[2, 2]]);

        Assert.All(
            new Action[]
            {
                () => SequenceMetrics.Distinct(sequences, order),
                () => SequenceMetrics.RepetitionRate(sequences, order),
                () => SequenceMetrics.JensenShannonDistance(sequences, sequences, order),
            },
            metric => Assert.Contains("[1, 16]", Assert.Throws<ArgumentOutOfRangeException>(metric).Message, StringComparison.Ordinal));
    }
}
