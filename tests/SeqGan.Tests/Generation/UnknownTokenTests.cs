using Xunit;

namespace SeqGan.Tests.Generation;

/// <summary>A generator whose likeliest token is the unknown one: it reads and learns it, and never generates it.</summary>
public sealed class UnknownTokenTests
{
    private const int Unknown = 2, Draws = 20_000;

    private static readonly SequenceFormat s_format = new(9, 6, 0, endToken: 1, paddingToken: 0, unknownToken: Unknown);
    private static readonly RandomKey s_key = new(3, RandomPurpose.User);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(GeneratorNetwork.Lstm, false)]
    [InlineData(GeneratorNetwork.Lstm, true)]
    [InlineData(GeneratorNetwork.Gru, true)]
    public void Sample_EitherDecoder_DrawsNone(GeneratorNetwork cell, bool isBatched)
    {
        using RecurrentGenerator generator = Create(cell, isBatched);

        AssertNone(generator.Sample(Draws, seed: 1, temperature: 1.3).AsBatch(), from: 0);
        var request = new SampleRequest { Key = s_key, Temperature = 1.3, Prefix = new[] { 2, 3, 2 } };
        AssertNone(generator.Sample(2000, request).AsBatch(), from: 3);
        AssertNone(generator.Sample(2000, request with { Temperature = 1e-30 }).AsBatch(), from: 3);
        AssertNone(generator.Sample(2000, request with { Temperature = 1e30 }).AsBatch(), from: 3);
        var sampler = new SequenceSampler(generator.Compile());
        AssertNone(sampler.Sample(Draws, new SamplingOptions { Seed = 2, Temperature = 1.3 }, Token).AsBatch(), from: 0);
    }

    [Fact]
    public void Sample_BothDecodersAndTheCompiledPolicy_AgreeTokenForToken()
    {
        using RecurrentGenerator one = Create(GeneratorNetwork.Lstm, isBatched: false),
            other = Create(GeneratorNetwork.Lstm, isBatched: true);

        int[] compiled = Generators.Tokens(one.Sample(1000, seed: 5).AsBatch());

        int same = compiled.Zip(Generators.Tokens(other.Sample(1000, seed: 5).AsBatch())).Count(pair => pair.First == pair.Second);
        Assert.InRange(same, compiled.Length * 0.99, compiled.Length);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Complete_RolloutsOfSequencesWithUnknownTokens_DrawNone(bool isBatched)
    {
        using RecurrentGenerator generator = Create(GeneratorNetwork.Gru, isBatched);
        using IRolloutPolicy policy = generator.CreateRolloutPolicy();
        var sequences = new TokenBatch(new[] { 2, 3, 2, 4, 1, 0, 3, 3, 2, 2, 2, 2 }, 2, 6, new[] { 5, 6 });
        Completion[] completions =
        [
            .. from row in new[] { 0, 1 } from length in Enumerable.Range(0, 5) from sample in Enumerable.Range(0, 2000)
                select new Completion(row, length, sample),
        ];
        var destination = new SequenceBuffer(s_format);

        policy.Complete(sequences, completions, s_key, 0, destination, Token);

        for (int i = 0; i < completions.Length; i++)
        {
            (int row, int length, _) = completions[i];
            Assert.Equal(sequences[row][..length].ToArray(), destination.Row(i)[..length].ToArray());
            Assert.False(destination.Row(i)[length..].Contains(Unknown));
        }
    }

    [Fact]
    public void LogProbabilities_OfSampling_SumToOneWithoutUnknownOnEveryPath()
    {
        using RecurrentGenerator generator = Create(GeneratorNetwork.Lstm, isBatched: false);
        using IRolloutPolicy policy = generator.CreateRolloutPolicy();
        int[] tokens = [.. Enumerable.Range(1, 8).SelectMany(token => new[] { 4, token })];
        var batch = new TokenBatch(tokens, 8, 2);
        float[] data = Generators.LogProbabilities(generator, batch);
        float[] own = new float[16], rollout = new float[16], compiled = new float[16];

        generator.LogProbabilities(batch, own, 1, TokenConstraint.KnownTokens(s_format), Token);
        policy.LogProbabilities(batch, rollout, Token);
        new SequenceSampler(generator.Compile()).LogProbabilities(batch, compiled, 1, TokenConstraint.KnownTokens(s_format), Token);

        int[] second = [.. Enumerable.Range(0, 8).Select(row => (2 * row) + 1)];
        double unknown = Math.Exp(data[(2 * (Unknown - 1)) + 1]);
        Assert.InRange(unknown, 0.5, 0.999);
        Assert.Equal(1, second.Sum(cell => Math.Exp(data[cell])), 1e-5);
        Assert.Equal(1, second.Sum(cell => Math.Exp(own[cell])), 1e-5);
        Assert.Equal(own, rollout);
        foreach (int cell in second)
        {
            bool isUnknown = tokens[cell] == Unknown;
            Assert.Equal(isUnknown ? double.NegativeInfinity : data[cell] - Math.Log(1 - unknown), own[cell], 1e-4);
            Assert.Equal((double)own[cell], compiled[cell], 1e-4);
        }
    }

    [Theory]
    [InlineData(10)]
    [InlineData(200)]
    public void Train_PolicyGradient_HasTheProbabilitiesOfSamplingAndLeavesUnknownAlone(int hidden)
    {
        // The larger network learns by libtorch's operators, the smaller by the managed step.
        using RecurrentGenerator generator = Create(GeneratorNetwork.Lstm, isBatched: false, hidden);
        TokenBatch batch = generator.Sample(12, seed: 7).AsBatch();
        float[] sampled = new float[batch.Count * batch.Length];
        generator.LogProbabilities(batch, sampled, 1, TokenConstraint.KnownTokens(s_format), Token);
        float[] weight = NetworkWeights.Get(generator.Network.OutputWeight), bias = NetworkWeights.Get(generator.Network.OutputBias);

        GeneratorStep step = generator.Train(batch, Generators.Ones(batch), GeneratorObjective.PolicyGradient, Token);

        Assert.Equal(-sampled.Sum(value => (double)value) / batch.TokenCount, step.NegativeLogLikelihood, 1e-4);
        float[] weightAfter = NetworkWeights.Get(generator.Network.OutputWeight);
        Assert.Equal(bias[Unknown], NetworkWeights.Get(generator.Network.OutputBias)[Unknown]);
        Assert.NotEqual(bias[3], NetworkWeights.Get(generator.Network.OutputBias)[3]);
        Assert.Equal(weight[(Unknown * hidden)..((Unknown + 1) * hidden)], weightAfter[(Unknown * hidden)..((Unknown + 1) * hidden)]);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(200)]
    public void Train_MaximumLikelihood_LearnsUnknown(int hidden)
    {
        using RecurrentGenerator generator = Create(GeneratorNetwork.Gru, isBatched: false, hidden);
        var batch = new TokenBatch(new[] { 2, 3, 2, 1, 4, 4, 2, 1 }, 2, 4);
        float[] before = Generators.LogProbabilities(generator, batch);
        float[] bias = NetworkWeights.Get(generator.Network.OutputBias);

        GeneratorStep step = generator.Train(batch, Generators.Ones(batch), GeneratorObjective.MaximumLikelihood, Token);

        Assert.Equal(-before.Sum(value => (double)value) / 8, step.NegativeLogLikelihood, 1e-4);
        Assert.NotEqual(bias[Unknown], NetworkWeights.Get(generator.Network.OutputBias)[Unknown]);
    }

    [Fact]
    public void Train_PolicyGradientOnAnUnknownToken_IsRefusedAndChangesNothing()
    {
        using RecurrentGenerator generator = Create(GeneratorNetwork.Lstm, isBatched: false);
        var batch = new TokenBatch(new[] { 3, 4, 1, 4, 2, 1 }, 2, 3);
        float[] before = Generators.LogProbabilities(generator, batch);

        var error = Assert.Throws<ArgumentException>(
            "sequences", () => generator.Train(batch, Generators.Ones(batch), GeneratorObjective.PolicyGradient, Token));

        Assert.Contains("Sequence 1 cannot have been generated: it has the unknown token 2 at position 1.", error.Message,
            StringComparison.Ordinal);
        Assert.Equal(before, Generators.LogProbabilities(generator, batch));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Constraint_OfAGenerator_AllowsNoUnknownToken(bool isBatched)
    {
        using var generator = new RecurrentGenerator(
            s_format, Options(GeneratorNetwork.Lstm, isBatched, 10), 1, TokenConstraint.MinimumLength(3, s_format));
        PreferUnknown(generator);

        TokenBatch made = generator.Sample(2000, seed: 4, temperature: 1.3).AsBatch();

        AssertNone(made, from: 0);
        generator.Train(made, Generators.Ones(made), GeneratorObjective.PolicyGradient, Token);
    }

    private static RecurrentGenerator Create(GeneratorNetwork cell, bool isBatched, int hidden = 10)
    {
        var generator = new RecurrentGenerator(s_format, Options(cell, isBatched, hidden), seed: 1);
        PreferUnknown(generator);
        return generator;
    }

    private static GeneratorOptions Options(GeneratorNetwork cell, bool isBatched, int hidden) =>
        new() { Network = cell, EmbeddingSize = 6, HiddenSize = hidden, UsesBatchedDecoder = isBatched };

    private static void PreferUnknown(RecurrentGenerator generator) =>
        NetworkWeights.Set(generator.Network.OutputBias, [6, 0, 3.5f, 0.2f, -0.2f, 0.5f, 0, 0.1f, -1]);

    private static void AssertNone(TokenBatch made, int from)
    {
        for (int row = 0; row < made.Count; row++)
            Assert.False(made[row][from..].ContainsAny(0, Unknown), $"Sequence {row} is {string.Join(' ', made[row].ToArray())}.");
    }
}
