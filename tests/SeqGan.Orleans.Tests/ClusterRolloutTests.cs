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

    public static TheoryData<string> Constraints => ["pattern", "no repeat", "least", "one of", "known", "all"];

    [Theory]
    [MemberData(nameof(Constraints))]
    public async Task CompleteAsync_UnderAConstraint_IsTheRolloutOfThisProcess(string name)
    {
        var format = new SequenceFormat(7, 6, 0, 1, 2);
        ITokenConstraint constraint = Make(name, format);
        await using TestSilos cluster = await TestSilos.StartAsync(1);
        var statistics = new ClusterStatistics();
        using var generator = new RecurrentGenerator(
            format, new GeneratorOptions { EmbeddingSize = 3, HiddenSize = 4 }, seed: 1, constraint: constraint);
        using var there = new ClusterRollout(
            new MonteCarloRollout(generator),
            new RewardCluster(cluster.Client, new OrleansRewardOptions { Statistics = statistics }, [], NullLogger.Instance),
            scorer: null, constraint);
        using var here = new MonteCarloRollout(generator);
        TokenBatch batch = generator.Sample(9, new RandomKey(1, RandomPurpose.Sampling)).AsBatch();
        var request = new RolloutRequest { Key = new RandomKey(1, RandomPurpose.Rollout), SamplesPerPrefix = 3 };
        SequenceBuffer expected = new(format), actual = new(format);
        await here.CompleteAsync(batch, request, expected, TestContext.Current.CancellationToken);
        await there.CompleteAsync(batch, request, actual, TestContext.Current.CancellationToken);
        Assert.Equal(expected.AsBatch().Tokens.ToArray(), actual.AsBatch().Tokens.ToArray());
        Assert.Equal(expected.AsBatch().Lengths.ToArray(), actual.AsBatch().Lengths.ToArray());
        Assert.True(Assert.Single(statistics.Silos).Pieces > 0);
    }

    [Fact]
    public async Task CompleteAsync_ADeadEnd_IsTheErrorOfThisProcess()
    {
        var format = new SequenceFormat(5, 4);
        // The data may have what the constraint does not allow; from there, nothing is left.
        ITokenConstraint constraint = TokenConstraint.NoRepeat(1, format).And(TokenConstraint.MatchingTokens("[0 1 2 3]{4}", format));
        await using TestSilos cluster = await TestSilos.StartAsync(1);
        using var generator = new RecurrentGenerator(
            format, new GeneratorOptions { EmbeddingSize = 3, HiddenSize = 4 }, seed: 1, constraint: constraint);
        using var there = new ClusterRollout(
            new MonteCarloRollout(generator), new RewardCluster(cluster.Client, new OrleansRewardOptions(), [], NullLogger.Instance),
            scorer: null, constraint);
        using var here = new MonteCarloRollout(generator);
        var batch = new TokenBatch(new[] { 4, 0, 1, 2 }, 1, 4);
        var request = new RolloutRequest { Key = new RandomKey(1, RandomPurpose.Rollout), SamplesPerPrefix = 3 };
        ConstraintException expected = await Assert.ThrowsAsync<ConstraintException>(async () => await here.CompleteAsync(
            batch, request, new SequenceBuffer(format), TestContext.Current.CancellationToken));
        ConstraintException actual = await Assert.ThrowsAsync<ConstraintException>(async () => await there.CompleteAsync(
            batch, request, new SequenceBuffer(format), TestContext.Current.CancellationToken));
        Assert.Equal((expected.Message, string.Join(' ', expected.Prefix)), (actual.Message, string.Join(' ', actual.Prefix)));
    }

    [Theory]
    [MemberData(nameof(Constraints))]
    public void Read_RandomChangesOfAConstraint_ThrowNothingElse(string name)
    {
        byte[] bytes = ConstraintFile.Write(Make(name, new SequenceFormat(7, 6, 0, 1, 2)))!;
        Assert.Equal(0, bytes.Length % 4);
        var random = new Random(1);
        for (int i = 0; i < 2000; i++)
        {
            byte[] changed = [.. bytes];
            for (int flips = random.Next(1, 4); flips > 0; flips--)
                changed[random.Next(changed.Length)] = (byte)(random.Next(2) == 0 ? random.Next(256) : "0123456789[],"[random.Next(13)]);
            try
            {
                ConstraintFile.Read(changed);
            }
            catch (FormatException)
            {
            }
        }
    }

    [Fact]
    public void Write_AFunction_IsNotForSilos()
    {
        var format = new SequenceFormat(7, 6, 0, 1, 2);
        ITokenConstraint filter = TokenConstraint.FromFilter((_, mask) => mask.AddAll(), format);
        Assert.Null(ConstraintFile.Write(filter));
        Assert.Null(ConstraintFile.Write(filter.And(TokenConstraint.NoRepeat(2, format))));
    }

    private static ITokenConstraint Make(string name, SequenceFormat format) => name switch
    {
        "pattern" => TokenConstraint.MatchingTokens("(3 | 4)+ 5? 6*", format),
        "no repeat" => TokenConstraint.NoRepeat(1, format),
        "least" => TokenConstraint.MinimumLength(3, format),
        "one of" => TokenConstraint.OneOf([[3, 4, 5], [3, 5], [6, 6, 6, 6], []], format),
        "known" => TokenConstraint.KnownTokens(format),
        _ => TokenConstraint.All(
            TokenConstraint.MatchingTokens("(3 | 4 | 5 | 6)*", format), TokenConstraint.NoRepeat(2, format),
            TokenConstraint.MinimumLength(2, format)),
    };

    private static ClusterRollout Rollout(TestSilos cluster, SequenceFormat format) => new(
        Rollout(format), new RewardCluster(cluster.Client, new OrleansRewardOptions(), [], NullLogger.Instance), scorer: null,
        constraint: null);

    private static MonteCarloRollout Rollout(SequenceFormat format) =>
        new(new RecurrentGenerator(format, new GeneratorOptions { EmbeddingSize = 3, HiddenSize = 4 }, seed: 1));
}
