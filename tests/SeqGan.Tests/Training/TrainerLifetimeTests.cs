using Xunit;

namespace SeqGan.Tests.Training;

/// <summary>Cancellation, concurrency and ownership.</summary>
public class TrainerLifetimeTests
{
    [Theory]
    [InlineData("mle", 1)]
    [InlineData("mle", 4)]
    [InlineData("beta", 2)]
    [InlineData("sample NegativeSampling 1", 1)]
    [InlineData("D", 1)]
    [InlineData("D", 8)]
    [InlineData("sample Sampling 1", 1)]
    [InlineData("reward Rollout 2", 1)]
    [InlineData("pg", 1)]
    [InlineData("pg", 6)]
    [InlineData("D", 19)]
    public async Task TrainAsync_CancelledAtAnyMoment_StopsAtTheStepsEdgeAndCanGoOn(string what, int occurrence)
    {
        var setup = new TrainerSetup(heldOut: 4);
        using SeqGanTrainer trainer = setup.Build();
        using var cancel = new CancellationTokenSource();
        setup.On = e =>
        {
            if (e == what && setup.Events.Count(other => other == what) == occurrence)
                cancel.Cancel();
        };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => trainer.TrainAsync(cancellationToken: cancel.Token));

        // Nothing follows the step but what belongs to it: the rollout policy follows the generator.
        int last = setup.Events.LastIndexOf(what);
        Assert.All(setup.Events[(last + 1)..], e => Assert.Equal("beta", e));
        Assert.True(setup.Events.Count - last <= 2);

        setup.On = null;
        TrainingResult result = await trainer.RunAsync();
        Assert.Equal(TrainingPhase.Adversarial, result.Progress!.Phase);
        Assert.Equal(4, trainer.Generate(4).Count);
    }

    [Fact]
    public async Task TrainAsync_CancelledBefore_TakesNoStep()
    {
        var setup = new TrainerSetup();
        using SeqGanTrainer trainer = setup.Build();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => trainer.TrainAsync(cancellationToken: new CancellationToken(canceled: true)));

        Assert.Empty(setup.Events);
    }

    [Fact]
    public async Task TrainAsync_WhileOneRuns_ThrowsAndTheFirstGoesOn()
    {
        var setup = new TrainerSetup();
        var (arrived, release) = Block(setup);
        using SeqGanTrainer trainer = setup.Build();
        Task<TrainingResult> first = trainer.RunAsync();
        await arrived.Task;

        var error = Assert.Throws<InvalidOperationException>(() => { _ = trainer.RunAsync(); });
        Assert.Throws<InvalidOperationException>(() => trainer.Generate(1));
        release.SetResult();

        Assert.Contains("busy", error.Message, StringComparison.Ordinal);
        Assert.Equal(30, (await first).Steps);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Dispose_WhileTraining_CancelsAndWaitsForTheStep(bool asynchronously)
    {
        var setup = new TrainerSetup();
        setup.Owned.Add(setup.Generator);
        var (arrived, release) = Block(setup);
        SeqGanTrainer trainer = setup.Build();
        Task<TrainingResult> training = trainer.RunAsync();
        await arrived.Task;

        Task disposal = asynchronously ? trainer.DisposeAsync().AsTask() : Task.Run(trainer.Dispose, TestContext.Current.CancellationToken);
        await Task.Delay(50, TestContext.Current.CancellationToken);
        Assert.False(disposal.IsCompleted);
        Assert.False(setup.Generator.IsDisposed);
        release.SetResult();

        await disposal;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => training);
        Assert.True(setup.Generator.IsDisposed);
        Assert.Equal(1, setup.Events.Count(e => e == "D"));
    }

    [Fact]
    public void Dispose_DisposesWhatItOwnsOnceAndLastFirst()
    {
        var setup = new TrainerSetup();
        List<string> disposed = [];
        setup.Owned.AddRange([new Disposal(() => disposed.Add("first")), new Disposal(() => disposed.Add("second"))]);
        SeqGanTrainer trainer = setup.Build();

        trainer.Dispose();
        trainer.Dispose();

        Assert.Equal(["second", "first"], disposed);
        Assert.False(setup.Generator.IsDisposed);
        Assert.Throws<ObjectDisposedException>(() => { _ = trainer.RunAsync(); });
        Assert.Throws<ObjectDisposedException>(() => trainer.Generate(1));
    }

    [Theory]
    [InlineData(TrainingPhase.GeneratorPretraining, "generator loss", 1)]
    [InlineData(TrainingPhase.DiscriminatorPretraining, "discriminator loss", 1)]
    public async Task TrainAsync_WithLossThatIsNotFinite_SaysWhatAndWhere(TrainingPhase phase, string quantity, long step)
    {
        var setup = new TrainerSetup();
        setup.Generator.Loss = _ => double.NaN;
        setup.Discriminator.Step = () => new DiscriminatorStep { Loss = double.PositiveInfinity };
        using SeqGanTrainer trainer = setup.Build();

        var error = await Assert.ThrowsAsync<TrainingDivergedException>(() => trainer.RunAsync(phase));

        Assert.Equal((phase.ToString(), quantity, step), (error.Phase.ToString(), error.Quantity, error.Step));
        Assert.False(double.IsFinite(error.Value));
        Assert.Contains($"diverged at step {step}: the {quantity} is {(double.IsNaN(error.Value) ? "NaN" : "Infinity")}. Lower the",
            error.Message, StringComparison.Ordinal);
        Assert.Single(trainer.Generate(1));
    }

    [Fact]
    public async Task TrainAsync_WithRewardThatIsNotFinite_DivergesBeforeTheStep()
    {
        var setup = new TrainerSetup { Rewards = new NaNRewards() };
        using SeqGanTrainer trainer = setup.Build();

        var error = await Assert.ThrowsAsync<TrainingDivergedException>(() => trainer.RunAsync(TrainingPhase.Adversarial));

        Assert.Equal("reward", error.Quantity);
        Assert.DoesNotContain("pg", setup.Events);
    }

    [Fact]
    public async Task TrainAsync_WithRewardsLeftUnwritten_DoesNotTakeTheLastBatchs()
    {
        var setup = new TrainerSetup();
        setup.Rewards = new ForgetfulRewards();
        using SeqGanTrainer trainer = setup.Build();

        var error = await Assert.ThrowsAsync<TrainingDivergedException>(() => trainer.RunAsync(TrainingPhase.Adversarial));

        Assert.Equal("reward", error.Quantity);
        Assert.Single(setup.Events, "pg");
    }

    [Fact]
    public async Task TrainAsync_WithBrokenDiscriminator_NamesItAndStaysUsable()
    {
        var setup = new TrainerSetup();
        setup.Rewards = new SequenceRewardEstimator(setup.Discriminator);
        setup.Discriminator.Rule = _ => float.NaN;
        using SeqGanTrainer trainer = setup.Build();

        var error = await Assert.ThrowsAsync<ScorerException>(() => trainer.RunAsync());
        setup.Discriminator.Rule = _ => 0.25f;
        TrainingResult result = await trainer.RunAsync(TrainingPhase.Adversarial);

        Assert.Equal("fake", error.ScorerName);
        Assert.Equal(0.25, result.Progress!.RewardMean!.Value, 1e-6);
    }

    [Fact]
    public async Task TrainAsync_WithDiscriminatorThatFailsToTrain_NamesItAndStaysUsable()
    {
        var setup = new TrainerSetup();
        using SeqGanTrainer trainer = setup.Build();

        // As a remote discriminator's timeout does: nobody asked to cancel.
        setup.Discriminator.Pause = () => throw new TaskCanceledException("no answer");
        var failed = await Assert.ThrowsAsync<ScorerException>(() => trainer.RunAsync(TrainingPhase.DiscriminatorPretraining));
        setup.Discriminator.Pause = null;
        Func<DiscriminatorStep> step = setup.Discriminator.Step;
        setup.Discriminator.Step = () => null!;
        var empty = await Assert.ThrowsAsync<ScorerException>(() => trainer.RunAsync(TrainingPhase.DiscriminatorPretraining));
        setup.Discriminator.Step = step;
        await trainer.RunAsync(TrainingPhase.DiscriminatorPretraining);

        Assert.Equal(("fake", "Discriminator 'fake' failed to train on 2 real and 2 generated sequences: no answer"),
            (failed.ScorerName, failed.Message));
        Assert.IsType<TaskCanceledException>(failed.InnerException);
        Assert.Equal(
            "Discriminator 'fake' returned null from its training step; without training, return DiscriminatorStep.NotTrained.",
            empty.Message);
    }

    private static (TaskCompletionSource Arrived, TaskCompletionSource Release) Block(TrainerSetup setup)
    {
        var arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        setup.Discriminator.Pause = () =>
        {
            arrived.TrySetResult();
            return release.Task;
        };
        return (arrived, release);
    }

    private sealed class Disposal(Action dispose) : IDisposable
    {
        public void Dispose() => dispose();
    }

    /// <summary>Writes all rewards of the first batch, then all but the last one.</summary>
    private sealed class ForgetfulRewards : IRewardEstimator
    {
        private int _forgotten;

        public ValueTask EstimateAsync(
            TokenBatch sequences, RewardRequest request, Memory<float> rewards, CancellationToken cancellationToken = default)
        {
            rewards.Span[..^_forgotten].Fill(0.5f);

            // The trial before a training is none of its calls.
            _forgotten = request.Key.Purpose == RandomPurpose.Evaluation ? 0 : 1;
            return ValueTask.CompletedTask;
        }
    }

    private sealed class NaNRewards : IRewardEstimator
    {
        public ValueTask EstimateAsync(
            TokenBatch sequences, RewardRequest request, Memory<float> rewards, CancellationToken cancellationToken = default)
        {
            rewards.Span.Fill(float.NaN);
            return ValueTask.CompletedTask;
        }
    }
}
