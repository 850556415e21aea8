using SeqGan.Tests.Rewards;

namespace SeqGan.Tests.Selection;

public class SequenceSelectorTests
{
    private static readonly DelegateScorer Length = new("length", s => s.Length);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task SelectAsync_DistinctScores_KeepsTheBestOfAllThatWereDrawn()
    {
        using RecurrentGenerator generator = Generator();
        var hash = new DelegateScorer("hash", s => Batches.Score(generator.Format.Limit(s)));
        SequenceBuffer sampled = generator.Sample(200, seed: 3, temperature: 1.3, Token);
        sampled.LimitRows();
        TokenBatch all = sampled.AsBatch();
        string[] expected =
        [
            .. Enumerable.Range(0, 200).Select(row => (Text: Text(all, row), Score: Batches.Score(all[row]))).DistinctBy(one => one.Text)
                .OrderByDescending(one => one.Score).Take(20).Select(one => one.Text),
        ];

        SelectionResult result = await new SequenceSelector(generator, hash)
            .SelectAsync(20, new SelectionOptions { Oversampling = 10, Seed = 3, Temperature = 1.3 }, Token);

        Assert.Equal(expected, Texts(result));
        Assert.Equal(200, result.Drawn);
        Assert.Equal(result.Scores.OrderDescending(), result.Scores);
        Assert.Equal(Enumerable.Range(0, 20).Select(row => Batches.Score(result.Sequences[row])), result.Scores);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task SelectAsync_OtherChunks_KeepsTheSame(bool keepDuplicates)
    {
        using RecurrentGenerator generator = Generator();
        var selector = new SequenceSelector(generator, Length);
        var options = new SelectionOptions { Seed = 1, KeepDuplicates = keepDuplicates };

        SelectionResult whole = await selector.SelectAsync(30, options, Token);
        SelectionResult cut = await selector.SelectAsync(30, options with { ChunkSize = 7 }, Token);

        Assert.Equal(Texts(whole), Texts(cut));
        Assert.Equal(whole.Effect!.ToString(), cut.Effect!.ToString());
    }

    [Fact]
    public async Task SelectAsync_Ties_KeepsThoseDrawnFirst()
    {
        using RecurrentGenerator generator = Generator();
        var options = new SelectionOptions { Seed = 0, KeepDuplicates = true };

        SelectionResult result = await new SequenceSelector(generator, new DelegateScorer("same", _ => 1)).SelectAsync(5, options, Token);

        SequenceBuffer first = generator.Sample(5, seed: 0, cancellationToken: Token);
        first.LimitRows();
        Assert.Equal(Enumerable.Range(0, 5).Select(row => Text(first.AsBatch(), row)), Texts(result));
    }

    [Fact]
    public async Task SelectAsync_NotApplicable_ComesLast()
    {
        using RecurrentGenerator generator = Generator();
        var odd = new DelegateScorer("odd", s => s.Length % 2 == 1 ? -s.Length : float.NaN);

        SelectionResult result = await new SequenceSelector(generator, odd)
            .SelectAsync(40, new SelectionOptions { Seed = 0, Oversampling = 1, KeepDuplicates = true }, Token);

        int applicable = result.Scores.Count(score => !float.IsNaN(score));
        Assert.InRange(applicable, 1, 39);
        Assert.Equal(40 - applicable, result.NotApplicable);
        Assert.All(result.Scores.Skip(applicable), score => Assert.True(float.IsNaN(score)));
        Assert.Equal(result.Effect!.UnselectedScore, result.Effect.SelectedScore, 6);
    }

    [Fact]
    public async Task SelectAsync_FewDifferentSequences_KeepsFewerUnlessDuplicatesMayStay()
    {
        var format = new SequenceFormat(vocabularySize: 2, maxLength: 2, startToken: 0);
        using var generator = new RecurrentGenerator(format, new GeneratorOptions { EmbeddingSize = 2, HiddenSize = 2 }, seed: 1);
        var selector = new SequenceSelector(generator, Length);

        SelectionResult once = await selector.SelectAsync(50, cancellationToken: Token),
            often = await selector.SelectAsync(50, new SelectionOptions { Seed = 0, KeepDuplicates = true }, Token);

        Assert.Equal((4, 50), (once.Sequences.Count, often.Sequences.Count));
    }

    [Fact]
    public async Task SelectAsync_PrefixAndLabel_AreAskedForInEveryChunk()
    {
        var requests = new List<SampleRequest>();
        using var generator = new RecordingGenerator(Batches.WithEnd, requests);
        var options = new SelectionOptions { Prefix = new[] { 3, 2 }, ChunkSize = 3, Oversampling = 1, MeasureEffect = false };

        await new SequenceSelector(generator, Length) { Label = 1 }.SelectAsync(5, options, Token);

        Assert.Equal([(0, 3), (3, 2)], requests.Select(request => (request.FirstRow, request.Labels.Length)));
        Assert.All(requests, request => Assert.Equal([3, 2], request.Prefix.ToArray()));
        Assert.All(requests, request => Assert.All(request.Labels.ToArray(), label => Assert.Equal(1, label)));
    }

    [Fact]
    public async Task SelectAsync_Effect_ShowsQualityAndDiversitySideBySide()
    {
        using SeqGanTrainer trainer = TinyTraining.Builder().AddReward(Scorers.Length(3, 3, 2, TinyTraining.Corpus.Format), 5).Build();
        await trainer.TrainAsync(cancellationToken: Token);

        SelectionResult result = await trainer.SelectAsync(40, new SelectionOptions { Seed = 2 }, Token);

        SelectionEffect effect = result.Effect!;
        Assert.True(effect.SelectedScore > effect.UnselectedScore + 0.5, effect.ToString());
        Assert.Equal(
            SampleMetrics.Measure(trainer.Sample(result.Sequences.Count, new SamplingOptions { Seed = 2 }).AsBatch(), trainer.Corpus.Format,
                trainer.Corpus.HeldOut, SequenceFingerprints.Of(trainer.Corpus.Training)).ToDictionary(), effect.Unselected.ToDictionary());
        Assert.Equal(1, effect.Selected.Uniqueness);
        Assert.Contains("self_bleu_2", effect.ToString(), StringComparison.Ordinal);
        Assert.Contains("novelty", effect.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task SelectAsync_ScorerBreaksItsContract_IsNamed()
    {
        using RecurrentGenerator generator = Generator();
        var selector = new SequenceSelector(generator, new StubScorer("lazy", (_, _, _) => { }));

        Assert.Equal(
            "lazy", (await Assert.ThrowsAsync<ScorerException>(() => selector.SelectAsync(3, cancellationToken: Token))).ScorerName);
    }

    [Fact]
    public async Task SelectAsync_Cancelled_Throws()
    {
        using RecurrentGenerator generator = Generator();
        using var stop = new CancellationTokenSource();
        var selector = new SequenceSelector(generator, new StubScorer("stops", (_, scores, _) =>
        {
            scores.Span.Fill(1);
            stop.Cancel();
        }));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => selector.SelectAsync(30, new SelectionOptions { ChunkSize = 10 }, stop.Token));
    }

    [Fact]
    public async Task SelectAsync_BadOptions_NamesAll()
    {
        using RecurrentGenerator generator = Generator();
        var selector = new SequenceSelector(generator, Length);

        var error = await Assert.ThrowsAsync<ArgumentException>(
            () => selector.SelectAsync(3, new SelectionOptions { Oversampling = 0, Temperature = -1, ChunkSize = 0 }, Token));

        Assert.Contains("Oversampling is 0; it must be in [1, 10000]. Temperature is -1; it must be positive and finite. ChunkSize is 0",
            error.Message, StringComparison.Ordinal);
        Assert.Contains(
            "2147483647",
            (await Assert.ThrowsAsync<ArgumentException>(() =>
                selector.SelectAsync(1_000_000, new SelectionOptions { Oversampling = 10_000 }, Token))).Message, StringComparison.Ordinal);
        Assert.Equal(0, (await selector.SelectAsync(0, cancellationToken: Token)).Sequences.Count);
    }

    [Fact]
    public async Task SelectAsync_WhileTraining_Throws()
    {
        SeqGanTrainer? trainer = null;
        using (trainer = TinyTraining.Builder()
            .AddObserver(_ => Assert.ThrowsAsync<InvalidOperationException>(() => trainer!.SelectAsync(1)).GetAwaiter().GetResult())
            .Build())
            await trainer.TrainAsync(TrainingPhase.GeneratorPretraining, cancellationToken: Token);
    }

    [Fact]
    public async Task SelectAsync_CorpusWithLabels_DrawsThemInItsProportionsUnlessOneIsAskedFor()
    {
        Corpus corpus = Corpus.FromLabelledLines(
            TinyTraining.Corpus.Decode(TinyTraining.Corpus.Training).Select((text, i) => (text, i % 3 == 0 ? "x" : "y")), new CorpusOptions
            {
                MaxLength = 6,
                HeldOutFraction = 0.1,
            }, Token);
        using SeqGanTrainer trainer = TinyTraining.Builder().UseCorpus(corpus).Build();
        var options = new SelectionOptions { Oversampling = 1, KeepDuplicates = true, Seed = 2, ChunkSize = 7 };

        SelectionResult any = await trainer.SelectAsync(40, options, Token),
            one = await trainer.SelectAsync(40, options with { Label = "y" }, Token);

        Assert.Equal(Labels(trainer.Sample(40, new SamplingOptions { Seed = 2 }, cancellationToken: Token).AsBatch()),
            Labels(any.Sequences));
        Assert.Equal(2, Labels(any.Sequences).Distinct().Count());
        Assert.All(Labels(one.Sequences), label => Assert.Equal(1, label));
        await Assert.ThrowsAsync<ArgumentException>(() => trainer.SelectAsync(3, options with { Label = "z" }, Token));

        static int[] Labels(TokenBatch batch) => [.. batch.Labels.ToArray().Order()];
    }

    [Fact]
    public async Task SelectAsync_AfterResuming_WeighsAsInTheLastRound()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("seqgan-select-");
        SeqGanBuilder Builder() => TinyTraining.Builder().AddReward(Scorers.Length(3, 3), WeightSchedule.Linear(0, 5, 3));
        SelectionResult expected;
        using (SeqGanTrainer trainer = Builder().UseCheckpoints(folder.FullName).Build())
        {
            await trainer.TrainAsync(cancellationToken: Token);
            expected = await trainer.SelectAsync(10, new SelectionOptions { Seed = 0 }, Token);
        }

        using (SeqGanTrainer resumed = Builder().ResumeFrom(folder.FullName).Build())
            Assert.Equal(expected.Scores, (await resumed.SelectAsync(10, new SelectionOptions { Seed = 0 }, Token)).Scores);
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task DisposeAsync_WhileSelecting_CancelsTheSelection()
    {
        var entered = new TaskCompletionSource();
        SeqGanTrainer trainer = TinyTraining.Builder().AddReward(new StubScorer("waits", (_, _, token) =>
        {
            entered.TrySetResult();
            token.WaitHandle.WaitOne(TimeSpan.FromMinutes(5));
            token.ThrowIfCancellationRequested();
        })).Build();
        Task selecting = Task.Run(() => trainer.SelectAsync(3, cancellationToken: Token), Token);
        await entered.Task.WaitAsync(Token);

        await trainer.DisposeAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => selecting);
    }

    private sealed class RecordingGenerator(SequenceFormat format, List<SampleRequest> requests) : IGenerator
    {
        public SequenceFormat Format => format;

        public void Sample(SampleRequest request, SequenceBuffer destination, CancellationToken cancellationToken = default)
        {
            requests.Add(request);
            for (int row = 0; row < destination.Count; row++)
                destination.Set(row, [2]);
        }

        public void LogProbabilities(TokenBatch sequences, Span<float> destination, double temperature = 1,
            ITokenConstraint? constraint = null, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public GeneratorStep Train(
        TokenBatch sequences, ReadOnlySpan<float> weights, GeneratorObjective objective, CancellationToken cancellationToken = default) =>
            throw new NotSupportedException();

        public IRolloutPolicy CreateRolloutPolicy() => throw new NotSupportedException();

        public void Dispose()
        {
        }
    }

    private static RecurrentGenerator Generator() =>
        new(Batches.WithEnd, new GeneratorOptions { EmbeddingSize = 4, HiddenSize = 4 }, seed: 1);

    private static string[] Texts(SelectionResult result) =>
        [.. Enumerable.Range(0, result.Sequences.Count).Select(row => Text(result.Sequences, row))];

    private static string Text(TokenBatch batch, int row) => string.Join(' ', batch[row].ToArray());
}
