using TorchSharp.Modules;

namespace SeqGan.Tests.Generation;

/// <summary>A generator under a constraint: what it generates, how likely it says that is, and how it learns from it.</summary>
public sealed class ConstrainedGeneratorTests
{
    private static readonly SequenceFormat s_small = new(6, 4, 0, endToken: 1, paddingToken: 0);
    private static readonly RandomKey s_key = new(7, RandomPurpose.User);

    private static ITokenConstraint Pattern => TokenConstraint.MatchingTokens("2* (3 4)* 5?", s_small);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Sample_EitherDecoder_HasTheFrequenciesUnderTheConstraint(bool isBatched)
    {
        const int count = 6000;
        using NeuralGenerator generator = Create(s_small, Pattern, o => o.UsesBatchedDecoder = isBatched);

        TokenBatch made = generator.Sample(count, seed: 3).AsBatch();

        Dictionary<string, int> frequencies = Enumerable.Range(0, made.Count).CountBy(row => Text(made[row])).ToDictionary();
        double total = 0;
        foreach (string sequence in frequencies.Keys)
        {
            int[] tokens = [.. sequence.Split(' ').Select(int.Parse)];
            double p = Math.Exp(LogProbabilities(generator, tokens, generator.Constraint).Sum());
            Assert.InRange(frequencies[sequence], (count * p) - (5 * Math.Sqrt(count * p)) - 3,
                (count * p) + (5 * Math.Sqrt(count * p)) + 3);
            total += p;
        }

        Assert.Equal(1, total, 0.01);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Complete_PrefixesOfTheConstraint_SatisfyItAndOthersAreRefused(bool isBatched)
    {
        using NeuralGenerator generator = Create(s_small, Pattern, o => o.UsesBatchedDecoder = isBatched);
        using IRolloutPolicy policy = generator.CreateRolloutPolicy();
        SequenceBuffer sequences = generator.Sample(30, seed: 1);
        Completion[] completions =
        [
            .. from row in Enumerable.Range(0, 30) from length in Enumerable.Range(0, sequences.LengthOf(row) + 1)
                from sample in Enumerable.Range(0, 3) select new Completion(row, length, sample),
        ];
        var destination = new SequenceBuffer(s_small);

        policy.Complete(sequences.AsBatch(), completions, s_key, 0, destination);

        Assert.Equal(0, TrainerAssembly.CountViolations(generator.Constraint!, destination.AsBatch()));
        foreach ((Completion completion, int number) in completions.Select((completion, number) => (completion, number)))
            Assert.Equal(sequences.Row(completion.Row)[..completion.PrefixLength].ToArray(),
                destination.Row(number)[..completion.PrefixLength].ToArray());
        var error = Assert.Throws<ConstraintException>(
            () => policy.Complete(new TokenBatch(new[] { 2, 4, 5, 1 }, 1, 4), [new Completion(0, 2, 0)], s_key, 0, destination));
        Assert.Contains("token 4 at position 1", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void LogProbabilities_AllPathsUnderAConstraint_Agree()
    {
        using NeuralGenerator generator = Create(s_small, Pattern);
        using IRolloutPolicy policy = generator.CreateRolloutPolicy();
        var sampler = new SequenceSampler(generator.Compile());
        int[] tokens = [2, 3, 4, 1, 2, 2, 5, 1, 3, 5, 4, 1, 1, 0, 0, 0];
        var batch = new TokenBatch(tokens, 4, 4, new[] { 4, 4, 4, 1 });
        float[] own = new float[16], ofPolicy = new float[16], compiled = new float[16], free = new float[16];

        generator.LogProbabilities(batch, own, constraint: Pattern);
        policy.LogProbabilities(batch, ofPolicy);
        sampler.LogProbabilities(batch, compiled, 1, Pattern);
        generator.LogProbabilities(batch, free);

        Assert.Equal(own, ofPolicy);
        for (int i = 0; i < own.Length; i++)
            Assert.True(own[i] == compiled[i] || Math.Abs(own[i] - compiled[i]) < 1e-5, $"{i}: {own[i]} and {compiled[i]}");
        Assert.True(float.IsFinite(own[8]));
        Assert.All(own[9..12], value => Assert.Equal(float.NegativeInfinity, value));
        Assert.All(free, value => Assert.True(float.IsFinite(value)));
        Assert.Equal(0, own[13]);
        Assert.True(own[0] > free[0]);
    }

    [Fact]
    public void LogProbabilities_OfARolloutPolicyWithoutConstraint_AreThoseOfItsOwnWeights()
    {
        using NeuralGenerator generator = Create(s_small, null);
        using IRolloutPolicy policy = generator.CreateRolloutPolicy();
        TokenBatch batch = generator.Sample(20, seed: 1).AsBatch();
        float[] before = Generators.LogProbabilities(generator, batch), later = new float[before.Length];
        generator.Train(batch, Generators.Ones(batch), GeneratorObjective.MaximumLikelihood);

        policy.LogProbabilities(batch, later);
        Assert.Equal(before, later);
        Assert.NotEqual(before, Generators.LogProbabilities(generator, batch));

        policy.MoveTowardGenerator(0);
        policy.LogProbabilities(batch, later);
        Assert.Equal(Generators.LogProbabilities(generator, batch), later);
        Assert.Throws<ArgumentException>(() => policy.LogProbabilities(batch, new float[1]));
        policy.Dispose();
        Assert.Throws<ObjectDisposedException>(() => policy.LogProbabilities(batch, later));
    }

    [Theory]
    [InlineData(GeneratorNetwork.Lstm, 5000, 32)]
    [InlineData(GeneratorNetwork.Gru, 17, 11)]
    [InlineData(GeneratorNetwork.Lstm, 700, 16)]
    [InlineData(GeneratorNetwork.Transformer, 700, 16)]
    public void ComputeGradients_UnderAConstraint_AreThoseOfAutograd(GeneratorNetwork network, int vocabulary, int hidden)
    {
        var format = new SequenceFormat(vocabulary, 8, 0, endToken: 1, paddingToken: 0);
        int last = vocabulary - 1;

        // The first blocks of columns are forbidden altogether, all but one token, or none.
        ITokenConstraint constraint = TokenConstraint.FromFilter(
            (prefix, allowed) =>
            {
                if (prefix.Length % 3 == 2)
                    allowed.AddAll();
                allowed[last - prefix.Length] = allowed[last] = true;
                if (prefix.Length == 1)
                    allowed[last - 1] = allowed[last] = !(allowed[2] = true);
            },
            format);
        using NeuralGenerator generator = Create(format, constraint, o => (o.Network, o.HiddenSize) = (network, hidden));
        TokenBatch batch = generator.Sample(33, seed: 2).AsBatch();
        float[] weights = [.. Enumerable.Range(0, batch.Count * batch.Length).Select(i => 3 * s_key.NextUniform(i, 1) - 1.5f)];
        TrainingTokens tokens = TrainingTokens.Create(batch, weights, format);
        tokens.Constrain(new ConstraintGuard(constraint, format, "constraint"), batch);

        (double loss, double nll) = new FusedStep(generator.Network, format).ComputeGradients(tokens);
        Dictionary<string, float[]> actual = Gradients(generator);
        (double expectedLoss, double expectedNll) = new PlainStep(generator.Network).ComputeGradients(tokens);
        Dictionary<string, float[]> expected = Gradients(generator);

        Assert.Equal(expectedLoss, loss, 1e-5);
        Assert.Equal(expectedNll, nll, 1e-5);
        Assert.True(nll > 0.01);
        foreach ((string name, float[] gradient) in expected)
        {
            double size = Math.Sqrt(gradient.Sum(g => (double)g * g));
            double error = Math.Sqrt(gradient.Zip(actual[name], (x, y) => ((double)x - y) * ((double)x - y)).Sum());
            Assert.True(size > 0);
            Assert.True(error <= (1e-5 * size) + 1e-7, $"{name}: the error is {error}, the gradient {size}");
        }
    }

    [Fact]
    public void ComputeGradients_UnderAConstraint_AreFiniteDifferencesOfTheLogProbabilities()
    {
        using NeuralGenerator generator = Create(s_small, Pattern);
        TokenBatch batch = generator.Sample(12, seed: 2).AsBatch();
        float[] weights = [.. Enumerable.Range(0, batch.Count * batch.Length).Select(i => 3 * s_key.NextUniform(i, 1) - 1.5f)];
        TrainingTokens tokens = TrainingTokens.Create(batch, weights, s_small);
        tokens.Constrain(new ConstraintGuard(Pattern, s_small, "constraint"), batch);
        new FusedStep(generator.Network, s_small).ComputeGradients(tokens);
        Dictionary<string, float[]> gradients = Gradients(generator);
        foreach ((string name, Parameter weight) in generator.Network.Weights)
        {
            float[] values = NetworkWeights.Get(weight);
            for (int i = 0; i < values.Length; i += Math.Max(1, values.Length / 7))
            {
                const float Step = 0.02f;
                double difference = (Loss(i, Step) - Loss(i, -Step)) / (2 * Step);
                NetworkWeights.Set(weight, values);
                Assert.True(Math.Abs(difference - gradients[name][i]) < 3e-4,
                    $"{name}[{i}]: {gradients[name][i]}, by differences {difference}");

                double Loss(int index, float step)
                {
                    float[] moved = [.. values];
                    moved[index] += step;
                    NetworkWeights.Set(weight, moved);
                    float[] logs = new float[weights.Length];
                    generator.LogProbabilities(batch, logs, constraint: Pattern);
                    return -logs.Zip(weights, (log, w) => (double)log * w).Sum() / batch.TokenCount;
                }
            }
        }
    }

    [Fact]
    public void Train_SequenceThatBreaksTheConstraint_IsRefusedInPolicyGradientAlone()
    {
        using NeuralGenerator generator = Create(s_small, Pattern);
        var batch = new TokenBatch(new[] { 2, 3, 4, 1, 3, 3, 4, 1 }, 2, 4);
        float[][] before = [.. generator.Network.Weights.Select(weight => NetworkWeights.Get(weight.Value))];

        var error = Assert.Throws<ArgumentException>(
            () => generator.Train(batch, Generators.Ones(batch), GeneratorObjective.PolicyGradient));

        Assert.Contains("Sequence 1", error.Message, StringComparison.Ordinal);
        Assert.Contains("token 3 at position 1", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, generator.Network.Weights.Select(weight => NetworkWeights.Get(weight.Value)));
        Assert.True(generator.Train(batch, Generators.Ones(batch), GeneratorObjective.MaximumLikelihood).NegativeLogLikelihood > 0);
    }

    [Theory]
    [InlineData(GeneratorNetwork.Lstm, 10)]
    [InlineData(GeneratorNetwork.Transformer, 16)]
    public void Train_PolicyGradientUnderAConstraint_ReportsRenormalisedLikelihoodsAndRaisesWhatIsRewarded(
        GeneratorNetwork network, int hidden)
    {
        using NeuralGenerator generator = Create(s_small, Pattern, o => (o.Network, o.HiddenSize) = (network, hidden));
        double before = Share();
        for (int step = 0; step < 60; step++)
        {
            TokenBatch batch = generator.Sample(32, seed: (ulong)step).AsBatch();
            float[] logs = new float[batch.Count * batch.Length], weights = new float[logs.Length];
            generator.LogProbabilities(batch, logs, constraint: Pattern);
            for (int i = 0; i < weights.Length; i++)
                weights[i] = batch[i / batch.Length][0] == 3 ? 0.7f : -0.3f;
            GeneratorStep measured = generator.Train(batch, weights, GeneratorObjective.PolicyGradient);
            Assert.Equal(-logs.Sum() / batch.TokenCount, measured.NegativeLogLikelihood, 1e-4);
        }

        Assert.True(Share() > Math.Max(0.8, before + 0.2), $"{before} before, {Share()} after");

        double Share()
        {
            TokenBatch made = generator.Sample(400, seed: 99).AsBatch();
            return Enumerable.Range(0, made.Count).Count(row => made[row][0] == 3) / 400.0;
        }
    }

    [Fact]
    public void Constructor_ConstraintOfAnotherFormat_IsRefused()
    {
        var error = Assert.Throws<ArgumentException>(() => new RecurrentGenerator(new SequenceFormat(6, 5, 0, 1, 0), constraint: Pattern));
        Assert.Equal("constraint", error.ParamName);
        using NeuralGenerator generator = Create(s_small, Pattern);
        Assert.Throws<ArgumentException>(() => generator.LogProbabilities(
            new TokenBatch(new[] { 2, 1 }, 1, 2), new float[2],
            constraint: TokenConstraint.MinimumLength(1, new SequenceFormat(6, 5, 0, 1, 0))));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Sample_ConstraintThatAllowsNothing_ThrowsWithThePrefix(bool isBatched)
    {
        ITokenConstraint two = TokenConstraint.FromFilter((prefix, allowed) => allowed[3] = prefix.Length < 2, s_small);
        using NeuralGenerator generator = Create(s_small, two, o => o.UsesBatchedDecoder = isBatched);
        Assert.Equal([3, 3], Assert.Throws<ConstraintException>(() => generator.Sample(3, seed: 1)).Prefix);
    }

    private static NeuralGenerator Create(
        SequenceFormat format, ITokenConstraint? constraint, Action<GeneratorOptions>? configure = null)
    {
        var options = new GeneratorOptions { EmbeddingSize = 6, HiddenSize = 10, PolicyGradientLearningRate = 0.02 };
        configure?.Invoke(options);
        return NeuralGenerator.Create(format, options, 1, constraint);
    }

    private static float[] LogProbabilities(NeuralGenerator generator, int[] tokens, ITokenConstraint? constraint)
    {
        float[] values = new float[tokens.Length];
        generator.LogProbabilities(new TokenBatch(tokens, 1, tokens.Length), values, constraint: constraint);
        return values;
    }

    private static string Text(ReadOnlySpan<int> tokens) => string.Join(' ', tokens.ToArray());

    private static Dictionary<string, float[]> Gradients(NeuralGenerator generator) =>
        generator.Network.Weights.ToDictionary(weight => weight.Name, weight =>
    {
        using TorchSharp.torch.Tensor? gradient = weight.Value.grad;
        return NetworkWeights.Get(gradient!);
    });
}
