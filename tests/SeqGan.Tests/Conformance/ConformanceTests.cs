using SeqGan.Conformance;
using SeqGan.Tests.Generation;

namespace SeqGan.Tests.Conformance;

/// <summary>SeqGan's own components keep the promises that the kit holds others to.</summary>
public class ConformanceTests
{
    public static TheoryData<string> Formats => ["fixed", "ending", "labelled", "unknown"];

    [Theory]
    [InlineData(GeneratorNetwork.Lstm, "fixed", false)]
    [InlineData(GeneratorNetwork.Lstm, "ending", false)]
    [InlineData(GeneratorNetwork.Gru, "ending", false)]
    [InlineData(GeneratorNetwork.Lstm, "ending", true)]
    [InlineData(GeneratorNetwork.Lstm, "labelled", false)]
    [InlineData(GeneratorNetwork.Gru, "labelled", true)]
    [InlineData(GeneratorNetwork.Gru, "fixed", true)]
    [InlineData(GeneratorNetwork.Lstm, "unknown", false)]
    [InlineData(GeneratorNetwork.Gru, "unknown", true)]
    [InlineData(GeneratorNetwork.Transformer, "fixed", false)]
    [InlineData(GeneratorNetwork.Transformer, "ending", false)]
    [InlineData(GeneratorNetwork.Transformer, "ending", true)]
    [InlineData(GeneratorNetwork.Transformer, "labelled", false)]
    [InlineData(GeneratorNetwork.Transformer, "labelled", true)]
    [InlineData(GeneratorNetwork.Transformer, "unknown", false)]
    public void NeuralGenerator_KeepsItsPromises(GeneratorNetwork cell, string format, bool isBatched) =>
        GeneratorConformance.Check(() => Generators.OfNetwork(Format(format), cell, configure: o => o.UsesBatchedDecoder = isBatched))
            .ThrowIfFailed();

    [Theory]
    [MemberData(nameof(Formats))]
    public void MonteCarloRollout_KeepsItsPromises(string format) =>
        RolloutConformance.Check(() => new MonteCarloRollout(Generators.Create(Format(format)))).ThrowIfFailed();

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task Discriminators_KeepTheirPromises(string name)
    {
        SequenceFormat format = Format(name);
        var options = new DiscriminatorOptions { FilterWidths = [1, 2, 3], FilterCounts = [8, 8, 8], EmbeddingSize = 8, HiddenSize = 8 };
        using NeuralGenerator generator = Generators.Create(format);
        foreach (DiscriminatorNetwork network in Enum.GetValues<DiscriminatorNetwork>())
        {
            options.Network = network;
            (await DiscriminatorConformance.CheckAsync(() => ModuleDiscriminator.Create(generator, options, 3), format)).ThrowIfFailed();
        }

        (await DiscriminatorConformance.CheckAsync(
            () => new Mediator(generator, Generators.Create(format)), format)).ThrowIfFailed();
        (await DiscriminatorConformance.CheckAsync(() => new DelegateDiscriminator("rule", sequence => 1f / sequence.Length), format))
            .ThrowIfFailed();
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task RewardEstimators_KeepTheirPromises(string name)
    {
        SequenceFormat format = Format(name);
        var scorer = new DelegateDiscriminator("rule", sequence => 1f / sequence.Length);
        (await RewardEstimatorConformance.CheckAsync(() =>
            new MonteCarloRewardEstimator(new MonteCarloRollout(Generators.Create(format)), scorer, 4), format)).ThrowIfFailed();
        (await RewardEstimatorConformance.CheckAsync(() => new MonteCarloRewardEstimator(
            new MonteCarloRollout(Generators.Create(format)), scorer, 4, prefixesPerSequence: 2), format)).ThrowIfFailed();
        (await RewardEstimatorConformance.CheckAsync(
            () => new SequenceRewardEstimator(scorer, MaliGanWeights.Apply), format)).ThrowIfFailed();
        (await RewardEstimatorConformance.CheckAsync(() => new SequenceRewardEstimator(scorer), format)).ThrowIfFailed();
        (await RewardEstimatorConformance.CheckAsync(() => new ConstantRewardEstimator(), format)).ThrowIfFailed();
        (await RewardEstimatorConformance.CheckAsync(() => new CooperativeRewardEstimator(
            new Mediator(Generators.Create(format), Generators.Create(format, seed: 2)), null), format)).ThrowIfFailed();
    }

    [Fact]
    public async Task Checks_OfCheckpointableComponents_IncludeTheirState()
    {
        const string Promise = "a fresh instance with a restored state continues like the one that saved it";
        ConformanceReport generator = GeneratorConformance.Check(() => Generators.Create(Generators.Ending));
        ConformanceReport discriminator = await DiscriminatorConformance.CheckAsync(
            () => Discrimination.Discriminators.Create(DiscriminatorNetwork.Gru, Generators.Ending), Generators.Ending);
        Assert.Equal(2, generator.Checks.Count(check => check.Name == Promise));
        Assert.Single(discriminator.Checks, check => check.Name == Promise);
    }

    private static SequenceFormat Format(string name) => name switch
    {
        "fixed" => Generators.Fixed,
        "unknown" => new SequenceFormat(9, 12, 0, 1, 0, unknownToken: 4),
        "labelled" => new SequenceFormat(9, 12, 0, 1, 0, labelCount: 3),
        _ => Generators.Ending,
    };
}
