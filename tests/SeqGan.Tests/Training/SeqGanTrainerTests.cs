using System.Globalization;
using Microsoft.Extensions.Options;
using SeqGan.Tests.Checkpoints;
using Xunit;

namespace SeqGan.Tests.Training;

/// <summary>The order of the algorithm's steps, and what each is fed.</summary>
public class SeqGanTrainerTests
{
    private static readonly string[] Mle = ["mle", "mle"];
    private static readonly string[] DiscriminatorRound = ["D", "D", "D", "D"];

    [Fact]
    public async Task TrainAsync_TakesTurnsAsThePaper()
    {
        var setup = new TrainerSetup();
        using SeqGanTrainer trainer = setup.Build();

        TrainingResult result = await trainer.TrainAsync(cancellationToken: TestContext.Current.CancellationToken);

        List<string> expected = [.. Mle, .. Mle];
        for (int negatives = 1; negatives <= 2; negatives++)
            expected.AddRange([$"sample NegativeSampling {negatives}", .. DiscriminatorRound]);
        expected.Add("beta = theta");
        for (int round = 0; round < 3; round++)
        {
            for (int step = 1; step <= 2; step++)
                expected.AddRange([$"sample Sampling {2 * round + step}", $"reward Rollout {2 * round + step}", "pg", "beta"]);
            expected.AddRange([$"sample NegativeSampling {round + 3}", .. DiscriminatorRound]);
        }

        Assert.Equal(expected, setup.Events);
        Assert.Equal(4 + 8 + 3 * (2 + 4), result.Steps);
    }

    [Theory]
    [InlineData(TrainingPhase.None, 0, 0, 0)]
    [InlineData(TrainingPhase.GeneratorPretraining, 4, 0, 0)]
    [InlineData(TrainingPhase.DiscriminatorPretraining, 0, 8, 0)]
    [InlineData(TrainingPhase.Adversarial, 0, 12, 6)]
    [InlineData(TrainingPhase.GeneratorPretraining | TrainingPhase.Adversarial, 4, 12, 6)]
    public async Task TrainAsync_OfSomePhases_RunsThemAlone(TrainingPhase phases, int mle, int discriminator, int policyGradient)
    {
        var setup = new TrainerSetup();
        using SeqGanTrainer trainer = setup.Build();

        TrainingResult result = await trainer.RunAsync(phases);

        Assert.Equal((mle, discriminator, policyGradient),
            (setup.Events.Count(e => e == "mle"), setup.Events.Count(e => e == "D"), setup.Events.Count(e => e == "pg")));
        Assert.Equal(mle + discriminator + policyGradient, result.Steps);
        Assert.Equal(phases == TrainingPhase.None, result.Progress is null);
    }

    [Fact]
    public void TrainAsync_OfUnknownPhase_Throws()
    {
        using SeqGanTrainer trainer = new TrainerSetup().Build();

        Assert.Throws<ArgumentOutOfRangeException>(() => { _ = trainer.RunAsync((TrainingPhase)8); });
    }

    [Fact]
    public async Task TrainAsync_WithZeroRounds_SkipsThePhases()
    {
        var setup = new TrainerSetup();
        setup.Options.GeneratorPretrainingEpochs = setup.Options.DiscriminatorPretrainingRounds = setup.Options.AdversarialRounds = 0;
        using SeqGanTrainer trainer = setup.Build();

        await trainer.RunAsync();

        Assert.Empty(setup.Events);
    }

    [Fact]
    public async Task TrainAsync_GivesTheGeneratorWeightOneThenItsAdvantages()
    {
        var setup = new TrainerSetup();
        using SeqGanTrainer trainer = setup.Build(baseline: RewardBaseline.BatchMean);

        await trainer.RunAsync();

        Assert.All(setup.Generator.Fed.Where(fed => fed.StartsWith("Max", StringComparison.Ordinal)),
            fed => Assert.All(Numbers(fed, 1), weight => Assert.Equal(1, weight)));
        foreach (string fed in setup.Generator.Fed.Where(fed => fed.StartsWith("Pol", StringComparison.Ordinal)))
        {
            float[] rewards = [.. Numbers(fed, 0).Select(token => token / 10)];
            float[] advantages = Numbers(fed, 1);
            for (int i = 0; i < rewards.Length; i++)
                Assert.Equal(rewards[i] - Enumerable.Range(0, 4).Average(row => rewards[4 * row + i % 4]), advantages[i], 1e-6f);
        }
    }

    [Fact]
    public async Task TrainAsync_GivesTheDiscriminatorHalfRealHalfFreshSequences()
    {
        var setup = new TrainerSetup();
        using SeqGanTrainer trainer = setup.Build();

        await trainer.RunAsync(TrainingPhase.DiscriminatorPretraining);

        // 4 negatives and 8 positives: two epochs over the negatives see every positive once.
        foreach (string[] round in setup.Discriminator.Fed.Chunk(4))
        {
            string[] real = [.. round.SelectMany(fed => fed.Split(" | ")[0].Split(' ').Chunk(4).Select(row => string.Join(' ', row)))];
            Assert.Equal(8, real.Distinct().Count());
            Assert.All(real, row => Assert.StartsWith("5 ", row, StringComparison.Ordinal));
            string[] generated = [.. round.SelectMany(fed => fed.Split(" | ")[1].Split(' ').Chunk(4).Select(row => string.Join(' ', row)))];
            Assert.Equal(generated[..4].Order(), generated[4..].Order());
        }
    }

    [Fact]
    public async Task TrainAsync_WithSeveralDiscriminatorRounds_TrainsAllEpochsOfEachOnFreshSequences()
    {
        var setup = new TrainerSetup();
        setup.Options.DiscriminatorRoundsPerRound = 3;
        using SeqGanTrainer trainer = setup.Build();

        await trainer.RunAsync(TrainingPhase.Adversarial);

        // In each of 3 rounds 3 times 2 epochs of 2 batches.
        Assert.Equal(3 * 3 * 2 * 2, setup.Events.Count(e => e == "D"));
        Assert.Equal(
            Enumerable.Range(1, 3 * 3).Select(number => $"sample NegativeSampling {number}"),
            setup.Events.Where(e => e.StartsWith("sample NegativeSampling", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task TrainAsync_WithDiscriminatorThatDoesNotTrain_DoesNotInsist()
    {
        var setup = new TrainerSetup();
        var log = new RecordingLogger();
        setup.Logger = log;
        setup.Discriminator.Step = () => DiscriminatorStep.NotTrained;
        using SeqGanTrainer trainer = setup.Build();

        TrainingResult result = await trainer.RunAsync();

        Assert.Equal(1 + 3, setup.Events.Count(e => e == "D"));
        Assert.Equal(6, setup.Events.Count(e => e == "pg"));
        Assert.Null(result.Progress!.DiscriminatorLoss);
        Assert.Single(log.Messages, message => message.Contains("does not train", StringComparison.Ordinal));
        await trainer.RunAsync();
        Assert.Equal(2, log.Messages.Count(message => message.Contains("does not train", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task TrainAsync_WithMoreNegativesThanPositives_UsesThemAll()
    {
        var setup = new TrainerSetup(training: 5);
        setup.Options.NegativeSamples = 20;
        setup.Options.DiscriminatorEpochs = 1;
        using SeqGanTrainer trainer = setup.Build();

        await trainer.RunAsync(TrainingPhase.DiscriminatorPretraining);

        Assert.Equal(2 * 10, setup.Discriminator.Fed.Count);
    }

    [Fact]
    public async Task TrainAsync_WithOneNegative_PairsItWithOnePositive()
    {
        var setup = new TrainerSetup();
        setup.Options.NegativeSamples = 1;
        using SeqGanTrainer trainer = setup.Build();

        await trainer.RunAsync(TrainingPhase.DiscriminatorPretraining);

        Assert.All(setup.Discriminator.Fed, fed => Assert.Equal((4, 4), (Numbers(fed, 0).Length, Numbers(fed, 1).Length)));
    }

    [Fact]
    public async Task TrainAsync_WithTheSameSeed_DoesTheSame()
    {
        Assert.Equal(await RecordAsync(5), await RecordAsync(5));
        Assert.NotEqual(await RecordAsync(5), await RecordAsync(6));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    public async Task TrainAsync_CancelledWithinAGeneratorStep_TakesThatStepWhenItResumes(int step)
    {
        var undisturbed = new TrainerSetup();
        using (SeqGanTrainer trainer = undisturbed.Build())
            await trainer.TrainAsync(cancellationToken: TestContext.Current.CancellationToken);
        var setup = new TrainerSetup();
        using var cancellation = new CancellationTokenSource();
        setup.Generator.BeforeStep = () =>
        {
            if (setup.Generator.Fed.Count == step)
                cancellation.Cancel();
        };
        using SeqGanTrainer resumed = setup.Build();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => resumed.TrainAsync(cancellationToken: cancellation.Token));
        Assert.Equal(step, setup.Generator.Fed.Count);
        await resumed.TrainAsync(cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(undisturbed.Generator.Fed, setup.Generator.Fed);
    }

    [Fact]
    public async Task TrainAsync_CalledAgain_DrawsFreshNumbers()
    {
        var setup = new TrainerSetup(heldOut: 4);
        using SeqGanTrainer trainer = setup.Build();

        await trainer.RunAsync();
        await trainer.RunAsync();

        string[] samples = [.. setup.Events.Where(e => e.StartsWith("sample", StringComparison.Ordinal))];
        Assert.Equal(samples.Length, samples.Distinct().Count());
        Assert.Equal(setup.Generator.Fed.Count, setup.Generator.Fed.Distinct().Count());
    }

    [Fact]
    public void Constructor_WithCorpusSmallerThanABatchAndNothingHeldOut_ListsBothFailures()
    {
        var setup = new TrainerSetup(training: 3);
        setup.Options.DiscriminatorPatience = 2;

        var error = Assert.Throws<OptionsValidationException>(() => setup.Build());

        Assert.Equal(2, error.Failures.Count());
        Assert.Contains("BatchSize is 4, but the corpus has 3 training sequences", error.Message, StringComparison.Ordinal);
        Assert.Contains("DiscriminatorPatience is 2, but the corpus holds out no sequences", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Constructor_WithOneSequenceAndMoreNegativesThanFit_ListsBothFailures()
    {
        var setup = new TrainerSetup(training: 1);
        setup.Options.NegativeSamples = int.MaxValue;

        var error = Assert.Throws<OptionsValidationException>(() => setup.Build());

        Assert.Equal(
            [
                "TrainingOptions.BatchSize is 4, but the corpus has 1 training sequences: use a larger corpus.",
                $"TrainingOptions.NegativeSamples is 2147483647; of sequences of 4 tokens at most {Array.MaxLength / 4} can be held.",
            ],
            error.Failures);
    }

    [Fact]
    public void Constructor_WithRolloutOfAnotherFormat_NamesBothFormats()
    {
        var setup = new TrainerSetup();
        setup.Rollout.Format = new SequenceFormat(7, 4);

        var error = Assert.Throws<OptionsValidationException>(() => setup.Build());

        Assert.Contains("VocabularySize = 7", error.Message, StringComparison.Ordinal);
        Assert.Contains("VocabularySize = 6", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sampling_WithoutSeed_LogsAndReportsTheOneThatRepeatsIt()
    {
        using var log = new RecordingFactory();
        using SeqGanTrainer trainer = TinyTraining.Builder().UseLoggerFactory(log).Build();

        IReadOnlyList<string> texts = trainer.Generate(5);
        ulong seed = DrawnSeed();
        SelectionResult kept = await trainer.SelectAsync(5, cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(texts, trainer.Generate(5, new SamplingOptions { Seed = seed }));
        Assert.Equal(DrawnSeed(), kept.Seed);
        Assert.NotEqual(seed, kept.Seed);
        SelectionResult again = await trainer.SelectAsync(
            5, new SelectionOptions { Seed = kept.Seed }, TestContext.Current.CancellationToken);
        Assert.Equal(kept.Sequences.Tokens.ToArray(), again.Sequences.Tokens.ToArray());

        ulong DrawnSeed()
        {
            string message = log.Logger.Messages.Last(text => text.Contains("drawn because none was given", StringComparison.Ordinal));
            return ulong.Parse(message.Split("seed ")[1].Split(',')[0], CultureInfo.InvariantCulture);
        }
    }

    [Fact]
    public void Generate_DecodesWhatItSamples()
    {
        using SeqGanTrainer trainer = new TrainerSetup().Build();

        IReadOnlyList<string> texts = trainer.Generate(3, new SamplingOptions { Seed = 9 });

        Assert.Equal(
            trainer.Corpus.Decode(trainer.Sample(3, new SamplingOptions { Seed = 9 },
                cancellationToken: TestContext.Current.CancellationToken).AsBatch()), texts);
        Assert.Matches("^[0-4] [0-4] [0-4] [0-4]$", texts[2]);
    }

    private static async Task<List<string>> RecordAsync(ulong seed)
    {
        var setup = new TrainerSetup(heldOut: 4);
        using SeqGanTrainer trainer = setup.Build(seed);
        await trainer.RunAsync();
        return [.. setup.Generator.Fed, .. setup.Discriminator.Fed];
    }

    private static float[] Numbers(string fed, int part) =>
        [.. fed.Split(" | ")[part].Split(' ').Where(word => !char.IsLetter(word[0]))
            .Select(word => float.Parse(word, System.Globalization.CultureInfo.InvariantCulture))];
}
