using Xunit;

namespace SeqGan.Tests.Training;

public sealed class EarlyStoppingTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false, new[] { 3.0, 2.0, 2.5, 2.4, 1.0 }, 4)]
    [InlineData(true, new[] { 0.1, 0.3, 0.2, 0.25, 0.9 }, 4)]
    [InlineData(false, new[] { 3.0, 2.5, 2.0, 1.5, 1.0 }, 5)]
    [InlineData(false, new[] { double.NaN, double.NaN, 2.0, 1.5, 1.0 }, 2)]
    public async Task EarlyStopping_MetricThatNoLongerImproves_EndsThePhase(bool higherIsBetter, double[] values, int rounds)
    {
        var setup = new TrainerSetup();
        setup.Options.GeneratorPretrainingEpochs = values.Length;
        setup.Options.EarlyStopping.Add(
            new EarlyStoppingOptions { Metric = "mine", HigherIsBetter = higherIsBetter, Patience = 2, RestoreBest = false });
        setup.Observers.Add(new ContextObserver((progress, context) =>
        {
            if (progress.Phase == TrainingPhase.GeneratorPretraining)
                context.Report("mine", values[progress.Round - 1]);
        }));
        var progress = new ProgressList();
        using SeqGanTrainer trainer = setup.Build();

        await trainer.RunAsync(TrainingPhase.GeneratorPretraining | TrainingPhase.DiscriminatorPretraining, progress);

        Assert.Equal(rounds, progress.Reports.Count(report => report.Phase == TrainingPhase.GeneratorPretraining));
        Assert.Equal(2, progress.Reports.Count(report => report.Phase == TrainingPhase.DiscriminatorPretraining));
    }

    [Theory]
    [InlineData(10, 1)] // the patience is exhausted
    [InlineData(3, 5)] // the phase has no more rounds
    public async Task EarlyStopping_RestoreBest_ReturnsTheGeneratorToWhereItWasBest(int epochs, int patience)
    {
        using var setup = new ResumeSetup();
        byte[] best = [];
        double[] values = [3, 2, 2.5];
        using SeqGanTrainer trainer = setup.Builder()
            .Configure(options =>
            {
                options.Training.GeneratorPretrainingEpochs = epochs;
                options.Training.EarlyStopping[0].Metric = "mine";
                options.Training.EarlyStopping[0].Patience = patience;
            })
            .AddObserver(new ContextObserver((progress, context) =>
            {
                if (!progress.EndOfRound)
                    return;
                context.Report("mine", values[progress.Round - 1]);
                if (progress.Round == 2)
                    best = State(context.Generator);
            }))
            .Build();

        TrainingResult result = await trainer.TrainAsync(TrainingPhase.GeneratorPretraining, cancellationToken: Token);

        Assert.Equal(3, result.Progress!.Round);
        Assert.Equal(best, State(trainer.Generator));
    }

    [Fact]
    public async Task EarlyStopping_EndedPhaseGetsMoreRounds_StillReturnsToItsBest()
    {
        using var setup = new ResumeSetup();
        byte[] best = [];
        using (SeqGanTrainer first = Builder(epochs: 2).UseCheckpoints(setup.Checkpoints).Build())
            await first.TrainAsync(TrainingPhase.GeneratorPretraining, cancellationToken: Token);

        using SeqGanTrainer extended = Builder(epochs: 4).ResumeFrom(setup.Checkpoints).Build();
        TrainingResult result = await extended.TrainAsync(TrainingPhase.GeneratorPretraining, cancellationToken: Token);

        Assert.Equal(4, result.Progress!.Round);
        Assert.Equal(best, State(extended.Generator));

        SeqGanBuilder Builder(int epochs) => setup.Builder()
            .Configure(options =>
            {
                options.Training.GeneratorPretrainingEpochs = epochs;
                options.Training.EarlyStopping[0].Metric = "mine";
                options.Training.EarlyStopping[0].Patience = 5;
            })
            .AddObserver(new ContextObserver((progress, context) =>
            {
                if (!progress.EndOfRound)
                    return;
                context.Report("mine", progress.Round);
                if (progress.Round == 1)
                    best = State(context.Generator);
            }));
    }

    [Fact]
    public void EarlyStopping_RestoreBestOfAGeneratorWithoutState_IsRefused()
    {
        var setup = new TrainerSetup();
        setup.Options.EarlyStopping.Add(new EarlyStoppingOptions());

        var error = Assert.Throws<Microsoft.Extensions.Options.OptionsValidationException>(() => setup.Build());

        Assert.Contains("EarlyStoppingOptions.RestoreBest is true for 'nll_test'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void EarlyStopping_OptionsOutOfRange_AreListed()
    {
        using var setup = new ResumeSetup();

        var error = Assert.Throws<Microsoft.Extensions.Options.OptionsValidationException>(
            () => setup.Builder()
                .Configure(options => options.Training.EarlyStopping.Add(new EarlyStoppingOptions { Patience = 0 })).Build());

        Assert.Contains("Patience is 0; it must be in [1, ", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(TrainingPhase.All)]
    [InlineData(TrainingPhase.None)]
    public void EarlyStopping_OfSeveralPhases_IsRefused(TrainingPhase phase)
    {
        using var setup = new ResumeSetup();

        var error = Assert.Throws<Microsoft.Extensions.Options.OptionsValidationException>(
            () => setup.Builder()
                .Configure(options => options.Training.EarlyStopping.Add(new EarlyStoppingOptions { Phase = phase })).Build());

        Assert.Contains(
            $"Phase is {phase}; it must be one of GeneratorPretraining, DiscriminatorPretraining, Adversarial.", error.Message,
            StringComparison.Ordinal);
    }

    private static byte[] State(IGenerator generator)
    {
        using var state = new MemoryStream();
        ((ICheckpointable)generator).SaveState(state);
        return state.ToArray();
    }
}
