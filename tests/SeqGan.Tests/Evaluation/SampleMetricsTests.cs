namespace SeqGan.Tests;

public class SampleMetricsTests
{
    private static readonly SequenceFormat s_format = new(vocabularySize: 10, maxLength: 4, startToken: 0, endToken: 1, paddingToken: 0);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void Measure_ByHand_EveryFigure()
    {
        TokenBatch generated = TokenInterner.FromIds([[2, 3, 1], [2, 3, 1], [2, 2, 2, 2]]);
        TokenBatch reference = TokenInterner.FromIds([[2, 3, 1]]), training = TokenInterner.FromIds([[2, 2, 2, 2]]);

        SampleMetrics metrics = SampleMetrics.Measure(
            generated, s_format, reference, SequenceFingerprints.Of(training), smoothing: false, cancellationToken: Cancellation);

        // Of the third sequence 1 of 4 words is in the reference, and no pair; the first two have each other.
        Assert.Equal(2.0 / 3, metrics.Bleu![2], 12);
        Assert.Equal(2.0 / 3, metrics.SelfBleu![2], 12);
        Assert.Equal(0, metrics.Bleu[5]);
        Assert.Equal(2.0 / 8, metrics.Distinct[1], 12);
        Assert.Equal(2.0 / 5, metrics.Distinct[2], 12);
        Assert.Equal(SequenceMetrics.JensenShannonDistance(generated, reference, 2, s_format), metrics.JensenShannon);
        Assert.Equal(1.0 / 3 / 4, metrics.LengthDistance!.Value, 12);
        Assert.Equal(2.0 / 3, metrics.Uniqueness, 12);
        Assert.Equal(2.0 / 3, metrics.Novelty!.Value, 12);
        Assert.Equal(2.0 / 3, metrics.EndTokenRate!.Value, 12);
        Assert.Equal(0, metrics.RepetitionRate);
        Assert.Equal(10.0 / 3, metrics.MeanLength, 12);
    }

    [Fact]
    public void ToDictionary_AllMeasured_HasTheNamesOfTheConstants()
    {
        TokenBatch sequences = TokenInterner.FromIds([[2, 3, 1], [2, 2, 1]]);

        IReadOnlyDictionary<string, double> all = SampleMetrics.Measure(sequences, s_format, sequences, SequenceFingerprints.Of(sequences),
            cancellationToken: Cancellation).ToDictionary();

        string[] likelihoods =
            [EvaluationMetricNames.NllTest, EvaluationMetricNames.NllTestKnown, EvaluationMetricNames.NllOracle];
        Assert.Equal(
            typeof(EvaluationMetricNames).GetFields().Select(field => (string)field.GetRawConstantValue()!).Except(likelihoods)
                .Order(StringComparer.Ordinal),
            all.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Measure_SequencesAlone_LeavesOutWhatNeedsMore()
    {
        SampleMetrics metrics = SampleMetrics.Measure(TokenInterner.FromIds([[2, 3]]), cancellationToken: Cancellation);

        Assert.Equal(
            ["distinct_1", "distinct_2", "distinct_3", "distinct_4", "uniqueness", "repetition_rate", "mean_length"],
            metrics.ToDictionary().Keys);
    }

    [Fact]
    public async Task Quality_Corpus_MeasuresAgainstItsHeldOutSequences()
    {
        Corpus corpus = Corpus.FromTokens([[3, 1]], [[6, 7, 8, 9]], s_format);
        using var generator = new FakeGenerator(s_format, [3, 1], [6, 7, 8, 9]);

        var metrics = await Evaluators.Quality(corpus, count: 8).EvaluateAsync(generator, Cancellation);

        Assert.Equal(0.5, metrics["bleu_4"], 12);
        Assert.Equal(0.5, metrics["novelty"], 12);
        Assert.Equal(0.5, metrics["end_token_rate"], 12);
    }

    [Fact]
    public async Task Quality_NothingHeldOut_LeavesBleuOut()
    {
        Corpus corpus = Corpus.FromTokens([[3, 1]], [], s_format);
        using var generator = new FakeGenerator(s_format, [3, 1]);

        var metrics = await Evaluators.Quality(corpus, count: 2).EvaluateAsync(generator, Cancellation);

        Assert.DoesNotContain("bleu_2", metrics.Keys);
        Assert.Equal(0.5, metrics["uniqueness"]);
        Assert.Throws<ArgumentOutOfRangeException>(() => Evaluators.Quality(corpus, 0));
    }

    // Against "5 ? 6" and "5 6 7", where ? is unknown: "5 ? 6" has 2 of 3 words and no pair, and its copy is none.
    [Fact]
    public void Measure_UnknownToken_MatchesNothingOfTheReferences()
    {
        TokenBatch reference = TokenInterner.FromIds([[5, 2, 6, 1], [5, 6, 7, 1]]),
        generated = TokenInterner.FromIds([[5, 2, 6, 1], [5, 2, 6, 1]]);

        SampleMetrics metrics = SampleMetrics.Measure(
            generated, s_format, reference, SequenceFingerprints.Of(reference), false, Vocabulary.UnknownId, Cancellation);
        SampleMetrics asIds = SampleMetrics.Measure(
            generated, s_format, reference, SequenceFingerprints.Of(reference), smoothing: false, cancellationToken: Cancellation);

        Assert.Equal((0, 1), (metrics.Bleu![2], asIds.Bleu![2]));
        Assert.Equal(1, metrics.JensenShannon);
        Assert.InRange(asIds.JensenShannon!.Value, 0.1, 0.9);
        Assert.Equal((1.0, 0.0), (metrics.Novelty, asIds.Novelty));
        // What a generator repeats is repeated, whatever it means.
        Assert.Equal((1, 1), (metrics.SelfBleu![2], asIds.SelfBleu![2]));
        Assert.Equal(0.5, metrics.Uniqueness);
    }

    [Fact]
    public async Task Quality_CorpusWithRareTokens_TakesNoUnknownOneForAMatch()
    {
        Corpus corpus = Corpus.FromLines(
            Enumerable.Range(0, 40).Select(i => $"{(i % 2 == 0 ? "the" : "a")} {(char)('A' + i)} {(i % 4 < 2 ? "sat" : "ran")}"),
            new CorpusOptions { Tokenizer = Tokenizer.Whitespace, MinimumTokenCount = 2, HeldOutFraction = 0.5, RemoveDuplicates = false });
        using var generator = new FakeGenerator(
            corpus.Format, [.. from first in (string[])["the", "a"] from last in (string[])["sat", "ran"]
                select (int[])[.. corpus.Encode($"{first} ? {last}")]]);

        var metrics = await Evaluators.Quality(corpus, count: 4).EvaluateAsync(generator, Cancellation);

        Assert.InRange(metrics["bleu_2"], 0, 0.5);
        Assert.Equal(1, metrics["novelty"]);
    }
}
