using TorchSharp;

namespace SeqGan.Tests.Training;

public class EnduranceTests
{
    [Fact]
    public async Task TrainAsync_FiveHundredRounds_KeepsTheNumberOfLiveTensors()
    {
        const int Rounds = 500, Settled = 100;
        LiveTensors.Settle();
        var live = new Dictionary<int, long>();
        using SeqGanTrainer trainer = TinyTraining.Builder()
            .Configure(options => options.Training.AdversarialRounds = Rounds)
            .Configure(options => options.Rewards.MaxCompletions = 32)
            .AddObserver(progress =>
            {
                if (progress.Phase == TrainingPhase.Adversarial)
                    live[progress.Round] = torch.Tensor.TotalCount;
            })
            .Build();

        await trainer.RunAsync();

        Assert.Equal(Rounds, live.Count);
        Assert.True(live[Settled] > 0);
        Assert.All(live.Where(round => round.Key >= Settled), round => Assert.InRange(round.Value, 1, live[Settled]));
    }
}
