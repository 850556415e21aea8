using Microsoft.Extensions.Options;
using SeqGan.Tests.Checkpoints;
using SeqGan.Tests.Training;
using TorchSharp;

namespace SeqGan.Tests;

public class SeqGanBuilderTests
{
    [Fact]
    public async Task AddObserver_AsyncFunction_IsWaitedFor()
    {
        int seen = 0;
        using SeqGanTrainer trainer = TinyTraining.Builder().AddObserver(async progress =>
        {
            await Task.Yield();
            seen = progress.Round;
            throw new InvalidDataException();
        }).Build();

        await Assert.ThrowsAsync<InvalidDataException>(
            () => trainer.TrainAsync(TrainingPhase.GeneratorPretraining, cancellationToken: TestContext.Current.CancellationToken));
        Assert.Equal(1, seen);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public void Build_RewardsWithoutRounds_Warns(int rounds, bool warns)
    {
        using var factory = new RecordingFactory();
        using SeqGanTrainer trainer = TinyTraining.Builder().AddTokenReward("short", 1, tokens => 1)
            .Configure(options => options.Training.AdversarialRounds = rounds).UseLoggerFactory(factory).Build();

        Assert.Equal(warns, factory.Logger.Messages.Any(message => message.Contains("no adversarial rounds", StringComparison.Ordinal)));
    }

    [Fact]
    public void Build_WithManyFaults_ListsThemAllAndCanBeCorrected()
    {
        SeqGanBuilder builder = new SeqGanBuilder().Configure(options =>
        {
            options.Generator.HiddenSize = 0;
            options.Generator.Device = "tpu";
            options.Generator.Network = (GeneratorNetwork)7;
            options.Discriminator.Dropout = 1.5;
            options.Rollout.UpdateRate = double.NaN;
            options.Rewards.SamplesPerPrefix = -1;
            options.Training.BatchSize = 1;
        });

        string[] failures = [.. Assert.Throws<OptionsValidationException>(() => builder.Build()).Failures];

        Assert.Equal(8, failures.Length);
        Assert.Contains("SeqGanOptions.Generator.HiddenSize is 0; it must be in [1, 65536].", failures);
        Assert.Contains("SeqGanOptions.Generator.Device is 'tpu'; it must be cpu, cuda or cuda:N.", failures);
        Assert.Contains("SeqGanOptions.Generator.Network is 7; it must be one of Lstm, Gru, Transformer.", failures);
        Assert.Contains("SeqGanOptions.Discriminator.Dropout is 1.5; it must be in [0, 0.99].", failures);
        Assert.Contains("SeqGanOptions.Rollout.UpdateRate is NaN; it must be in [0, 1].", failures);
        Assert.Contains("SeqGanOptions.Rewards.SamplesPerPrefix is -1; it must be in [1, 65536].", failures);
        Assert.Contains("SeqGanOptions.Training.BatchSize is 1; it must be in [2, 1048576].", failures);
        Assert.Contains("There is no corpus: call UseCorpus.", failures);

        builder.Configure(
            options =>
                (options.Generator.HiddenSize, options.Generator.Device, options.Generator.Network) = (8, "cpu", GeneratorNetwork.Gru))
            .Configure(options => options.Discriminator.Dropout = 0)
            .Configure(options => options.Rollout.UpdateRate = 0.5);
        using SeqGanTrainer trainer = TinyTraining.Shrink(builder).UseCorpus(TinyTraining.Corpus).Build();
        Assert.Single(trainer.Generate(1));
    }

    [Fact]
    public void Build_WithOptionsThatAreNull_ListsThemAll()
    {
        SeqGanBuilder builder = TinyTraining.Builder().Configure(options =>
        {
            options.Generator = null!;
            options.Discriminator.FilterWidths = null!;
            options.Rollout = null!;
            options.Rewards = null!;
            options.Training = null!;
        });

        string[] failures = [.. Assert.Throws<OptionsValidationException>(() => builder.Build()).Failures];

        Assert.Equal(
            [.. new[] { "Discriminator.FilterWidths", "Generator", "Rewards", "Rollout", "Training" }
                .Select(name => $"SeqGanOptions.{name} is null; leave it as it is for the default, or set a value.")],
            failures.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Build_WithContradictions_ListsThemAll()
    {
        SeqGanBuilder builder = TinyTraining.Builder()
            .Configure(options => options.Discriminator.FilterCounts = [4])
            .Configure(options => options.Training.BatchSize = 100)
            .AddTextReward("twice", 1, _ => 1)
            .AddTextReward("twice", double.NaN, _ => 1)
            .AddTextReward(" ", 1, _ => 1);

        string[] failures = [.. Assert.Throws<OptionsValidationException>(() => builder.Build()).Failures];

        int count = TinyTraining.Corpus.Training.Count;
        Assert.Equal(
            [
                "DiscriminatorOptions.FilterWidths has 2 values and DiscriminatorOptions.FilterCounts has 1; each width needs one count, "
                    + "or leave the counts out.",
                "The weight of reward 'twice' is NaN; it must be finite.",
                "A reward's name is ' '; it must not be empty.",
                "2 rewards have the name 'twice'; names must differ.",
                $"TrainingOptions.BatchSize is 100, but the corpus has {count} training sequences: use a batch size of at most {count} "
                    + "or a larger corpus.",
            ],
            failures);
    }

    [Fact]
    public void Build_WithNothingThatRewards_SaysSo()
    {
        SeqGanBuilder builder = TinyTraining.Builder().Configure(options => options.Rewards.DiscriminatorWeight = 0);

        var error = Assert.Throws<OptionsValidationException>(() => builder.Build());

        Assert.Equal(["RewardOptions.DiscriminatorWeight is 0 and no reward was added: nothing would reward a sequence."], error.Failures);
        builder.AddTextReward("length", 1, text => text.Length).Build().Dispose();
    }

    [Fact]
    public void Build_WithGeneratorOfAnotherFormat_SaysSoAndDisposesWhatFactoriesMade()
    {
        var generator = new Training.FakeGenerator(new SequenceFormat(3, 3));
        var error = Assert.Throws<OptionsValidationException>(
            () => TinyTraining.Builder().UseGenerator(_ => generator).UseSequenceRewards().Build());

        Assert.StartsWith("The generator makes sequences of SequenceFormat", Assert.Single(error.Failures), StringComparison.Ordinal);
        Assert.True(generator.IsDisposed);
    }

    [Fact]
    public void Build_Twice_IsSpent()
    {
        SeqGanBuilder builder = TinyTraining.Builder();
        builder.Build().Dispose();

        Assert.Contains("is spent", Assert.Throws<InvalidOperationException>(() => builder.Build()).Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => builder.UseSeed(3));
        Assert.Throws<InvalidOperationException>(() => builder.AddTextReward("rule", 1, _ => 1));
        Assert.Throws<InvalidOperationException>(() => builder.Configure(_ => { }));
    }

    [Fact]
    public void Use_Null_NamesTheArgument()
    {
        var builder = new SeqGanBuilder();
        Assert.Throws<ArgumentNullException>("corpus", () => builder.UseCorpus(null!));
        Assert.Throws<ArgumentNullException>("generator", () => builder.UseGenerator((IGenerator)null!));
        Assert.Throws<ArgumentNullException>("scorer", () => builder.AddReward((ISequenceScorer)null!));
        Assert.Throws<ArgumentNullException>("observer", () => builder.AddObserver((ITrainingObserver)null!));
        Assert.Throws<ArgumentNullException>("configure", () => builder.Configure(null!));
    }

    [Fact]
    public void Dispose_Always_DisposesWhatFactoriesMadeAndNoInstance()
    {
        var made = new DisposableDiscriminator();
        var given = new DisposableDiscriminator();
        var generator = new Training.FakeGenerator(TinyTraining.Corpus.Format);
        var givenGenerator = new Training.FakeGenerator(TinyTraining.Corpus.Format);

        TinyTraining.Builder().UseGenerator(_ => generator).UseDiscriminator(_ => made).UseSequenceRewards().Build().Dispose();
        TinyTraining.Builder().UseGenerator(givenGenerator).UseDiscriminator(given).UseSequenceRewards().Build().Dispose();

        Assert.Equal((true, 1), (generator.IsDisposed, made.Disposals));
        Assert.Equal((false, 0), (givenGenerator.IsDisposed, given.Disposals));
    }

    [Fact]
    public void Build_WhenALaterFactoryThrows_DisposesWhatWasMadeAndCanBeRepeated()
    {
        var discriminator = new DisposableDiscriminator();
        var given = new Training.FakeGenerator(TinyTraining.Corpus.Format);
        SeqGanBuilder builder = TinyTraining.Builder()
            .UseGenerator(given)
            .UseDiscriminator(_ => discriminator)
            .UseRewardEstimator(_ => throw new NotSupportedException("no estimator"));

        Assert.Equal("no estimator", Assert.Throws<NotSupportedException>(() => builder.Build()).Message);
        Assert.Equal(1, discriminator.Disposals);
        Assert.False(given.IsDisposed);

        builder.UseConstantReward().Build().Dispose();
        Assert.Equal(2, discriminator.Disposals);
    }

    [Fact]
    public void Build_WhenAFactoryReturnsNull_NamesTheComponent()
    {
        SeqGanBuilder builder = TinyTraining.Builder().UseDiscriminator(_ => null!);

        Assert.Equal("The factory of the IDiscriminator returned null.",
            Assert.Throws<InvalidOperationException>(() => builder.Build()).Message);
    }

    [Fact]
    public async Task AddReward_OfTextTokensAndScorer_AreSummedByWeight()
    {
        float[] scores = [];
        var scorer = new DelegateScorer("scorer", static sequence => sequence.Length);
        using SeqGanTrainer trainer = TinyTraining.Builder()
            .Configure(options => options.Rewards.DiscriminatorWeight = 0)
            .AddTextReward("text", 10, text => text == "abc" ? 1 : 0)
            .AddTokenReward("tokens", 100, sequence => sequence[^1])
            .AddReward(scorer, 1000)
            .UseRewardEstimator(context => new CapturingEstimator(context, result => scores = result))
            .Build();

        await trainer.RunAsync(TrainingPhase.Adversarial);

        // "abc" and its end token.
        Assert.Equal([10 * 1 + 100 * TinyTraining.Corpus.Format.EndToken!.Value + 1000 * 4], scores);
    }

    [Fact]
    public async Task DiscriminatorWeight_WithoutOtherRewards_Counts()
    {
        using SeqGanTrainer trainer = TinyTraining.Builder()
            .UseDiscriminator(new DelegateDiscriminator("half", _ => 0.5f))
            .Configure(options => options.Rewards.DiscriminatorWeight = 3)
            .UseSequenceRewards()
            .Build();

        TrainingResult result = await trainer.RunAsync(TrainingPhase.Adversarial);

        Assert.Equal(1.5, result.Progress!.RewardMean!.Value, 1e-6);
    }

    [Fact]
    public void AddTextReward_OnACorpusWithoutText_IsRefused()
    {
        Corpus corpus = Corpus.FromTokens(Enumerable.Range(0, 25).Select(i => new[] { i % 5, i / 5, 1 }), new SequenceFormat(5, 3));
        SeqGanBuilder builder = TinyTraining.Shrink(new SeqGanBuilder()).UseCorpus(corpus).AddTextReward("short", 1, text => text.Length);

        string failure = Assert.Single(Assert.Throws<OptionsValidationException>(() => builder.Build()).Failures);

        Assert.Equal(
            "Reward 'short' is a rule over text, but the corpus has token ids and no vocabulary: use AddTokenReward, or a corpus with "
                + "text.",
            failure);
    }

    [Fact]
    public void UseDiscriminator_Module_HasTheOptionsAndTheName()
    {
        using SeqGanTrainer trainer = TinyTraining.Builder().UseDiscriminator("mine", context => torch.nn.Sequential(
            torch.nn.Embedding(context.Format.VocabularySize, 4), torch.nn.Flatten(), torch.nn.Linear(4 * context.Format.MaxLength, 1)))
                .Build();

        Assert.IsType<ModuleDiscriminator>(trainer.Discriminator);
        Assert.Equal("mine", trainer.Discriminator.Name);
    }

    [Fact]
    public void DiscriminatorWeight_FromConfiguration_IsANumber()
    {
        var converter = System.ComponentModel.TypeDescriptor.GetConverter(typeof(WeightSchedule));
        var weight = (WeightSchedule)converter.ConvertFromInvariantString("0.25")!;

        Assert.Equal((0.25, "0.25"), (weight.WeightAt(7), weight.ToString()));
        SeqGanBuilder builder = TinyTraining.Builder().Configure(options => options.Rewards.DiscriminatorWeight = -1);
        Assert.Equal(
            ["SeqGanOptions.Rewards.DiscriminatorWeight is -1; it must be in [0, 1000000]."],
            Assert.Throws<OptionsValidationException>(() => builder.Build()).Failures);
    }

    [Fact]
    public async Task Generate_TopKAndConstraint_AreThoseOfTheSampler()
    {
        using SeqGanTrainer trainer = TinyTraining.Builder().Build();
        await trainer.RunAsync(TrainingPhase.GeneratorPretraining);
        ITokenConstraint constraint = TokenConstraint.MinimumLength(2, trainer.Corpus.Format);
        var options = new SamplingOptions { Seed = 3, TopK = 4, TopP = 0.9, Constraint = constraint };

        IReadOnlyList<string> texts = trainer.Generate(40, options, "a", TestContext.Current.CancellationToken);

        Assert.Equal(new SequenceSampler(trainer.Compile()).Generate(40, options, "a", TestContext.Current.CancellationToken), texts);
    }

    [Fact]
    public void Build_DeviceThatIsNotThere_ListsTheOptionsThatAskForIt()
    {
        Assert.SkipWhen(TorchSharp.torch.cuda.is_available(), "This machine has the device.");
        SeqGanBuilder builder = TinyTraining.Builder().Configure(options =>
            (options.Generator.Device, options.Discriminator.Device, options.Training.BatchSize) = ("cuda", "cuda:1", 1000));

        var error = Assert.Throws<OptionsValidationException>(() => builder.Build());

        string[] failures = [.. error.Failures.Order(StringComparer.Ordinal)];
        Assert.Equal(3, failures.Length);
        Assert.StartsWith("DiscriminatorOptions.Device is 'cuda:1', but this libtorch, or this machine, has no CUDA: use cpu",
            failures[0], StringComparison.Ordinal);
        Assert.StartsWith("GeneratorOptions.Device is 'cuda', but", failures[1], StringComparison.Ordinal);

        // A component of one's own has a device of its own.
        using SeqGanTrainer trainer = TinyTraining.Builder().UseDiscriminator(new DisposableDiscriminator())
            .Configure(options => options.Discriminator.Device = "cuda").Build();
    }

    [Fact]
    public void UsePaperParameters_Always_SetsThePublishedOnes()
    {
        var options = new SeqGanOptions { Seed = 9 };
        options.Generator.Device = "cuda:1";
        new SeqGanBuilder(options).UsePaperParameters();

        Assert.Equal((9ul, "cuda:1"), (options.Seed, options.Generator.Device));
        Assert.Equal((32, 32, GeneratorNetwork.Lstm, 1),
            (options.Generator.EmbeddingSize, options.Generator.HiddenSize, options.Generator.Network, options.Generator.Layers));
        Assert.Equal((WeightInitialization.Normal, 0.1), (options.Generator.Initialization, options.Generator.InitialDeviation));
        Assert.Equal((0.01, 0.01, 5.0),
            (options.Generator.LearningRate, options.Generator.PolicyGradientLearningRate, options.Generator.GradientClip));
        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 15, 20], options.Discriminator.FilterWidths);
        Assert.Equal([100, 200, 200, 200, 200, 100, 100, 100, 100, 100, 160, 160], options.Discriminator.FilterCounts);
        Assert.Equal((64, 1, 0.25, 0.2, 1e-4),
            (options.Discriminator.EmbeddingSize, options.Discriminator.HighwayLayers, options.Discriminator.Dropout,
            options.Discriminator.L2, options.Discriminator.LearningRate));
        Assert.Equal((0.8, 16, RewardBaseline.None),
            (options.Rollout.UpdateRate, options.Rewards.SamplesPerPrefix, options.Rewards.Baseline));
        Assert.Equal((64, 120, 50, 3),
            (options.Training.BatchSize, options.Training.GeneratorPretrainingEpochs, options.Training.DiscriminatorPretrainingRounds,
            options.Training.DiscriminatorEpochs));
        Assert.Equal((200, 1, 5),
            (options.Training.AdversarialRounds, options.Training.GeneratorStepsPerRound, options.Training.DiscriminatorRoundsPerRound));
    }

    [Fact]
    public async Task TrainAsync_WithTheSameSeed_GivesTheSameBitsWhateverTheChunks()
    {
        string[] expected = await TrainAsync(seed: 1, maxCompletions: 16_384, decodeRows: 0);

        Assert.Equal(expected, await TrainAsync(seed: 1, maxCompletions: 16_384, decodeRows: 0));
        Assert.Equal(expected, await TrainAsync(seed: 1, maxCompletions: 1, decodeRows: 16));
        Assert.Equal(expected, await TrainAsync(seed: 1, maxCompletions: 30, decodeRows: 37));
        Assert.NotEqual(expected, await TrainAsync(seed: 2, maxCompletions: 16_384, decodeRows: 0));
    }

    [Fact]
    public async Task UseConstantReward_Always_RewardsEveryTokenAlike()
    {
        using SeqGanTrainer trainer = TinyTraining.Builder().UseConstantReward(0.25f).Build();

        TrainingProgress last = (await trainer.RunAsync()).Progress!;

        Assert.Equal((0.25, 0.0), (last.RewardMean!.Value, last.RewardDeviation!.Value));
    }

    [Fact]
    public async Task UseRollout_WithAnEstimatorThatGotItByItself_StillFollowsTheGenerator()
    {
        List<string> events = [];
        var rollout = new TrainerSetup.ListeningRollout(events.Add) { Format = TinyTraining.Corpus.Format };
        using SeqGanTrainer trainer = TinyTraining.Builder().UseRollout(rollout).UseRewardEstimator(new ConstantRewardEstimator()).Build();

        await trainer.RunAsync(TrainingPhase.Adversarial);

        Assert.Equal(["beta = theta", "beta", "beta", "beta"], events);
    }

    /// <summary>Every figure of every report, to the last bit, and samples of the trained generator.</summary>
    private static async Task<string[]> TrainAsync(ulong seed, int maxCompletions, int decodeRows)
    {
        var progress = new ProgressList();
        using SeqGanTrainer trainer = TinyTraining.Builder(seed)
            .Configure(options => options.Rewards.MaxCompletions = maxCompletions)
            .Configure(options => (options.Generator.DecodeRows, options.Generator.UsesBatchedDecoder) = (decodeRows, decodeRows > 0))
            .Build();
        await trainer.RunAsync(progress: progress);
        return
        [
            .. progress.Reports.Select(r =>
            $"{r.Phase} {r.Step} {r.GeneratorLoss:R} {r.PolicyEntropy:R} {r.GeneratorGradientNorm:R} {r.DiscriminatorLoss:R} "
                + $"{r.RewardMean:R} {r.RewardDeviation:R} {r.HeldOutAccuracy:R}"),
            .. trainer.Generate(50, new SamplingOptions { Seed = 5 }),
        ];
    }

    private sealed class DisposableDiscriminator : IDiscriminator, IDisposable
    {
        public string Name => "mine";

        public int Disposals { get; private set; }

        public ValueTask ScoreAsync(TokenBatch sequences, Memory<float> scores, CancellationToken cancellationToken = default)
        {
            scores.Span.Fill(0.5f);
            return ValueTask.CompletedTask;
        }

        public void Dispose() => Disposals++;
    }

    /// <summary>Scores one sequence with what the builder composed.</summary>
    private sealed class CapturingEstimator(SeqGanBuildContext context, Action<float[]> captured) : IRewardEstimator
    {
        public async ValueTask EstimateAsync(
            TokenBatch sequences, RewardRequest request, Memory<float> rewards, CancellationToken cancellationToken = default)
        {
            float[] scores = new float[1];
            var buffer = new SequenceBuffer(context.Format, 1);
            buffer.Set(0, context.Corpus.Encode("abc"));
            await context.Scorer.ScoreAsync(buffer.AsBatch(), scores, cancellationToken);
            captured(scores);
            rewards.Span.Clear();
        }
    }
}
