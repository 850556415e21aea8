using CsCheck;

namespace SeqGan.Tests;

public class BleuReferencesTests
{
    private static readonly Gen<int[][]> s_sentences = Gen.Int[0, 3].Array[0, 9].Array[2, 8];

    [Fact]
    public void Score_ByHand_GeometricMeanOfClippedSharesWithPenalty()
    {
        var words = new TokenInterner();
        var references = new BleuReferences(words.Intern([Words("the cat sat on the mat")]));
        TokenBatch hypothesis = words.Intern([Words("the the cat sat")]);

        IReadOnlyDictionary<int, double> scores = references.Score(hypothesis[0]);

        // 4 of 4 words, 2 of 3 pairs, 1 of 2 triples ("the cat sat"); 4 words against 6: exp(1 - 6 / 4).
        double penalty = Math.Exp(-0.5);
        Assert.Equal(penalty, scores[1], 12);
        Assert.Equal(penalty * Math.Sqrt(2.0 / 3), scores[2], 12);
        Assert.Equal(penalty * Math.Pow(2.0 / 3 * (1.0 / 2), 1.0 / 3), scores[3], 12);
        Assert.Equal(penalty * Math.Pow(2.0 / 3 * (1.0 / 2) * 0.1, 1.0 / 4), scores[4], 12);
        Assert.Equal(0, references.Score(hypothesis[0], smoothing: false)[4]);
        Assert.Equal(0.4952, scores[2], 4);
    }

    [Fact]
    public void SelfMean_ByHand_LeavesTheSentenceItselfOutAndCopiesIn()
    {
        var set = new BleuReferences(TokenInterner.FromIds([[1, 2, 3], [1, 2, 3], [1, 2, 4]]), maxOrder: 2);

        IReadOnlyDictionary<int, double> scores = set.SelfMean();

        // The copies have each other: 1. The third has 2 of 3 words and 1 of 2 pairs.
        Assert.Equal((1 + 1 + (2.0 / 3)) / 3, scores[1], 12);
        Assert.Equal((1 + 1 + Math.Sqrt(1.0 / 3)) / 3, scores[2], 12);
    }

    [Fact]
    public void Score_EndTokenAndPadding_AreNoPartOfIt()
    {
        var format = new SequenceFormat(10, 4, startToken: 0, endToken: 1, paddingToken: 0);
        var buffer = new SequenceBuffer(format, 2);
        buffer.Set(0, [2, 3, 1]);
        buffer.Set(1, [4, 5, 6, 7]);
        var references = new BleuReferences(buffer.AsBatch(), format, maxOrder: 2);

        Assert.Equal(1, references.Score([2, 3])[2], 12);
        Assert.Equal(1, references.Score([2, 3, 1])[2], 12);
        Assert.Equal(0, references.Score([1])[1]);
    }

    [Fact]
    public void MeanAndSelfMean_RandomSentences_AreTheNaiveOnes() =>
        Gen.Select(s_sentences, s_sentences).Sample((sentences, hypotheses) =>
        {
            var references = new BleuReferences(TokenInterner.FromIds(sentences));
            foreach (bool smoothing in new[] { false, true })
            {
                IReadOnlyDictionary<int, double> bleu = references.Mean(TokenInterner.FromIds(hypotheses), smoothing),
                self = references.SelfMean(smoothing);
                for (int order = 1; order <= 5; order++)
                {
                    Assert.Equal(hypotheses.Average(hypothesis => NaiveBleu.Score(sentences, hypothesis, order, smoothing)),
                        bleu[order], 1e-9);
                    Assert.Equal(
                        sentences.Select((sentence, i) =>
                            NaiveBleu.Score([.. sentences[..i], .. sentences[(i + 1)..]], sentence, order, smoothing)).Average(),
                            self[order], 1e-9);
                }
            }
        }, iter: 200);

    [Fact]
    public void MeanAndSelfMean_AnyNumberOfThreads_GiveTheSameBits()
    {
        var random = new Random(1);
        int[][] Sentences() =>
            [.. Enumerable.Range(0, 300).Select(_ => Enumerable.Range(0, random.Next(1, 15)).Select(_ => random.Next(30)).ToArray())];
        var references = new BleuReferences(TokenInterner.FromIds(Sentences()));
        TokenBatch hypotheses = TokenInterner.FromIds(Sentences());
        CancellationToken cancellation = TestContext.Current.CancellationToken;

        Assert.Equal(references.Mean(hypotheses, maxThreads: 1, cancellationToken: cancellation),
            references.Mean(hypotheses, maxThreads: 7, cancellationToken: cancellation));
        Assert.Equal(references.SelfMean(maxThreads: 1, cancellationToken: cancellation),
            references.SelfMean(maxThreads: 7, cancellationToken: cancellation));
    }

    [Fact]
    public void AnyCall_BadInput_SaysWhatIsValid()
    {
        TokenBatch one = TokenInterner.FromIds([[1, 2]]);
        var references = new BleuReferences(one);

        Assert.Contains("at least 1", Assert.Throws<ArgumentException>(() => new BleuReferences(default)).Message,
            StringComparison.Ordinal);
        Assert.Contains("[1, 16]", Assert.Throws<ArgumentOutOfRangeException>(() => new BleuReferences(one, maxOrder: 0)).Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new BleuReferences(one, maxOrder: 17));
        Assert.Throws<ArgumentException>(() => references.Mean(default));
        Assert.Throws<ArgumentOutOfRangeException>(() => references.Mean(one, maxThreads: -1));
        Assert.Throws<OperationCanceledException>(() => references.Mean(one, cancellationToken: new CancellationToken(canceled: true)));
        Assert.Contains("at least 2", Assert.Throws<InvalidOperationException>(() => references.SelfMean()).Message,
            StringComparison.Ordinal);
    }

    private static string[] Words(string text) => text.Split(' ');
}
