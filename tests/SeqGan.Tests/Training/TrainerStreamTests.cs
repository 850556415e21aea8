namespace SeqGan.Tests.Training;

/// <summary>Streams of the trainer have the sequences of its lists, and leave nothing behind.</summary>
public class TrainerStreamTests
{
    private static readonly SamplingOptions s_seeded = new() { Seed = 7, Temperature = 1.2 };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string> Kinds => ["plain", "top-k", "constraint", "own constraint", "labels", "label", "unknown"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task GenerateAsync_Seeded_GivesTheTextsOfTheList(string kind)
    {
        Corpus corpus = kind.StartsWith("label", StringComparison.Ordinal)
            ? Corpus.FromLabelledLines(
                from letter in "abcdefgh" from label in (string[])["x", "y"] select (letter + label, label),
                new CorpusOptions { MaxLength = 6 })
            : TinyTraining.Corpus;
        SeqGanBuilder builder = TinyTraining.Builder().UseCorpus(corpus);
        if (kind == "own constraint")
            builder.UseConstraint(TokenConstraint.MinimumLength(2, corpus.Format));
        using SeqGanTrainer trainer = builder.Build();
        SamplingOptions options = kind switch
        {
            "top-k" => s_seeded with { TopK = 3 },
            "constraint" => s_seeded with { Constraint = TokenConstraint.MinimumLength(3, corpus.Format) },
            "label" => s_seeded with { Label = "y" },
            "unknown" => s_seeded with { AllowUnknown = true },
            _ => s_seeded,
        };

        var streamed = new List<string>();
        await foreach (string text in trainer.GenerateAsync(600, options, "a", Token))
            streamed.Add(text);

        Assert.Equal(trainer.Generate(600, options, "a", Token), streamed);
        string unknown = corpus.Vocabulary!.GetToken(corpus.Format.UnknownToken!.Value);
        Assert.Equal(kind == "unknown", streamed.Any(text => text.Contains(unknown, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task StreamAsync_GeneratorThatCannotBeCompiled_GivesTheSequencesOfTheList()
    {
        using SeqGanTrainer trainer = new TrainerSetup().Build();

        var streamed = new List<int[]>();
        await foreach (int[] sequence in trainer.StreamAsync(600, s_seeded, cancellationToken: Token))
            streamed.Add(sequence);

        TokenBatch list = trainer.Sample(600, s_seeded, Token).AsBatch();
        Assert.Equal(Enumerable.Range(0, 600).Select(row => list[row].ToArray()), streamed);
    }

    [Fact]
    public async Task StreamAsync_NotReadToItsEnd_LeavesTheTrainerFree()
    {
        using SeqGanTrainer compiled = TinyTraining.Builder().Build();
        using SeqGanTrainer other = new TrainerSetup().Build();
        foreach (SeqGanTrainer trainer in new[] { compiled, other })
        {
            await foreach (int[] _ in trainer.StreamAsync(1_000_000, cancellationToken: Token))
                break;

            // One that nobody disposes.
            IAsyncEnumerator<int[]> abandoned = trainer.StreamAsync(1_000_000, cancellationToken: Token).GetAsyncEnumerator(Token);
            Assert.True(await abandoned.MoveNextAsync());
            IAsyncEnumerable<int[]> never = trainer.StreamAsync(1_000_000, cancellationToken: Token);

            await trainer.TrainAsync(TrainingPhase.GeneratorPretraining, cancellationToken: Token);
            Assert.Equal(3, trainer.Generate(3).Count);
            await abandoned.DisposeAsync();
            await using IAsyncEnumerator<int[]> late = never.GetAsyncEnumerator(Token);
            Assert.True(await late.MoveNextAsync());
        }
    }

    [Fact]
    public async Task StreamAsync_Cancelled_EndsAndLeavesTheTrainerFree()
    {
        using SeqGanTrainer compiled = TinyTraining.Builder().Build();
        using SeqGanTrainer other = new TrainerSetup().Build();
        foreach (SeqGanTrainer trainer in new[] { compiled, other })
        {
            using var cancel = new CancellationTokenSource();
            int read = 0;
            await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
            {
                await foreach (int[] _ in trainer.StreamAsync(10_000_000, cancellationToken: cancel.Token))
                {
                    if (++read == 300)
                        await cancel.CancelAsync();
                }
            });

            Assert.InRange(read, 300, 1_000_000);
            await trainer.TrainAsync(TrainingPhase.GeneratorPretraining, cancellationToken: Token);
        }
    }

    [Fact]
    public async Task StreamAsync_WhileTheGeneratorLearns_GivesTheSequencesOfTheCall()
    {
        using SeqGanTrainer trainer = TinyTraining.Builder().Build();
        IReadOnlyList<string> before = trainer.Generate(600, s_seeded);
        IAsyncEnumerable<string> stream = trainer.GenerateAsync(600, s_seeded, cancellationToken: Token);

        await trainer.TrainAsync(cancellationToken: Token);
        trainer.Dispose();

        var streamed = new List<string>();
        await foreach (string text in stream)
            streamed.Add(text);
        Assert.Equal(before, streamed);
    }

    [Fact]
    public void StreamAsync_WrongArguments_ThrowsAtTheCall()
    {
        using SeqGanTrainer compiled = TinyTraining.Builder().Build();
        using SeqGanTrainer other = new TrainerSetup().Build();
        foreach (SeqGanTrainer trainer in new[] { compiled, other })
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => trainer.StreamAsync(-1));
            Assert.ThrowsAny<ArgumentException>(() => trainer.StreamAsync(1, new SamplingOptions { Temperature = -1 }));
            Assert.ThrowsAny<ArgumentException>(() => trainer.StreamAsync(1, new SamplingOptions { Label = "north" }));
            Assert.ThrowsAny<ArgumentException>(() => trainer.StreamAsync(1, null, new[] { 99 }));
        }

        Assert.Throws<NotSupportedException>(() => other.StreamAsync(1, new SamplingOptions { TopK = 2 }));
        Assert.Throws<ArgumentException>(() => compiled.GenerateAsync(1, null, "?"));
        compiled.Dispose();
        Assert.Throws<ObjectDisposedException>(() => compiled.StreamAsync(1));
    }
}
