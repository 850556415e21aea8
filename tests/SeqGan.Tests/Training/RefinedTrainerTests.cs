using SeqGan.Tests.Checkpoints;

namespace SeqGan.Tests.Training;

public sealed class RefinedTrainerTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(DiscriminatorNetwork.GeneratorStates)]
    [InlineData(DiscriminatorNetwork.Gru)]
    public async Task Generate_Refined_IsWhatTheSavedModelGenerates(DiscriminatorNetwork network)
    {
        using SeqGanTrainer trainer = Builder(network).Build();
        await trainer.TrainAsync(TrainingPhase.GeneratorPretraining | TrainingPhase.DiscriminatorPretraining, cancellationToken: Token);
        var options = new SamplingOptions { Seed = 5, Refine = 3 };

        IReadOnlyList<string> generated = trainer.Generate(40, options, cancellationToken: Token);

        var sampler = new SequenceSampler(trainer.Compile());
        Assert.True(sampler.Policy.HasDiscriminator);
        Assert.Equal(generated, sampler.Generate(40, options, cancellationToken: Token));
        var streamed = new List<string>();
        await foreach (string text in trainer.GenerateAsync(40, options, cancellationToken: Token))
            streamed.Add(text);
        Assert.Equal(generated, streamed);
        Assert.NotEqual(generated, trainer.Generate(40, new SamplingOptions { Seed = 5 }, cancellationToken: Token));
    }

    [Theory]
    [InlineData(DiscriminatorNetwork.GeneratorStates, false)]
    [InlineData(DiscriminatorNetwork.Convolutional, true)]
    public async Task Generate_RefinedWithoutSuchADiscriminator_IsRefused(DiscriminatorNetwork network, bool isTrained)
    {
        using SeqGanTrainer trainer = Builder(network).Build();
        if (isTrained)
            await trainer.TrainAsync(TrainingPhase.DiscriminatorPretraining, cancellationToken: Token);

        var error = Assert.Throws<InvalidOperationException>(
            () => trainer.Generate(1, new SamplingOptions { Refine = 2 }, cancellationToken: Token));

        Assert.StartsWith("The model has no discriminator to refine by", error.Message, StringComparison.Ordinal);
        Assert.False(trainer.Compile().HasDiscriminator);
        Assert.Single(trainer.Generate(1, new SamplingOptions { Refine = 1 }, cancellationToken: Token));
    }

    [Fact]
    public async Task Compile_NothingHeldOut_WarnsThatTheOddsAreNotCalibrated()
    {
        using var logs = new RecordingFactory();
        Corpus corpus = Corpus.FromTokens(TinyTraining.Corpus.Training, default, TinyTraining.Corpus.Format);
        using SeqGanTrainer trainer = Builder(DiscriminatorNetwork.Gru).UseCorpus(corpus).UseLoggerFactory(logs).Build();
        await trainer.TrainAsync(TrainingPhase.DiscriminatorPretraining, cancellationToken: Token);

        Assert.True(trainer.Compile().HasDiscriminator);

        Assert.Contains(logs.Logger.Messages, message => message.StartsWith(
            "Warning The discriminator's log-odds are not calibrated: 0 sequences are held out, and 20 are needed.",
            StringComparison.Ordinal));
    }

    [Fact]
    public async Task HeldOutLoss_IsReported_AndStopsAPhase()
    {
        var setup = new TrainerSetup(heldOut: 10);
        setup.Discriminator.Rule = tokens => tokens[0] == 5 ? 0.8f : 0.4f;
        setup.Options.EarlyStopping.Add(new EarlyStoppingOptions
        {
            Phase = TrainingPhase.DiscriminatorPretraining, Metric = "held_out_loss", Patience = 2, RestoreBest = false,
        });
        setup.Options.DiscriminatorPretrainingRounds = 50;
        using SeqGanTrainer trainer = setup.Build();

        TrainingResult result = await trainer.RunAsync(TrainingPhase.DiscriminatorPretraining);

        double loss = -(Math.Log(0.8) + Math.Log(0.6)) / 2;
        Assert.Equal(loss, result.Progress!.HeldOutLoss!.Value, 1e-6);
        Assert.InRange(result.Progress.HeldOutCalibrationLoss!.Value, loss - 0.2, loss);
        Assert.Equal(3, result.Progress.Round);
    }

    [Fact]
    public async Task Schedule_HoldsForTheDiscriminatorsPretraining()
    {
        var rates = new List<double>();
        using var discriminator = new ScalableDiscriminator(rates);
        using SeqGanTrainer trainer = TinyTraining.Builder().UseDiscriminator(discriminator).Configure(options =>
        {
            options.Training.LearningRateSchedule = LearningRateSchedule.Linear;
            options.Training.DiscriminatorPretrainingRounds = 2;
            options.Training.NegativeSamples = 8;
            options.Training.AdversarialRounds = 1;
        }).Build();

        await trainer.TrainAsync(cancellationToken: Token);

        // Of two batches in each of two rounds; then those of an adversarial round.
        Assert.Equal([0.875, 0.625, 0.375, 0.125, 1, 1], rates[^6..]);
        Assert.Equal(1, discriminator.LearningRateScale);
    }

    private static SeqGanBuilder Builder(DiscriminatorNetwork network) => TinyTraining.Builder().Configure(options =>
    {
        options.Discriminator.Network = network;
        options.Discriminator.HiddenSize = 6;
        options.Discriminator.LearningRate = 0.02;
        options.Training.DiscriminatorPretrainingRounds = 20;
    });

    private sealed class ScalableDiscriminator(List<double> rates) : IDiscriminator, IScalableLearningRate, IDisposable
    {
        public string Name => "scalable";

        public double LearningRateScale { get; set; } = 1;

        public ValueTask ScoreAsync(TokenBatch sequences, Memory<float> scores, CancellationToken cancellationToken = default)
        {
            scores.Span.Fill(0.5f);
            return ValueTask.CompletedTask;
        }

        public ValueTask<DiscriminatorStep> TrainAsync(
            TokenBatch real, TokenBatch generated, CancellationToken cancellationToken = default)
        {
            rates.Add(LearningRateScale);
            return ValueTask.FromResult(new DiscriminatorStep { Loss = 0.7, GradientNorm = 1 });
        }

        public void Dispose()
        {
        }
    }
}
