using Microsoft.Extensions.Logging;
using SeqGan.Telemetry;
using SeqGan.Tests.Checkpoints;
using SeqGan.Tests.Discrimination;
using SeqGan.Tests.Rewards;
using TorchSharp;

namespace SeqGan.Tests.Training;

/// <summary>What is tried before a training: mistakes show, and nothing else changes.</summary>
public sealed class TrainingProbeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly RecordingFactory _log = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    // Those of the corpus, which is small, apart.
    private IEnumerable<string> Warnings =>
        from message in _log.Logger.Messages
        where message.StartsWith("Warning ", StringComparison.Ordinal)
        where !message.StartsWith("Warning The corpus", StringComparison.Ordinal)
        select message[8..];

    public void Dispose()
    {
        _folder.Dispose();
        _log.Dispose();
    }

    [Fact]
    public async Task TrainAsync_ModuleWithThreeOutputs_FailsBeforeTheFirstStep()
    {
        ScorerException error = await FailAsync(
            TinyTraining.Builder().UseDiscriminator("three", context => new Outputs(context.Format.VocabularySize, 3)));

        Assert.Contains("] to [64, 3]; it must give one logit a sequence", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TrainAsync_ModuleWhoseBackwardPassFails_FailsBeforeTheFirstStep()
    {
        FailingFunction.Fails = true;
        ScorerException error;
        try
        {
            error = await FailAsync(TinyTraining.Builder().UseDiscriminator(
                "no way back", context => new Outputs(context.Format.VocabularySize, 1, FailingFunction.Apply)));
        }
        finally
        {
            FailingFunction.Fails = false;
        }

        Assert.Contains("The backward pass of discriminator 'no way back' failed", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TrainAsync_ScorersThatAreWrong_FailBeforeTheFirstStep()
    {
        ScorerException unwritten = await FailAsync(TinyTraining.Builder()
            .AddReward(new StubScorer("half", (_, scores, _) => scores.Span[0] = 1)));
        ScorerException throwing = await FailAsync(TinyTraining.Builder()
            .AddTextReward("broken", 1, _ => throw new FormatException("No text.")));
        ScorerException discriminator = await FailAsync(TinyTraining.Builder()
            .UseDiscriminator(new FakeDiscriminator { Rule = _ => 2 }));
        ScorerException training = await FailAsync(TinyTraining.Builder()
            .UseDiscriminator(new StatefulDiscriminator(() => throw new FormatException("No step."))));

        Assert.Equal("Scorer 'half' wrote 1 of 2 scores; every sequence needs one, NaN where it does not apply.", unwritten.Message);
        Assert.Equal("Scorer 'broken' failed on 2 sequences: No text.", throwing.Message);
        Assert.Contains("gave sequence 0 of 2 the score 2", discriminator.Message, StringComparison.Ordinal);
        Assert.Equal("Discriminator 'stateful' failed to train on 2 real and 2 generated sequences: No step.", training.Message);
    }

    [Fact]
    public async Task TrainAsync_CalledAfterAFailedTrial_TriesAgain()
    {
        bool isBroken = true;
        using SeqGanTrainer trainer = TinyTraining.Builder()
            .AddTextReward("broken", 1, _ => isBroken ? throw new FormatException("No text.") : 1).Build();

        await Assert.ThrowsAsync<ScorerException>(() => trainer.TrainAsync(cancellationToken: Token));
        isBroken = false;

        Assert.Equal(3, (await trainer.TrainAsync(cancellationToken: Token)).Progress!.Round);
    }

    [Fact]
    public async Task TrainAsync_FailedTrial_WritesNoCheckpoint()
    {
        using SeqGanTrainer trainer = TinyTraining.Builder().UseCheckpoints(_folder.Combine("checkpoints"))
            .AddTextReward("broken", 1, _ => throw new FormatException("No text.")).Build();

        await Assert.ThrowsAsync<ScorerException>(() => trainer.TrainAsync(cancellationToken: Token));

        Assert.Empty(CheckpointInfo.List(_folder.Combine("checkpoints")));
    }

    [Fact]
    public async Task TrainAsync_WithARemoteScorer_TriesItOnceOnTwoSequences()
    {
        var batches = new List<int>();
        var remote = new StubScorer("remote", (sequences, scores, _) =>
        {
            batches.Add(sequences.Count);
            scores.Span.Fill(1);
        });
        using SeqGanTrainer trainer = TinyTraining.Builder().AddReward(remote).Build();

        await trainer.TrainAsync(TrainingPhase.GeneratorPretraining, cancellationToken: Token);
        await trainer.TrainAsync(TrainingPhase.DiscriminatorPretraining, cancellationToken: Token);

        Assert.Equal([2], batches);
    }

    [Fact]
    public async Task TrainAsync_FinishedTrainingStartedAgain_AsksNobody()
    {
        int calls = 0;
        var remote = new StubScorer("remote", (_, scores, _) =>
        {
            calls++;
            scores.Span.Fill(1);
        });
        SeqGanBuilder Builder() => TinyTraining.Builder().AddReward(remote).ResumeFrom(_folder.Combine("checkpoints"));
        using (SeqGanTrainer trainer = Builder().Build())
            await trainer.TrainAsync(cancellationToken: Token);
        calls = 0;

        using SeqGanTrainer again = Builder().Build();
        await again.TrainAsync(cancellationToken: Token);

        Assert.Equal(0, calls);
    }

    [Fact]
    public async Task TrainAsync_RemoteDiscriminatorThatAlsoRewards_IsAskedOnce()
    {
        var asked = new List<int>();
        var discriminator = new StubDiscriminator("remote", (sequences, scores, _) =>
        {
            asked.Add(sequences.Count);
            scores.Span.Fill(0.5f);
        });
        using SeqGanTrainer trainer = TinyTraining.Builder().UseDiscriminator(discriminator)
            .AddTextReward("short", 1, text => text.Length < 4 ? 1 : 0).Build();

        await trainer.TrainAsync(TrainingPhase.GeneratorPretraining, cancellationToken: Token);

        Assert.Equal([2], asked);
    }

    [Fact]
    public async Task TrainAsync_WithoutAdversarialRounds_AsksNoReward()
    {
        using SeqGanTrainer trainer = TinyTraining.Builder().Configure(options => options.Training.AdversarialRounds = 0)
            .AddTextReward("broken", 1, _ => throw new FormatException("No text.")).Build();

        await trainer.TrainAsync(cancellationToken: Token);
    }

    [Fact]
    public async Task TrainAsync_Trial_LeavesEveryStateAsItWas()
    {
        torch.manual_seed(3);
        var network = new UserNetworkOf(TinyTraining.Corpus.Format.VocabularySize);
        var curious = new Curious();
        using SeqGanTrainer trainer = TinyTraining.Builder().UseDiscriminator("mine", _ => network)
            .AddReward(curious).AddReward(Scorers.Length(2, 3).WithDiversityFilter(), 0.5).Build();
        byte[] global = GlobalGenerator.Save();
        ICheckpointable[] stateful = [(ICheckpointable)trainer.Generator, (ICheckpointable)trainer.Discriminator, curious];
        byte[][] before = [.. stateful.Select(StateBytes.Of)];

        TrainingResult result = await trainer.TrainAsync(TrainingPhase.None, cancellationToken: Token);

        Assert.Equal(0, result.Steps);
        Assert.Equal((1, 1), (curious.Calls, network.TrainingCalls));
        Assert.Equal(before, stateful.Select(StateBytes.Of));
        Assert.Equal(global, GlobalGenerator.Save());
    }

    [Fact]
    public async Task TrainAsync_MetricThatNothingReports_WarnsBeforeTheFirstRound()
    {
        using SeqGanTrainer trainer = TinyTraining.Builder().UseLoggerFactory(_log).UseCheckpoints(_folder.Combine("checkpoints"))
            .Configure(options =>
            {
                options.Training.EarlyStopping =
                [
                    new EarlyStoppingOptions { Metric = "nll_tset" },
                    new EarlyStoppingOptions { Metric = "bleu_4", Phase = TrainingPhase.Adversarial },
                    new EarlyStoppingOptions { Metric = "held_out_accuracy", Phase = TrainingPhase.Adversarial },
                    new EarlyStoppingOptions { Metric = "reward_mean", Phase = TrainingPhase.DiscriminatorPretraining },
                    new EarlyStoppingOptions { Metric = "reward_short_mean", Phase = TrainingPhase.Adversarial },
                ];
                options.Checkpoints.BestMetric = "quality";
            })
            .AddTextReward("short", 1, text => text.Length < 4 ? 1 : 0)
            .AddObserver(new EvaluationObserver(
                [Evaluators.HeldOutLikelihood(TinyTraining.Corpus)], phases: TrainingPhase.GeneratorPretraining))
            .AddObserver(_ => { })
            .Build();

        await trainer.TrainAsync(TrainingPhase.None, cancellationToken: Token);

        string[] warnings = [.. Warnings];
        Assert.Equal(4, warnings.Length);
        Assert.Equal(
            "EarlyStoppingOptions.Metric is 'nll_tset', which nothing reports in GeneratorPretraining: the nearest name is 'nll_test'",
            warnings[0]);
        Assert.Equal(
            "EarlyStoppingOptions.Metric is 'bleu_4', which nothing reports in Adversarial: add an EvaluationObserver that measures it",
            warnings[1]);
        Assert.StartsWith(
            "EarlyStoppingOptions.Metric is 'reward_mean', which nothing reports in DiscriminatorPretraining: add an observer that reports "
            + "it, or name one of discriminator_accuracy, ", warnings[2], StringComparison.Ordinal);
        Assert.StartsWith("CheckpointOptions.BestMetric is 'quality', which nothing reports in ", warnings[3], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("anything", true)]
    [InlineData("self_bleu_2", false)]
    public async Task TrainAsync_MetricThatMayBeReported_DoesNotWarn(string metric, bool observes)
    {
        SeqGanBuilder builder = TinyTraining.Builder().UseLoggerFactory(_log)
            .Configure(options => options.Training.EarlyStopping.Add(new EarlyStoppingOptions { Metric = metric }))
            .AddObserver(new EvaluationObserver([Evaluators.Quality(TinyTraining.Corpus, 10)]));
        using SeqGanTrainer trainer = (observes ? builder.AddObserver(new ContextObserver((_, _) => { })) : builder).Build();

        await trainer.TrainAsync(TrainingPhase.None, cancellationToken: Token);

        Assert.Empty(Warnings);
    }

    [Fact]
    public async Task TrainAsync_ModuleWithoutRegisteredParameters_Warns()
    {
        using SeqGanTrainer trainer = TinyTraining.Builder().UseLoggerFactory(_log)
            .UseDiscriminator("mean", _ => new MeanTokenModule()).Build();

        await trainer.TrainAsync(TrainingPhase.None, cancellationToken: Token);

        Assert.StartsWith("Discriminator 'mean' cannot learn: its module has no registered parameter. Call RegisterComponents",
            Assert.Single(Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task TrainAsync_DiscriminatorThatReportsNoLoss_Warns()
    {
        using SeqGanTrainer trainer = TinyTraining.Builder().UseLoggerFactory(_log)
            .UseDiscriminator(new StatefulDiscriminator(() => new DiscriminatorStep())).Build();

        await trainer.TrainAsync(TrainingPhase.None, cancellationToken: Token);

        Assert.StartsWith("Discriminator 'stateful' trained and gave the loss NaN", Assert.Single(Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task TrainAsync_SkippedScorerThatFails_Warns()
    {
        var remote = new StubScorer("remote", (_, _, _) => throw new HttpRequestException("No answer."));
        using SeqGanTrainer trainer = TinyTraining.Builder().UseLoggerFactory(_log).AddReward(remote.SkippingFailures()).Build();

        await trainer.TrainAsync(TrainingPhase.None, cancellationToken: Token);

        Assert.Equal(
            ["Scorer 'remote' failed when it was tried before the training, and will be skipped: Scorer 'remote' failed on 2 sequences: "
                + "No answer."], Warnings);
    }

    [Fact]
    public async Task TrainAsync_WithoutALogger_WritesWarningsToStandardError()
    {
        TextWriter before = Console.Error;
        using var written = new StringWriter();
        try
        {
            Console.SetError(TextWriter.Synchronized(written));
            using SeqGanTrainer trainer = TinyTraining.Shrink(new SeqGanBuilder()).UseCorpus(TinyTraining.Corpus)
                .UseDiscriminator("mean", _ => new MeanTokenModule()).Build();
            await trainer.TrainAsync(TrainingPhase.None, cancellationToken: Token);
        }
        finally
        {
            Console.SetError(before);
        }

        string[] lines = written.ToString().TrimEnd().Split('\n');
        Assert.Equal(2, lines.Length);
        Assert.StartsWith("SeqGan warning: The corpus, FewSequences: ", lines[0], StringComparison.Ordinal);
        Assert.StartsWith("SeqGan warning: Discriminator 'mean' cannot learn", lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public void StandardErrorLogger_MessageThatWouldReorderOrBreakTheLine_IsOneHarmlessLine()
    {
        TextWriter before = Console.Error;
        using var written = new StringWriter();
        try
        {
            Console.SetError(TextWriter.Synchronized(written));
            StandardErrorLogger.Instance.Log(
                LogLevel.Warning, default, "a\u202Eb\nc\u001B[2Jd\u2028e\u2067f", null, (message, _) => message);
        }
        finally
        {
            Console.SetError(before);
        }

        Assert.Equal($"SeqGan warning: a b c [2Jd e f{Environment.NewLine}", written.ToString());
    }

    [Fact]
    public async Task TrainAsync_RewardThatIsNaNForEverySequence_WarnsOnceAndRewardsNothing()
    {
        var progress = new ProgressList();
        using SeqGanTrainer trainer = TinyTraining.Builder().UseLoggerFactory(_log)
            .Configure(options => options.Rewards.DiscriminatorWeight = 0)
            .AddTextReward("never", 1, _ => double.NaN).Build();

        await trainer.TrainAsync(TrainingPhase.Adversarial, progress, Token);

        Assert.All(progress.Reports.Where(report => report.EndOfRound), report => Assert.Equal(0, report.RewardMean));
        string warning = Assert.Single(Warnings, message => message.Contains("'never'", StringComparison.Ordinal));
        Assert.Matches(
            @"^Adversarial 1: scorer 'never' applied to none of the \d+ sequences that it was asked for: each score was NaN", warning);
    }

    [Fact]
    public async Task TrainAsync_EstimatorOfOnesOwnThatFails_FailsBeforeTheFirstStep()
    {
        var estimator = new OwnEstimator(_ => throw new FormatException("No reward."));
        using SeqGanTrainer trainer = TinyTraining.Builder().UseLoggerFactory(_log).UseRewardEstimator(estimator).Build();

        FormatException error = await Assert.ThrowsAsync<FormatException>(() => trainer.TrainAsync(cancellationToken: Token));

        Assert.Equal("No reward.", error.Message);
        Assert.DoesNotContain(_log.Logger.Messages, message => message.Contains("GeneratorPretraining starts", StringComparison.Ordinal));
    }

    [Fact]
    public async Task TrainAsync_EstimatorOfOnesOwnThatLeavesRewardsUnwritten_Warns()
    {
        using SeqGanTrainer trainer = TinyTraining.Builder().UseLoggerFactory(_log)
            .UseRewardEstimator(new OwnEstimator(rewards => rewards.Span[0] = 1)).Build();

        await trainer.TrainAsync(TrainingPhase.None, cancellationToken: Token);

        Assert.Equal(
            "OwnEstimator gave a token of sequence 0 the reward NaN when it was tried before the training: a reward estimator gives every "
            + "token a finite reward", Assert.Single(Warnings));
    }

    [Fact]
    public async Task TrainAsync_GeneratorOfOnesOwnWithoutPolicyGradient_FailsBeforeTheFirstStep()
    {
        using var inner = new RecurrentGenerator(TinyTraining.Corpus.Format, new GeneratorOptions { HiddenSize = 8, EmbeddingSize = 4 });
        using SeqGanTrainer trainer = TinyTraining.Builder().UseLoggerFactory(_log).UseGenerator(new OwnGenerator(inner)).Build();
        byte[] before = StateBytes.Of(inner);

        NotSupportedException error = await Assert.ThrowsAsync<NotSupportedException>(() => trainer.TrainAsync(cancellationToken: Token));

        Assert.Equal("Maximum likelihood only.", error.Message);
        Assert.Equal(before, StateBytes.Of(inner));

        // A phase that needs no policy gradient trains.
        await trainer.TrainAsync(TrainingPhase.GeneratorPretraining, cancellationToken: Token);
        await Assert.ThrowsAsync<NotSupportedException>(() => trainer.TrainAsync(TrainingPhase.Adversarial, cancellationToken: Token));
    }

    private async Task<ScorerException> FailAsync(SeqGanBuilder builder)
    {
        using SeqGanTrainer trainer = builder.UseLoggerFactory(_log).Build();
        var error = await Assert.ThrowsAsync<ScorerException>(() => trainer.TrainAsync(cancellationToken: Token));
        Assert.DoesNotContain(_log.Logger.Messages, message => message.Contains("GeneratorPretraining starts", StringComparison.Ordinal));
        return error;
    }

    private sealed class OwnEstimator(Action<Memory<float>> estimate) : IRewardEstimator
    {
        public ValueTask EstimateAsync(
            TokenBatch sequences, RewardRequest request, Memory<float> rewards, CancellationToken cancellationToken = default)
        {
            estimate(rewards);
            return ValueTask.CompletedTask;
        }
    }

    /// <summary>Learns by maximum likelihood only.</summary>
    private sealed class OwnGenerator(RecurrentGenerator inner) : IGenerator, ICheckpointable
    {
        public SequenceFormat Format => inner.Format;

        public void Sample(SampleRequest request, SequenceBuffer destination, CancellationToken cancellationToken = default) =>
            inner.Sample(request, destination, cancellationToken);

        public void LogProbabilities(
            TokenBatch sequences, Span<float> destination, double temperature = 1, ITokenConstraint? constraint = null,
            CancellationToken cancellationToken = default) =>
            inner.LogProbabilities(sequences, destination, temperature, constraint, cancellationToken);

        public GeneratorStep Train(
            TokenBatch sequences, ReadOnlySpan<float> weights, GeneratorObjective objective,
            CancellationToken cancellationToken = default) =>
            objective == GeneratorObjective.MaximumLikelihood
                ? inner.Train(sequences, weights, objective, cancellationToken)
                : throw new NotSupportedException("Maximum likelihood only.");

        public IRolloutPolicy CreateRolloutPolicy() => inner.CreateRolloutPolicy();

        public void SaveState(Stream destination) => inner.SaveState(destination);

        public void RestoreState(Stream source, int version) => inner.RestoreState(source, version);

        public void Dispose()
        {
        }
    }

    /// <summary>Any number of outputs for each sequence.</summary>
    private sealed class Outputs : torch.nn.Module<torch.Tensor, torch.Tensor>
    {
        private readonly TorchSharp.Modules.Embedding _embedding;
        private readonly Func<torch.Tensor, torch.Tensor> _then;

        public Outputs(int vocabulary, int outputs, Func<torch.Tensor, torch.Tensor>? then = null)
            : base(nameof(Outputs))
        {
            _embedding = torch.nn.Embedding(vocabulary, outputs);
            _then = then ?? (tensor => tensor);
            RegisterComponents();
        }

        public override torch.Tensor forward(torch.Tensor input) => _then(_embedding.forward(input).mean([1]));
    }

    /// <summary>Batch statistics and dropout from libtorch's global generator; counts its calls in training.</summary>
    private sealed class UserNetworkOf : torch.nn.Module<torch.Tensor, torch.Tensor>
    {
        private readonly TorchSharp.Modules.Embedding _embedding;
        private readonly TorchSharp.Modules.BatchNorm1d _norm = torch.nn.BatchNorm1d(4);
        private readonly TorchSharp.Modules.Dropout _dropout = torch.nn.Dropout(0.5);
        private readonly TorchSharp.Modules.Linear _output = torch.nn.Linear(4, 1);

        public UserNetworkOf(int vocabulary)
            : base(nameof(UserNetworkOf))
        {
            _embedding = torch.nn.Embedding(vocabulary, 4);
            RegisterComponents();
        }

        public int TrainingCalls { get; private set; }

        public override torch.Tensor forward(torch.Tensor input)
        {
            TrainingCalls += training ? 1 : 0;
            return _output.forward(_dropout.forward(_norm.forward(_embedding.forward(input).mean([1]))));
        }
    }

    /// <summary>Draws from libtorch's global generator, and remembers how often each score was asked for.</summary>
    private sealed class Curious : ISequenceScorer, ICheckpointable
    {
        private byte _seen;

        public string Name => "curious";

        public int Calls { get; private set; }

        public ValueTask ScoreAsync(TokenBatch sequences, Memory<float> scores, CancellationToken cancellationToken = default)
        {
            Calls++;
            _seen += (byte)sequences.Count;
            using torch.Tensor drawn = torch.rand(sequences.Count);
            drawn.data<float>().ToArray().CopyTo(scores);
            return ValueTask.CompletedTask;
        }

        public void SaveState(Stream destination) => destination.WriteByte(_seen);

        public void RestoreState(Stream source, int version) => _seen = (byte)source.ReadByte();
    }

    /// <summary>A discriminator of one's own, with a state and a step.</summary>
    private sealed class StatefulDiscriminator(Func<DiscriminatorStep> step) : IDiscriminator, ICheckpointable
    {
        public string Name => "stateful";

        public ValueTask ScoreAsync(TokenBatch sequences, Memory<float> scores, CancellationToken cancellationToken = default)
        {
            scores.Span.Fill(0.5f);
            return ValueTask.CompletedTask;
        }

        public ValueTask<DiscriminatorStep> TrainAsync(
            TokenBatch real, TokenBatch generated, CancellationToken cancellationToken = default) => ValueTask.FromResult(step());

        public void SaveState(Stream destination) => destination.WriteByte(1);

        public void RestoreState(Stream source, int version) => source.ReadByte();
    }
}
