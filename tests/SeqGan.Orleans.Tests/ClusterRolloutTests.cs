using Microsoft.Extensions.Logging.Abstractions;
using SeqGan.Conformance;

namespace SeqGan.Tests;

public sealed class ClusterRolloutTests
{
    public static TheoryData<SequenceFormat> Formats =>
        [new SequenceFormat(7, 5), new SequenceFormat(7, 5, 0, 1, 2), new SequenceFormat(7, 5, 0, 1, 2, labelCount: 3, unknownToken: 4)];

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task Rollout_OfACluster_KeepsItsPromises(SequenceFormat format)
    {
        await using TestSilos cluster = await TestSilos.StartAsync(1);
        RolloutConformance.Check(
            () => Rollout(cluster, format), cancellationToken: TestContext.Current.CancellationToken).ThrowIfFailed();
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task CompleteAsync_RowsOfAllLengths_IsTheRolloutOfThisProcess(SequenceFormat format)
    {
        await using TestSilos cluster = await TestSilos.StartAsync();
        using ClusterRollout there = Rollout(cluster, format);
        using MonteCarloRollout here = Rollout(format);
        // Narrower than the format, and the last rows have no proper prefix.
        int[] lengths = format.EndToken is null ? [4, 4, 4, 4, 4] : [4, 0, 3, 2, 1, 0];
        var batch = new TokenBatch(
            Enumerable.Repeat(5, 4 * lengths.Length).ToArray(), lengths.Length, 4, lengths,
            format.LabelCount == 0 ? default(ReadOnlyMemory<int>) : Enumerable.Range(0, lengths.Length).Select(row => row % 3).ToArray());
        foreach (int? prefixes in new int?[] { null, 1, 2 })
        {
            var request = new RolloutRequest
            {
                Key = new RandomKey(1, RandomPurpose.Rollout), SamplesPerPrefix = 3, PrefixesPerSequence = prefixes, FirstRow = 7,
            };
            SequenceBuffer expected = new(format), actual = new(format);
            await here.CompleteAsync(batch, request, expected, TestContext.Current.CancellationToken);
            await there.CompleteAsync(batch, request, actual, TestContext.Current.CancellationToken);
            Assert.Equal(expected.AsBatch().Tokens.ToArray(), actual.AsBatch().Tokens.ToArray());
            Assert.Equal(expected.AsBatch().Lengths.ToArray(), actual.AsBatch().Lengths.ToArray());
            Assert.Equal(expected.AsBatch().Labels.ToArray(), actual.AsBatch().Labels.ToArray());
        }
    }

    private static ClusterRollout Rollout(TestSilos cluster, SequenceFormat format) => new(
        Rollout(format), new RewardCluster(cluster.Client, new OrleansRewardOptions(), [], NullLogger.Instance, _ => []), scorer: null,
        isLocal: false);

    private static MonteCarloRollout Rollout(SequenceFormat format) =>
        new(new RecurrentGenerator(format, new GeneratorOptions { EmbeddingSize = 3, HiddenSize = 4 }, seed: 1));
}
