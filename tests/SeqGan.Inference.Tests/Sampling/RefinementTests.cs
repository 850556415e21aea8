namespace SeqGan.Tests.Sampling;

public sealed class RefinementTests
{
    private static readonly SequenceFormat s_format = new(9, 7, 0, endToken: 1, paddingToken: 0);

    public static TheoryData<GeneratorNetwork, bool, bool> Networks => new(
        from network in Enum.GetValues<GeneratorNetwork>()
        from ends in new[] { true, false }
        from isLabelled in new[] { true, false }
        select (network, ends, isLabelled));

    [Theory]
    [MemberData(nameof(Networks))]
    public void DrawWithOdds_StatesOfDecoding_GiveTheOddsOfReadingTheDraws(GeneratorNetwork network, bool ends, bool isLabelled)
    {
        var format = new SequenceFormat(9, 7, 0, ends ? 1 : null, ends ? 0 : null, isLabelled ? 3 : 0);
        CompiledPolicy policy = Policy(format, network);
        var sampler = new SequenceSampler(policy, 3);
        foreach (int[] prefix in (int[][])[[], [4], [3, 5, 2, 8], ends ? [3, 1] : [2, 2, 2, 2, 2, 2, 2]])
        {
            var options = new SamplingOptions { Seed = 3 };
            (SequenceBuffer draws, float[] odds) = sampler.DrawWithOdds(
                prefix, 0, 300, new RandomKey(3, RandomPurpose.Sampling), options, TestContext.Current.CancellationToken);
            float[] read = new float[300];
            new SequenceSampler(policy, 1).LogOdds(draws.AsBatch(), read, TestContext.Current.CancellationToken);

            Assert.Equal(read, odds);
            draws.LimitRows();
            Assert.Equal(sampler.Complete(prefix, 300, options).Rows(), draws.Rows());
            Assert.True(prefix.Length is 2 or 7 || odds.Distinct().Count() > 10);
        }
    }

    [Fact]
    public void DrawWithOdds_Constraint_GivesTheOddsOfReadingTheDraws()
    {
        CompiledPolicy policy = Policy(s_format);
        var sampler = new SequenceSampler(policy, 2);
        var options = new SamplingOptions { Seed = 3, Constraint = TokenConstraint.MinimumLength(3, s_format) };

        (SequenceBuffer draws, float[] odds) = sampler.DrawWithOdds(
            [], 0, 300, new RandomKey(3, RandomPurpose.Sampling), options, TestContext.Current.CancellationToken);

        float[] read = new float[300];
        sampler.LogOdds(draws.AsBatch(), read, TestContext.Current.CancellationToken);
        Assert.Equal(read, odds);
        draws.LimitRows();
        Assert.Equal(sampler.Sample(300, options).Rows(), draws.Rows());
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(20)]
    public void Sample_Refined_DrawsThePolicysProbabilitiesTimesTheClippedOdds(int refine)
    {
        var format = new SequenceFormat(4, 2);
        CompiledPolicy policy = Policy(format, scale: 2);
        var sampler = new SequenceSampler(policy);
        int[] all = [.. Enumerable.Range(0, 16).SelectMany(pair => new[] { pair / 4, pair % 4 })];
        var sequences = new TokenBatch(all, 16, 2);
        float[] likelihoods = new float[32], odds = new float[16];
        sampler.LogProbabilities(sequences, likelihoods);
        sampler.LogOdds(sequences, odds);
        var options = new SamplingOptions { Seed = 1, Refine = refine };
        double threshold = RefinedDraws.Threshold(sampler.PilotLogOdds([], options, TestContext.Current.CancellationToken), refine);
        double[] expected =
            [.. odds.Select((odd, pair) => Math.Exp(likelihoods[2 * pair] + likelihoods[(2 * pair) + 1] + Math.Min(odd, threshold)))];
        double sum = expected.Sum();
        int[] counts = new int[16];

        foreach (int[] row in sampler.Sample(20_000, options).Rows())
            counts[(4 * row[0]) + row[1]]++;

        Assert.True(odds.Max() - odds.Min() > 1);
        DistributionTests.AssertFits([.. expected.Select(weight => weight / sum)], counts);
    }

    [Fact]
    public async Task Sample_Refined_IsTheSameForThreadsCountsAndStreams()
    {
        var policy = Policy(s_format);
        var options = new SamplingOptions { Seed = 8, Refine = 3 };
        int[][] expected = new SequenceSampler(policy, 1).Complete([4], 700, options).Rows();

        Assert.Equal(expected, new SequenceSampler(policy, 4).Complete([4], 700, options).Rows());
        Assert.Equal(expected[..5], new SequenceSampler(policy).Complete([4], 5, options).Rows());
        Assert.NotEqual(expected, new SequenceSampler(policy).Complete([4], 700, options with { Seed = 9 }).Rows());
        var streamed = new List<int[]>();
        await foreach (int[] sequence in new SequenceSampler(policy).StreamAsync(
            700, options, new[] { 4 }, TestContext.Current.CancellationToken))
            streamed.Add(sequence);
        Assert.Equal(expected, streamed);
    }

    [Fact]
    public void Sample_Refined_KeepsSomeOfTheDrawsInTheirOrder()
    {
        var sampler = new SequenceSampler(Policy(s_format));
        int[][] draws = sampler.Sample(2000, new SamplingOptions { Seed = 8 }).Rows();

        int next = 0;
        foreach (int[] kept in sampler.Sample(200, new SamplingOptions { Seed = 8, Refine = 4 }).Rows())
        {
            while (!draws[next].SequenceEqual(kept))
                next++;
            next++;
        }

        Assert.InRange(next, 500, 1200);
        Assert.Equal(draws, sampler.Sample(2000, new SamplingOptions { Seed = 8, Refine = 1 }).Rows());
    }

    [Fact]
    public void Sample_RefinedWithLabels_KeepsEachSequencesLabel()
    {
        CompiledPolicy policy = Policy(new SequenceFormat(9, 7, 0, 1, 0, 2)).WithLabels(new LabelSet(["a", "b"], [1, 3]));
        var sampler = new SequenceSampler(policy);
        var options = new SamplingOptions { Seed = 8, Refine = 2 };

        Assert.All(sampler.Sample(50, options with { Label = "b" }).Labels.ToArray(), label => Assert.Equal(1, label));
        SequenceBuffer mixed = sampler.Sample(1000, options);
        Assert.InRange(mixed.Labels.ToArray().Average(), 0.5, 0.95);
        float[] odds = new float[1000];
        sampler.LogOdds(mixed.AsBatch(), odds);
        Assert.True(odds.Average() > Odds(sampler, sampler.Sample(1000, new SamplingOptions { Seed = 8 }).AsBatch()).Average());
    }

    [Fact]
    public void Next_NothingIsKept_GivesOneOfTheDrawsInProportionToItsOdds()
    {
        // As if the pilot's draws had been far likelier real than all others.
        var sampler = new SequenceSampler(Policy(s_format));
        var options = new SamplingOptions { Seed = 8, Refine = 2 };
        float[] pilot = [.. Enumerable.Repeat(50f, 10)];
        var draws = new RefinedDraws(sampler, [], options, pilot);

        SequenceBuffer kept = draws.Next(40, TestContext.Current.CancellationToken);

        TokenBatch plain = sampler.Sample(40 * 2 * 64, new SamplingOptions { Seed = 8 }).AsBatch();
        Assert.True(Odds(sampler, kept.AsBatch()).Average() > Odds(sampler, plain).Average() + 0.1);
        Assert.Equal(kept.Rows(), new RefinedDraws(sampler, [], options, pilot).Next(40, TestContext.Current.CancellationToken).Rows());
    }

    [Fact]
    public void Threshold_KeepsOneInSoManyDraws()
    {
        float[] odds = [.. Enumerable.Range(0, 999).Select(i => (float)Math.Sin(i) * 3)];
        foreach (int draws in (int[])[1, 2, 4, 100, 1000])
            Assert.Equal(1.0 / draws, RefinedDraws.Acceptance(odds, RefinedDraws.Threshold(odds, draws)), 1e-9);
        Assert.Equal(0.25, RefinedDraws.Acceptance([60, 60, -60], RefinedDraws.Threshold([60, 60, -60], 4)), 1e-9);
        // Equally good ones are all kept.
        Assert.Equal(1, RefinedDraws.Acceptance([5, 5], RefinedDraws.Threshold([5, 5], 4)), 1e-9);
    }

    [Fact]
    public void Sample_RefinedByADiscriminatorThatIsSureOfEverything_ReturnsWhatIsAskedFor()
    {
        CompiledPolicy policy = TestPolicies.Create(s_format);
        foreach (float bias in (float[])[-1e30f, 1e30f])
        {
            var sampler = new SequenceSampler(policy.WithDiscriminator(
                new CompiledDiscriminator(null, policy.Weights, Head(policy, scale: 0, bias))));
            Assert.Equal(100, sampler.Sample(100, new SamplingOptions { Seed = 1, Refine = 4 }).Count);
            Assert.All(Odds(sampler, sampler.Sample(3).AsBatch()), odds => Assert.Equal(Math.Sign(bias) * 60, odds));
        }
    }

    [Fact]
    public void Refine_WithoutADiscriminator_IsRefused()
    {
        var sampler = new SequenceSampler(TestPolicies.Create(s_format));
        Assert.False(sampler.Policy.HasDiscriminator);
        foreach (Action act in (Action[])
        [
            () => sampler.Sample(1, new SamplingOptions { Refine = 2 }),
            () => sampler.StreamAsync(1, new SamplingOptions { Refine = 2 }),
            () => sampler.LogOdds(sampler.Sample(1).AsBatch(), new float[1]),
        ])
            Assert.Contains("no discriminator", Assert.Throws<InvalidOperationException>(act).Message, StringComparison.Ordinal);
        Assert.Equal(2, sampler.Sample(2, new SamplingOptions { Refine = 1 }).Count);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-4)]
    [InlineData(1001)]
    public void Refine_OutOfRange_IsRefused(int refine)
    {
        var sampler = new SequenceSampler(Policy(s_format));
        var error = Assert.Throws<ArgumentException>(() => sampler.Sample(1, new SamplingOptions { Refine = refine }));
        Assert.StartsWith($"Refine is {refine}; it must be from 1 to 1000, or null for none.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void LogOdds_BadArguments_AreRefused()
    {
        var sampler = new SequenceSampler(Policy(s_format));
        TokenBatch two = sampler.Sample(2).AsBatch();
        Assert.Contains("2 sequences need 2 values; there is room for 1.",
            Assert.Throws<ArgumentException>(() => sampler.LogOdds(two, new float[1])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => sampler.LogOdds(new TokenBatch(new[] { 77 }, 1, 1), new float[1]));
        Assert.Throws<OperationCanceledException>(() => sampler.LogOdds(two, new float[2], new CancellationToken(canceled: true)));
        sampler.LogOdds(two, new float[5]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void LogOdds_OtherNetwork_AreThoseOfItsStates(bool readsStart)
    {
        CompiledPolicy policy = TestPolicies.Create(s_format);
        CompiledPolicy other = TestPolicies.Create(s_format, GeneratorNetwork.Gru, hidden: 6, seed: 2);
        var sampler = new SequenceSampler(policy.WithDiscriminator(
            new CompiledDiscriminator(new StateSource(other, readsStart), policy.Weights, Head(other))));
        TokenBatch sequences = sampler.Sample(5000, new SamplingOptions { Seed = 1 }).AsBatch();
        float[] states = new float[5000 * PoolingJob.SizeOf(other)], expected = new float[5000];
        new SequenceSampler(other).PoolStates(sequences, states, TestContext.Current.CancellationToken, readsStart);
        new CompiledDiscriminator(null, other.Weights, Head(other)).LogOdds(Kernels.Best, states, expected);

        Assert.Equal(expected, Odds(sampler, sequences));
        (SequenceBuffer draws, float[] odds) = sampler.DrawWithOdds(
            [], 0, 5000, new RandomKey(1, RandomPurpose.Sampling), new SamplingOptions(), TestContext.Current.CancellationToken);
        sampler.LogOdds(draws.AsBatch(), expected, TestContext.Current.CancellationToken);
        Assert.Equal(expected, odds);
    }

    [Fact]
    public void LogOdds_WithoutHiddenLayer_IsTheOutputOfTheStates()
    {
        CompiledPolicy policy = TestPolicies.Create(s_format);
        NamedTensor[] head = [.. Head(policy, units: PoolingJob.SizeOf(policy)).Skip(2)];
        var sampler = new SequenceSampler(policy.WithDiscriminator(new CompiledDiscriminator(null, policy.Weights, head)));
        TokenBatch sequences = sampler.Sample(10, new SamplingOptions { Seed = 1 }).AsBatch();
        float[] states = new float[10 * PoolingJob.SizeOf(policy)];
        sampler.PoolStates(sequences, states, TestContext.Current.CancellationToken);

        float[] odds = Odds(sampler, sequences);

        for (int row = 0; row < 10; row++)
        {
            double expected = head[1].Values.Span[0];
            for (int i = 0; i < PoolingJob.SizeOf(policy); i++)
                expected += head[0].Values.Span[i] * states[(row * PoolingJob.SizeOf(policy)) + i];
            Assert.Equal(expected, odds[row], 1e-4);
        }
    }

    internal static CompiledPolicy Policy(SequenceFormat format, GeneratorNetwork network = GeneratorNetwork.Lstm, float scale = 1)
    {
        CompiledPolicy policy = network == GeneratorNetwork.Transformer
            ? TestPolicies.Transformer(format)
            : TestPolicies.Create(format, network, layers: 2, hidden: 19);
        return policy.WithDiscriminator(new CompiledDiscriminator(null, policy.Weights, Head(policy, scale)));
    }

    internal static NamedTensor[] Head(CompiledPolicy states, float scale = 1, float bias = 0.1f, int units = 5)
    {
        int size = PoolingJob.SizeOf(states);
        return
        [
            new(CompiledDiscriminator.HiddenName, [units, size], Normals(units * size, 1)),
            new(CompiledDiscriminator.HiddenBiasName, [units], Normals(units, 2)),
            new(CompiledDiscriminator.OutputName, [1, units], Normals(units, 3)),
            new(CompiledDiscriminator.OutputBiasName, [1], new[] { bias }),
        ];

        float[] Normals(int count, int row)
        {
            var key = new RandomKey(7, RandomPurpose.User);
            return [.. Enumerable.Range(0, count).Select(i => scale * (float)key.NextNormal(row, 0, i))];
        }
    }

    private static float[] Odds(SequenceSampler sampler, TokenBatch sequences)
    {
        float[] odds = new float[sequences.Count];
        sampler.LogOdds(sequences, odds, TestContext.Current.CancellationToken);
        return odds;
    }
}
