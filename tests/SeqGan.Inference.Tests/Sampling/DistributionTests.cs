namespace SeqGan.Tests;

/// <summary>What is drawn, and how often.</summary>
public sealed class DistributionTests
{
    private const int Draws = 20_000;

    public static TheoryData<double, int?, double> Options => new()
    {
        { 1, null, 1 }, { 0.5, null, 1 }, { 3, null, 1 }, { 1, 3, 1 }, { 1, null, 0.8 }, { 1.5, 6, 0.7 }, { 1, 100, 1 }, { 1, 9, 1 },
        { 1, 1, 0.1 },
    };

    [Theory]
    [MemberData(nameof(Options))]
    public void Sample_Options_DrawTheTruncatedDistribution(double temperature, int? topK, double topP) =>
        AssertDrawsFrom(new SamplingOptions { Seed = 4, Temperature = temperature, TopK = topK, TopP = topP }, []);

    [Theory]
    [MemberData(nameof(Options))]
    public void Complete_Options_DrawTheTruncatedDistributionAfterThePrefix(double temperature, int? topK, double topP) =>
        AssertDrawsFrom(new SamplingOptions { Seed = 5, Temperature = temperature, TopK = topK, TopP = topP }, [3, 1, 8]);

    [Fact]
    public void Sample_TwoTokens_DrawsTheirJointDistribution()
    {
        PolicyWeights weights = TestPolicies.Weights(new SequenceFormat(4, 2), GeneratorNetwork.Gru, scale: 1);
        var reference = new ReferenceNetwork(weights);
        double[] expected = [.. Enumerable.Range(0, 16)
            .Select(pair => reference.Next([])[pair / 4] * reference.Next([pair / 4])[pair % 4])];
        int[] counts = new int[16];
        foreach (int[] row in new SequenceSampler(new CompiledPolicy(weights)).Sample(Draws, new SamplingOptions { Seed = 0 }).Rows())
            counts[(4 * row[0]) + row[1]]++;
        AssertFits(expected, counts);
    }

    [Fact]
    public void Sample_WithEndToken_DrawsLengthsGeometrically()
    {
        var format = new SequenceFormat(4, 5, 0, 1, 0);
        CompiledPolicy policy = TestPolicies.FromProbabilities(format, 0.5, 0.1, 0.2, 0.2);
        int[] counts = new int[5];
        foreach (int[] row in new SequenceSampler(policy).Sample(Draws, new SamplingOptions { Seed = 0 }).Rows())
            counts[format.HasEnded(row) ? row.Length - 1 : row.Length]++;

        // Without the padding the end has 0.2 of what is left. The last are those of 4 tokens, whether they end there or not.
        AssertFits([0.2, 0.8 * 0.2, 0.64 * 0.2, 0.512 * 0.2, 0.4096], counts);
    }

    [Fact]
    public void Sample_LargeVocabulary_DrawsFromAllSections()
    {
        double[] probabilities = [.. Enumerable.Range(0, 700).Select(id => 1 + (id % 3.0)).Select(weight => weight / 1399)];
        int[] counts = new int[7];
        foreach (int[] row in new SequenceSampler(TestPolicies.FromProbabilities(new SequenceFormat(700, 1), probabilities))
            .Sample(Draws, new SamplingOptions { Seed = 0 }).Rows())
            counts[row[0] / 100]++;
        AssertFits([.. probabilities.Chunk(100).Select(chunk => chunk.Sum())], counts);
    }

    [Theory]
    [InlineData(null, 0.35, new[] { 2 })]
    [InlineData(null, 0.45, new[] { 0, 2 })]
    [InlineData(null, 0.69, new[] { 0, 2 })]
    [InlineData(null, 0.71, new[] { 0, 2, 3 })]
    [InlineData(null, 0.91, new[] { 0, 1, 2, 3 })]
    [InlineData(null, 1.0, new[] { 0, 1, 2, 3 })]
    [InlineData(null, double.Epsilon, new[] { 2 })]
    [InlineData(2, 1.0, new[] { 0, 2 })]
    [InlineData(2, 0.56, new[] { 2 })]
    [InlineData(2, 0.58, new[] { 0, 2 })]
    [InlineData(int.MaxValue, 1.0, new[] { 0, 1, 2, 3 })]
    public void Sample_TopKAndTopP_KeepExactlyTheSmallestSet(int? topK, double topP, int[] kept)
    {
        // The nucleus is taken of what the k likeliest leave: 0.4 of 0.7 is 0.571.
        CompiledPolicy policy = TestPolicies.FromProbabilities(new SequenceFormat(4, 1), 0.3, 0.1, 0.4, 0.2);
        AssertKept(kept, policy, new SamplingOptions { Seed = 0, TopK = topK, TopP = topP });
    }

    [Theory]
    [InlineData(1, 1.0, 1)]
    [InlineData(3, 1.0, 3)]
    [InlineData(20, 1.0, 19)]
    [InlineData(null, 0.01, 1)]
    [InlineData(null, 0.27, 6)]
    [InlineData(10, 0.45, 5)]
    public void Sample_EquallyLikelyTokens_KeepsThoseWithTheLowestIds(int? topK, double topP, int kept)
    {
        // 19 tokens: the padding token, 0, has no share.
        CompiledPolicy policy = TestPolicies.FromLogits(new SequenceFormat(20, 1, paddingToken: 0), new float[20]);
        AssertKept([.. Enumerable.Range(1, kept)], policy, new SamplingOptions { Seed = 0, TopK = topK, TopP = topP });
    }

    [Fact]
    public void Sample_TopKOne_IsTheGreedySequence()
    {
        PolicyWeights weights = TestPolicies.Weights(new SequenceFormat(30, 8), GeneratorNetwork.Lstm, 2, 6, 20);
        var reference = new ReferenceNetwork(weights);
        var expected = new List<int>();
        for (int position = 0; position < 8; position++)
        {
            double[] next = reference.Next([.. expected]);
            expected.Add(Array.IndexOf(next, next.Max()));
        }

        var sampler = new SequenceSampler(new CompiledPolicy(weights));
        Assert.All(sampler.Sample(20, new SamplingOptions { Seed = 0, TopK = 1 }).Rows(), row => Assert.Equal(expected, row));
        Assert.All(sampler.Sample(20, new SamplingOptions { Seed = 0, Temperature = 1e-300 }).Rows(), row => Assert.Equal(expected, row));
    }

    [Fact]
    public void Sample_HugeTemperature_DrawsAllTokensAlikeButPadding()
    {
        int[] counts = new int[5];
        CompiledPolicy policy = TestPolicies.FromLogits(new SequenceFormat(5, 1, paddingToken: 2), -30, 40, 0, 5, 5);
        foreach (int[] row in new SequenceSampler(policy)
            .Sample(Draws, new SamplingOptions { Seed = 0, Temperature = double.MaxValue }).Rows())
            counts[row[0]]++;
        AssertFits([0.25, 0.25, 0, 0.25, 0.25], counts);
    }

    [Fact]
    public void Sample_LogitsFarApart_DrawsTheLikeliest()
    {
        CompiledPolicy policy = TestPolicies.FromLogits(new SequenceFormat(3, 1), -9e36f, 9e36f, 0);
        foreach (double temperature in (double[])[1e-300, 1, 1e20])
            AssertKept([1], policy, new SamplingOptions { Seed = 0, Temperature = temperature });
    }

    private static void AssertDrawsFrom(SamplingOptions options, int[] prefix)
    {
        PolicyWeights weights = TestPolicies.Weights(new SequenceFormat(9, prefix.Length + 1), hidden: 10, scale: 1);
        double[] expected = Truncate(new ReferenceNetwork(weights).Next(prefix, options.Temperature), options);
        int[] counts = new int[9];
        foreach (int[] row in new SequenceSampler(new CompiledPolicy(weights)).Complete(prefix, Draws, options).Rows())
            counts[row[^1]]++;
        AssertFits(expected, counts);
    }

    private static double[] Truncate(double[] probabilities, SamplingOptions options)
    {
        int[] order = [.. Enumerable.Range(0, probabilities.Length).OrderByDescending(id => probabilities[id])
            .Take(options.TopK ?? int.MaxValue)];
        double mass = order.Sum(id => probabilities[id]), cumulated = 0, kept = 0;
        double[] truncated = new double[probabilities.Length];
        foreach (int id in order)
        {
            if (cumulated >= options.TopP * mass)
                break;
            cumulated += probabilities[id];
            truncated[id] = probabilities[id];
            kept += probabilities[id];
        }

        return [.. truncated.Select(p => p / kept)];
    }

    internal static void AssertFits(double[] expected, int[] counts)
    {
        int total = counts.Sum();
        double chiSquare = 0;
        for (int i = 0; i < counts.Length; i++)
        {
            if (expected[i] == 0)
                Assert.Equal(0, counts[i]);
            else
                chiSquare += Math.Pow(counts[i] - (total * expected[i]), 2) / (total * expected[i]);
        }

        // Beyond 50 with 15 degrees of freedom or fewer: less than once in 80,000 seeds.
        Assert.InRange(chiSquare, 0, 50);
    }

    private static void AssertKept(int[] kept, CompiledPolicy policy, SamplingOptions options)
    {
        IEnumerable<int> drawn = new SequenceSampler(policy).Sample(3000, options).Rows().Select(row => row[0]);
        Assert.Equal(kept, drawn.Distinct().Order());
    }
}
