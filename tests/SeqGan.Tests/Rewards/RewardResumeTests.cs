using SeqGan.Tests.Training;

namespace SeqGan.Tests.Rewards;

/// <summary>Rewards with a memory, a schedule and a cache continue after an interruption as if there had been none.</summary>
public class RewardResumeTests
{
    [Fact]
    public async Task ResumeFrom_AnyAdversarialStep_GivesWhatTheUndisturbedTrainingGives()
    {
        using var undisturbed = new ResumeSetup { Configure = Configure };
        string expected;
        long steps;
        using (SeqGanTrainer trainer = undisturbed.Builder().Build())
        {
            steps = (await trainer.TrainAsync(cancellationToken: TestContext.Current.CancellationToken)).Steps;
            expected = undisturbed.Digest(trainer);
        }

        Assert.Contains("reward_length_mean=", expected, StringComparison.Ordinal);
        for (long step = steps - 12; step < steps; step += 3)
        {
            using var setup = new ResumeSetup { Configure = Configure };
            await CancelAsync(setup, step);
            using SeqGanTrainer resumed = setup.Builder().ResumeFrom(setup.Checkpoints).Build();
            await resumed.TrainAsync(cancellationToken: TestContext.Current.CancellationToken);
            Assert.Equal(expected, setup.Digest(resumed));
        }
    }

    private static void Configure(SeqGanBuilder builder) => builder
        .Configure(options => options.Rewards.DiscriminatorWeight = WeightSchedule.Linear(1, 0.25, 3))
        .AddReward(new TimeLimitedScorer(new DiversityFilter(Scorers.Length(4, 4, 3), tolerance: 2), TimeSpan.FromMinutes(5)),
            WeightSchedule.Linear(0, 2, 2))
        .AddReward(context => new CachedScorer(Scorers.Novelty(context.Corpus.Training), capacity: 20))
        .DecorateRewards(scorer => new DiversityFilter(scorer, tolerance: 3));

    private static async Task CancelAsync(ResumeSetup setup, long step)
    {
        using var stop = new CancellationTokenSource();
        using SeqGanTrainer trainer = setup.Builder(progress =>
        {
            if (progress.Step >= step)
                stop.Cancel();
        }).UseCheckpoints(setup.Checkpoints).Build();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => trainer.TrainAsync(cancellationToken: stop.Token));
    }
}
