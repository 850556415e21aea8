using Microsoft.Extensions.DependencyInjection;

namespace SeqGan.Tests;

public sealed class OrleansRewardsTests
{
    [Theory]
    [InlineData(DiscriminatorNetwork.Convolutional, null)]
    [InlineData(DiscriminatorNetwork.Convolutional, 2)]
    [InlineData(DiscriminatorNetwork.Gru, null)]
    [InlineData(DiscriminatorNetwork.GeneratorStates, null)]
    public async Task TrainAsync_OnACluster_EndsWithTheWeightsOfOneProcess(DiscriminatorNetwork network, int? prefixes)
    {
        await using Cluster cluster = await Cluster.StartAsync();
        Assert.Equal(
            await WeightsAsync(Builder(network, prefixes)),
            await WeightsAsync(Builder(network, prefixes).UseOrleansRewards(cluster.Client)));
    }

    private static SeqGanBuilder Builder(DiscriminatorNetwork network, int? prefixes) => TinyTraining.Builder().Configure(options =>
    {
        options.Discriminator.Network = network;
        options.Rewards.PrefixesPerSequence = prefixes;
    });

    private static async Task<byte[]> WeightsAsync(SeqGanBuilder builder)
    {
        using SeqGanTrainer trainer = builder.Build();
        await trainer.TrainAsync(cancellationToken: TestContext.Current.CancellationToken);
        using var state = new MemoryStream();
        ((ICheckpointable)trainer.Generator).SaveState(state);
        return state.ToArray();
    }
}
