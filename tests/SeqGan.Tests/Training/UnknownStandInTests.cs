using System.Globalization;
using Xunit;

namespace SeqGan.Tests.Training;

/// <summary>Rare tokens stand in for the unknown token, which a generator so learns; it still generates none.</summary>
public sealed class UnknownStandInTests
{
    private const int Unknown = Vocabulary.UnknownId;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Of_TokensThatOccurOnce_AsManyStandIn()
    {
        // 3 and 4 occur once, 5 twice, 6 six times: two are wanted, and two of 1 + 1 + 2 are half.
        UnknownStandIns standIns = Find(Format(7), [3, 5, 6, 6, 6, 1], [4, 5, 6, 6, 6, 1])!;
        Assert.Equal(0.5, standIns.Probability);

        int[] counts = new int[7];
        for (int row = 0; row < 10_000; row++)
        {
            int[] sequence = [3, 4, 5, 5, 6, 1];
            standIns.Replace(sequence, new RandomKey(1, RandomPurpose.UnknownTokens), row);
            for (int i = 0; i < 6; i++)
                counts[((int[])[3, 4, 5, 5, 6, 1])[i]] += sequence[i] == Unknown ? 1 : 0;
        }

        Assert.InRange(counts[3], 4800, 5200);
        Assert.InRange(counts[4], 4800, 5200);
        Assert.InRange(counts[5], 9600, 10_400);
        Assert.Equal((0, 0), (counts[6], counts[1]));
    }

    [Fact]
    public void Of_ManyTokensThatOccurTwice_EachStandsInLessOften()
    {
        // One occurs once and four twice: one of nine occurrences.
        UnknownStandIns standIns = Find(Format(9), [3, 4, 5, 6, 7, 1], [4, 5, 6, 7, 1])!;

        Assert.Equal(1 / 9.0, standIns.Probability, 1e-12);
    }

    [Fact]
    public void Of_FewRareTokens_LeavesHalfOfThemAndAllFrequentOnes()
    {
        int[] common = [5, 5, 5, 5, 5, 5];
        UnknownStandIns standIns = Find(Format(6), [3, .. common], [4, .. common])!;

        int[] sequence = [.. common];
        for (int row = 0; row < 1000; row++)
            standIns.Replace(sequence, new RandomKey(1, RandomPurpose.UnknownTokens), row);
        Assert.Equal(common, sequence);
        Assert.Equal(0.5, standIns.Probability);
    }

    [Fact]
    public void Of_NothingToLearn_IsNull()
    {
        Assert.Null(Find(new SequenceFormat(7, 6, 0, 1, 0), [3, 1]));
        Assert.Null(Find(Format(7), [3, 3, 4, 4, 1]));
        // Two tokens occur once, and as many unknown ones are there already.
        Assert.Null(Find(Format(7), [3, 2, 4, 2, 1]));
        Assert.NotNull(Find(Format(7), [3, 2, 4, 1]));
    }

    [Fact]
    public async Task TrainAsync_RareTokens_GeneratorKnowsHowOftenUnknownOnesOccur()
    {
        Corpus corpus = Words(600, rare: "seen");
        double once = CountOnce(corpus) / (double)TokensWithoutEnd(corpus.Training);
        TokenBatch unseen = Corpus.FromLines(
            Lines(400, rare: "new", seed: 9), new CorpusOptions
            {
                Tokenizer = Tokenizer.Whitespace, Vocabulary = corpus.Vocabulary, MaxLength = corpus.Format.MaxLengthWithoutEnd,
                HeldOutFraction = 0,
                RemoveDuplicates = false,
            }, Token).Training;
        using SeqGanTrainer trainer = Trainer(corpus);

        await trainer.TrainAsync(TrainingPhase.GeneratorPretraining, cancellationToken: Token);

        // The words are independent, so that nothing can predict them better than their shares.
        double all = SequenceMetrics.NegativeLogLikelihood(trainer.Generator, unseen, cancellationToken: Token);
        double known = SequenceMetrics.NegativeLogLikelihood(trainer.Generator, unseen, knownTokensOnly: true, cancellationToken: Token);
        int unknowns = Enumerable.Range(0, unseen.Count).Sum(row => unseen[row].Count(Unknown));
        double ofUnknown = ((all * unseen.TokenCount) - (known * (unseen.TokenCount - unknowns))) / unknowns;
        Assert.InRange(once, 0.02, 0.08);
        Assert.InRange(unknowns, 50, 400);
        Assert.InRange(ofUnknown, -Math.Log(once) - 0.6, -Math.Log(once) + 0.6);
        TokenBatch made = trainer.Generator.Sample(20_000, seed: 1, temperature: 1.3).AsBatch();
        Assert.False(made.Tokens.Span.Contains(Unknown));
        Assert.DoesNotContain(trainer.Generate(2000, new SamplingOptions { Seed = 1, Temperature = 1.3 }),
            text => text.Contains("<unknown>", StringComparison.Ordinal));
    }

    [Fact]
    public async Task TrainAsync_WholeTrainingOnUnknownTokens_GeneratesNone()
    {
        Corpus corpus = Corpus.FromLines(Lines(120, rare: "seen", seed: 1), new CorpusOptions
        {
            Tokenizer = Tokenizer.Whitespace, MinimumTokenCount = 3, RemoveDuplicates = false,
        }, Token);
        Assert.True(corpus.Training.Tokens.Span.Contains(Unknown));
        Assert.False(corpus.KnownTraining.Tokens.Span.Contains(Unknown));
        Assert.InRange(corpus.KnownTraining.Count, 1, corpus.Training.Count - 1);
        SeqGanBuilder builder = TinyTraining.Shrink(new SeqGanBuilder()).UseCorpus(corpus).UseSeed(2).Configure(options =>
        {
            (options.PolicyGradient.KlCoefficient, options.PolicyGradient.EntropyBonus, options.PolicyGradient.Passes) = (0.1, 0.01, 2);
            options.Training.ScheduledSampling = ScheduledSampling.Linear;
            options.Training.GeneratorPretrainingEpochs = 2;
        });
        using SeqGanTrainer trainer = builder.AddTokenReward("no unknown", 1, tokens =>
        {
            Assert.False(tokens.Contains(Unknown));
            return 0.5;
        }).Build();

        TrainingResult result = await trainer.TrainAsync(cancellationToken: Token);

        Assert.Equal(0, result.Progress!.StepsNotFinite);
        Assert.True(double.IsFinite(result.Progress.Kl!.Value));
        Assert.False(trainer.Generator.Sample(5000, seed: 1, temperature: 1.3).AsBatch().Tokens.Span.Contains(Unknown));
    }

    [Fact]
    public async Task ResumeFrom_WithinAnEpochWithStandIns_GivesWhatTheUndisturbedTrainingGives()
    {
        Corpus corpus = Words(60, rare: "seen");
        Assert.NotNull(UnknownStandIns.Of(corpus.Training, corpus.Format));
        using var undisturbed = new ResumeSetup { Data = corpus };
        using SeqGanTrainer trainer = undisturbed.Builder().Build();
        await trainer.TrainAsync(cancellationToken: Token);
        string expected = undisturbed.Digest(trainer);

        foreach (long step in (long[])[2, 9, 13])
        {
            using var setup = new ResumeSetup { Data = corpus };
            using (var cancellation = new CancellationTokenSource())
            using (SeqGanTrainer cancelled = setup.Builder(progress => Cancel(progress, step, cancellation))
                .ResumeFrom(setup.Checkpoints).Build())
            {
                await Assert.ThrowsAnyAsync<OperationCanceledException>(
                    () => cancelled.TrainAsync(cancellationToken: cancellation.Token));
            }

            using SeqGanTrainer resumed = setup.Builder().ResumeFrom(setup.Checkpoints).Build();
            await resumed.TrainAsync(cancellationToken: Token);
            Assert.Equal(expected, setup.Digest(resumed));
        }

        static void Cancel(TrainingProgress progress, long step, CancellationTokenSource cancellation)
        {
            if (progress.Step >= step)
                cancellation.Cancel();
        }
    }

    private static SequenceFormat Format(int vocabularySize) => new(vocabularySize, 8, 0, endToken: 1, paddingToken: 0, unknownToken: 2);

    private static UnknownStandIns? Find(SequenceFormat format, params int[][] sequences)
    {
        var buffer = new SequenceBuffer(format, sequences.Length);
        for (int row = 0; row < sequences.Length; row++)
            buffer.Set(row, sequences[row]);
        return UnknownStandIns.Of(buffer.AsBatch(), format);
    }

    // Ten words, and now and then one of many rare ones.
    private static IEnumerable<string> Lines(int count, string rare, ulong seed)
    {
        var key = new RandomKey(seed, RandomPurpose.User);
        return Enumerable.Range(0, count).Select(line => string.Join(' ', Enumerable.Range(0, 6).Select(place =>
            key.NextUniform(line, 0, place) < 0.08
                ? string.Create(CultureInfo.InvariantCulture, $"{rare}{(int)(key.NextUniform(line, 1, place) * count * 2 / 3)}")
                : string.Create(CultureInfo.InvariantCulture, $"w{(int)(key.NextUniform(line, 2, place) * 10)}"))));
    }

    private static Corpus Words(int count, string rare) => Corpus.FromLines(
        Lines(count, rare, seed: 1), new CorpusOptions { Tokenizer = Tokenizer.Whitespace, RemoveDuplicates = false }, Token);

    private static int CountOnce(Corpus corpus)
    {
        IEnumerable<int> tokens = Enumerable.Range(0, corpus.Training.Count).SelectMany(row => corpus.Training[row].ToArray());
        return tokens.CountBy(token => token).Count(token => token.Value == 1);
    }

    private static int TokensWithoutEnd(TokenBatch batch) => batch.TokenCount - batch.Count;

    private static SeqGanTrainer Trainer(Corpus corpus) => TinyTraining.Shrink(new SeqGanBuilder()).UseCorpus(corpus).UseSeed(1)
        .Configure(options =>
        {
            (options.Training.BatchSize, options.Training.GeneratorPretrainingEpochs) = (16, 12);
            options.Generator.LearningRate = 0.02;
        })
        .Build();
}
