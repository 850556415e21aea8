namespace SeqGan.Tests;

public sealed class LogProbabilityTests
{
    private static readonly SequenceFormat s_words = new(12, 9, 0, endToken: 1, paddingToken: 0);

    public static TheoryData<GeneratorNetwork, int, int, int, int> Sizes
    {
        get
        {
            var data = new TheoryData<GeneratorNetwork, int, int, int, int>();
            foreach (GeneratorNetwork cell in (GeneratorNetwork[])[GeneratorNetwork.Lstm, GeneratorNetwork.Gru])
            {
                for (int layers = 1; layers <= 3; layers++)
                {
                    foreach ((int embedding, int hidden, int vocabulary) in ((int, int, int)[])[(1, 1, 1), (7, 16, 2), (16, 7, 17),
                        (33, 33, 300), (3, 1, 17)])
                        data.Add(cell, layers, embedding, hidden, vocabulary);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void LogProbabilities_AnySize_EqualTheReference(GeneratorNetwork cell, int layers, int embedding, int hidden, int vocabulary) =>
        AssertEqualTheReference(TestPolicies.Weights(new SequenceFormat(vocabulary, 6), cell, layers, embedding, hidden), 1);

    [Theory]
    [InlineData(GeneratorNetwork.Lstm)]
    [InlineData(GeneratorNetwork.Gru)]
    public void LogProbabilities_VocabularyTooLargeForATableOfInputs_EqualTheReference(GeneratorNetwork cell)
    {
        PolicyWeights weights = TestPolicies.Weights(new SequenceFormat(5600, 4), cell, 2, 6, 33);
        Assert.Null(((CompiledRecurrence)new CompiledPolicy(weights).Compiled).InputTable);
        AssertEqualTheReference(weights, 1);
    }

    [Theory]
    [InlineData(1, 2, 1, 1, 6)]
    [InlineData(2, 12, 3, 17, 6)]
    [InlineData(1, 16, 2, 300, 6)]
    [InlineData(3, 40, 2, 17, 40)]
    [InlineData(2, 64, 1, 5, 20)]
    public void LogProbabilities_Transformer_EqualTheReference(int layers, int width, int heads, int vocabulary, int length)
    {
        foreach (bool isTied in (bool[])[false, true])
        {
            AssertEqualTheReference(TestPolicies.Weights(
                new SequenceFormat(vocabulary, length), GeneratorNetwork.Transformer, layers, 0, width, heads: heads, isTied: isTied), 1);
        }
    }

    [Theory]
    [InlineData(0.25)]
    [InlineData(3)]
    public void LogProbabilities_Temperature_DividesTheLogits(double temperature) =>
        AssertEqualTheReference(TestPolicies.Weights(new SequenceFormat(17, 6), hidden: 20), temperature);

    [Fact]
    public void LogProbabilities_SequencesOfAllLengths_IgnorePaddingAndEachOther()
    {
        PolicyWeights weights = TestPolicies.Weights(s_words, layers: 2);
        var sampler = new SequenceSampler(new CompiledPolicy(weights), 2);
        SequenceBuffer buffer = sampler.Sample(100, new SamplingOptions { Seed = 3 });
        Assert.Contains(s_words.MaxLength, buffer.Rows().Select(row => row.Length));
        Assert.Contains(1, buffer.Rows().Select(row => row.Length));
        float[] all = new float[100 * s_words.MaxLength];
        Array.Fill(all, 7);
        sampler.LogProbabilities(buffer.AsBatch(), all);
        var reference = new ReferenceNetwork(weights);
        for (int row = 0; row < buffer.Count; row++)
        {
            int[] sequence = buffer.Rows()[row];
            for (int position = 0; position < s_words.MaxLength; position++)
            {
                double expected = position < sequence.Length
                    ? Math.Log(reference.Next(sequence.AsSpan(0, position))[sequence[position]]) : 0;
                Assert.Equal(expected, all[(row * s_words.MaxLength) + position], 1e-4);
            }
        }
    }

    [Fact]
    public void LogProbabilities_AllTokensButPadding_SumToOne()
    {
        var sampler = new SequenceSampler(TestPolicies.Create(s_words));
        float[] values = new float[11];
        sampler.LogProbabilities(new TokenBatch(Enumerable.Range(1, 11).ToArray(), 11, 1), values);
        Assert.Equal(1, values.Sum(value => Math.Exp(value)), 1e-5);
    }

    [Fact]
    public void LogProbabilities_OneTokenVocabulary_AreZero()
    {
        float[] values = [5, 5, 5];
        new SequenceSampler(TestPolicies.Create(new SequenceFormat(1, 3))).LogProbabilities(new TokenBatch(new int[3], 1, 3), values);
        Assert.Equal([0f, 0, 0], values);
    }

    [Theory]
    [InlineData(GeneratorNetwork.Lstm, 18)]
    [InlineData(GeneratorNetwork.Transformer, 12)]
    [InlineData(GeneratorNetwork.Transformer, 72)]
    public void LogProbabilities_AllKernelsAndThreads_GiveTheSameBits(GeneratorNetwork network, int hidden)
    {
        CompiledPolicy policy = TestPolicies.Create(s_words, network, layers: 2, hidden: hidden);
        SequenceBuffer buffer = new SequenceSampler(policy).Sample(150, new SamplingOptions { Seed = 0 });
        float[] expected = Score(new SequenceSampler(policy, 1, Kernels.All[^1]));
        foreach (Kernels kernels in Kernels.All)
        {
            foreach (int threads in (int[])[1, 3])
                Assert.Equal(expected, Score(new SequenceSampler(policy, threads, kernels)));
        }

        float[] Score(SequenceSampler sampler)
        {
            float[] values = new float[150 * s_words.MaxLength];
            sampler.LogProbabilities(buffer.AsBatch(), values);
            return values;
        }
    }

    [Fact]
    public void LogProbabilities_NoSequences_WritesNothing()
    {
        float[] values = [5];
        var sampler = new SequenceSampler(TestPolicies.Create(s_words));
        sampler.LogProbabilities(default, values);
        sampler.LogProbabilities(new TokenBatch(default, 3, 0), values);
        Assert.Equal([5f], values);
    }

    [Fact]
    public void LogProbabilities_ExtremeTemperatures_StayLogProbabilities()
    {
        var sampler = new SequenceSampler(TestPolicies.Create(new SequenceFormat(4, 1)));
        float[] values = new float[4];
        var batch = new TokenBatch(new[] { 0, 1, 2, 3 }, 4, 1);
        sampler.LogProbabilities(batch, values, 1e300);
        Assert.All(values, value => Assert.Equal(-Math.Log(4), value, 1e-6));
        sampler.LogProbabilities(batch, values, 1e-300);
        Assert.Single(values, 0f);
        Assert.Equal(3, values.Count(value => value < -1e20));
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(-1.0)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void LogProbabilities_BadTemperature_Throws(double temperature)
    {
        var error = Assert.Throws<ArgumentException>(nameof(temperature), () =>
            new SequenceSampler(TestPolicies.Create(s_words)).LogProbabilities(default, default, temperature));
        Assert.Contains($"Temperature is {temperature}", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("has token 12 at position 1", 3, 12)]
    [InlineData("has token -1 at position 1", 3, -1)]
    [InlineData("has the padding token 0 at position 0", 0, 3)]
    [InlineData("after its end token 1", 1, 3)]
    public void LogProbabilities_BadTokens_NamesThem(string message, params int[] tokens)
    {
        var error = Assert.Throws<ArgumentException>("sequences", () =>
            new SequenceSampler(TestPolicies.Create(s_words)).LogProbabilities(new TokenBatch(tokens, 1, tokens.Length), new float[9]));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void LogProbabilities_TooLongOrNoRoom_Throws()
    {
        var sampler = new SequenceSampler(TestPolicies.Create(s_words));
        Assert.Throws<ArgumentException>("sequences", () => sampler.LogProbabilities(new TokenBatch(new int[10], 1, 10), new float[10]));
        var error = Assert.Throws<ArgumentException>(
            "destination", () => sampler.LogProbabilities(new TokenBatch(new[] { 3, 4, 5, 6 }, 2, 2), new float[3]));
        Assert.Contains("need 4 values; there is room for 3", error.Message, StringComparison.Ordinal);
    }

    private static void AssertEqualTheReference(PolicyWeights weights, double temperature)
    {
        SequenceFormat format = weights.Format;
        var reference = new ReferenceNetwork(weights);
        var random = new Random(5);
        int[] tokens = [.. Enumerable.Range(0, 5 * format.MaxLength).Select(_ => random.Next(format.VocabularySize))];
        float[] actual = new float[tokens.Length];
        new SequenceSampler(new CompiledPolicy(weights)).LogProbabilities(new TokenBatch(tokens, 5, format.MaxLength), actual, temperature);
        for (int i = 0; i < tokens.Length; i++)
        {
            int position = i % format.MaxLength;
            Assert.Equal(Math.Log(reference.Next(tokens.AsSpan(i - position, position), temperature)[tokens[i]]), actual[i], 1e-4);
        }
    }
}
