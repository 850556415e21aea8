namespace SeqGan.Tests.Rewards;

public class ReadyMadeScorerTests
{
    private static readonly SequenceFormat Words = new(vocabularySize: 10, maxLength: 8, startToken: 0, endToken: 1, paddingToken: 0);
    private static readonly TokenBatch References = Batches.Of(Words, [2, 3, 4, 5, 1], [2, 3, 6, 7, 1], [5, 4, 3, 1]);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Bleu_ManySequences_ScoresAreThoseOfTheReferences(bool smoothing)
    {
        var references = new BleuReferences(References, Words, maxOrder: 3);
        var random = new RandomKey(1, RandomPurpose.User);
        TokenBatch batch = Batches.Of(
            Words, [.. Enumerable.Range(0, 700)
                .Select(row => Enumerable.Range(0, 1 + row % 8).Select(i => 2 + (int)(8 * random.NextUniform(row, 0, i))).ToArray())]);

        float[] scores = await Scorers.Bleu(references, smoothing).ScoreAsync(batch);

        Assert.Equal(Enumerable.Range(0, batch.Count).Select(row => (float)references.Score(batch[row], smoothing)[3]), scores);
        Assert.True(scores.Distinct().Count() > 10);
    }

    [Fact]
    public async Task Bleu_SmallBatches_AllocatesNothingForASequence()
    {
        var scorer = Scorers.Bleu(new BleuReferences(References, Words));
        float[] scores = new float[References.Count];
        await scorer.ScoreAsync(References, scores, TestContext.Current.CancellationToken);
        long before = GC.GetAllocatedBytesForCurrentThread();

        for (int i = 0; i < 100; i++)
            await scorer.ScoreAsync(References, scores, TestContext.Current.CancellationToken);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 99);
    }

    [Fact]
    public async Task Rule_OverTokensAndText_GivesItsScores()
    {
        Batches.AssertEqual([1, 0, 0], await Scorers.FromTokens("long", tokens => tokens.Length > 4 ? 1 : 0).ScoreAsync(Batches.Ragged));
        ISequenceScorer text = Scorers.FromText("two", text => text == "4 1" ? 1 : 0, tokens => string.Join(' ', tokens.ToArray()));
        Batches.AssertEqual([0, 1, 0], await text.ScoreAsync(Batches.Ragged));
    }

    [Theory]
    [InlineData(3, 3, 1, new float[] { 0, 0, 1 })]
    [InlineData(3, 3, 4, new[] { 0.25f, 0.5f, 1 })]
    [InlineData(1, 5, 2, new[] { 0.5f, 1, 1 })]
    public async Task Length_OutsideTheRange_FallsToZero(int minimum, int maximum, int tolerance, float[] expected) =>
        Assert.Equal(expected, await Scorers.Length(minimum, maximum, tolerance, Batches.WithEnd).ScoreAsync(Batches.Ragged));

    [Fact]
    public async Task Novelty_KnownSequences_IsZero()
    {
        Batches.AssertEqual([1, 0, 1], await Scorers.Novelty(Batches.Of(Batches.WithEnd, [4, 1], [3, 3, 2])).ScoreAsync(Batches.Ragged));
        Batches.AssertEqual([1, 0, 1],
            await Scorers.Novelty(SequenceFingerprints.Of(Batches.Ragged[1..2]).Contains).ScoreAsync(Batches.Ragged));
    }

    [Theory]
    [InlineData(1, new[] { 0.5f, 1, 2 / 3f })]
    [InlineData(2, new[] { 3 / 5f, 1, 1 })]
    [InlineData(4, new float[] { 1, 1, 1 })]
    public async Task Repetition_RepeatedNGrams_IsTheShareOfDifferentOnes(int order, float[] expected) =>
        Assert.Equal(expected, await Scorers.Repetition(order, Batches.WithEnd).ScoreAsync(Batches.Ragged));

    [Fact]
    public async Task Typicality_OneOrder_IsTheDistanceFromTheEntropy()
    {
        // Counts 3, 1 of 4 tokens of a vocabulary of 5: probabilities (3 + 1/5) / 5 and (1 + 1/5) / 5.
        var scorer = (NGramTypicalityScorer)Scorers.NGramTypicality(
            Batches.Of(Batches.WithEnd, [2, 2, 1], [2, 3, 1]), Batches.WithEnd, order: 1);
        double common = -Math.Log(3.2 / 5), rare = -Math.Log(1.2 / 5), unseen = -Math.Log(0.2 / 5), entropy = (3 * common + rare) / 4;

        float[] scores = await scorer.ScoreAsync(Batches.Of(Batches.WithEnd, [2, 1], [3, 3], [4, 2, 1], [1]));

        Assert.Equal(entropy, scorer.Entropy, 12);
        Assert.Equal([(float)Math.Exp(common - entropy), (float)Math.Exp(entropy - rare), (float)Math.Exp(entropy - (unseen + common) / 2),
            float.NaN], scores);
    }

    [Fact]
    public async Task Typicality_LongerNGrams_PrefersTheCorpusOrder()
    {
        var scorer = Scorers.NGramTypicality(References, Words, order: 3);

        float[] scores = await scorer.ScoreAsync(Batches.Of(Words, [2, 3, 4, 5, 1], [5, 3, 2, 4, 1], [9, 9, 9, 8, 1]));

        Assert.All(scores, score => Assert.InRange(score, 0.01, 1));
        Assert.True(scores[0] > scores[1] && scores[1] > scores[2], string.Join(' ', scores));
    }

    [Fact]
    public async Task ReadyMade_OneByOneOrTogether_ScoresAreTheSame()
    {
        ISequenceScorer[] scorers =
        [
            Scorers.Bleu(new BleuReferences(References, Words)), Scorers.Length(2, 3, 2, Words), Scorers.Novelty(References),
            Scorers.Repetition(2, Words), Scorers.NGramTypicality(References, Words),
            Scorers.FromTokens("two", tokens => tokens.Contains(2) ? 1 : 0),
        ];
        TokenBatch batch = Batches.Of(Words, [2, 3, 2, 3, 1], [5], [2, 3, 4, 5, 1], [9, 8, 7, 6, 5, 4, 3, 2]);
        foreach (ISequenceScorer scorer in scorers)
        {
            float[] together = await scorer.ScoreAsync(batch);

            for (int row = 0; row < batch.Count; row++)
                Assert.Equal(together[row], (await scorer.ScoreAsync(batch.Slice(row, 1)))[0]);
            await scorer.ScoreAsync(batch[..0]);
        }
    }

    [Fact]
    public void Constructors_BadArguments_NameTheValue()
    {
        Assert.Contains("17", Assert.Throws<ArgumentOutOfRangeException>(() => Scorers.Repetition(17)).Message, StringComparison.Ordinal);
        Assert.Contains("0", Assert.Throws<ArgumentOutOfRangeException>(() => Scorers.NGramTypicality(References, Words, 0)).Message,
            StringComparison.Ordinal);
        Assert.Contains("0 sequences", Assert.Throws<ArgumentException>(() => Scorers.NGramTypicality(References[..0], Words)).Message,
            StringComparison.Ordinal);
        Assert.Contains("'2'", Assert.Throws<ArgumentOutOfRangeException>(() => Scorers.Length(3, 2)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Scorers.FromTokens(" ", _ => 1));
    }
}
