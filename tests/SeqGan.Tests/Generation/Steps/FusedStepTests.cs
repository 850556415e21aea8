using TorchSharp;
using TorchSharp.Modules;

namespace SeqGan.Tests.Generation.Steps;

/// <summary>Holds the managed training step against libtorch's autograd.</summary>
public class FusedStepTests
{
    private static readonly RandomKey Key = new(5, RandomPurpose.User);

    public static TheoryData<GeneratorNetwork, int, int, int, int> Networks => new()
    {
        // Network, layers, vocabulary, embedding or heads, hidden: multiples of 16 are not copied, others are padded.
        { GeneratorNetwork.Lstm, 1, 5000, 32, 32 }, { GeneratorNetwork.Gru, 1, 5000, 32, 32 },
        { GeneratorNetwork.Lstm, 2, 17, 5, 11 }, { GeneratorNetwork.Gru, 2, 17, 5, 11 },
        { GeneratorNetwork.Lstm, 3, 300, 16, 7 }, { GeneratorNetwork.Gru, 3, 300, 16, 7 },
        { GeneratorNetwork.Lstm, 1, 3, 1, 1 }, { GeneratorNetwork.Gru, 1, 3, 1, 1 },
        { GeneratorNetwork.Lstm, 1, 4096, 8, 64 }, { GeneratorNetwork.Gru, 1, 7, 33, 48 },
        { GeneratorNetwork.Lstm, 1, 300, 24, 200 }, { GeneratorNetwork.Gru, 2, 40, 200, 230 },
        { GeneratorNetwork.Transformer, 1, 5000, 2, 32 }, { GeneratorNetwork.Transformer, 2, 17, 3, 12 },
        { GeneratorNetwork.Transformer, 3, 300, 1, 16 }, { GeneratorNetwork.Transformer, 1, 3, 1, 2 },
        { GeneratorNetwork.Transformer, 2, 40, 2, 100 },
    };

    [Theory]
    [MemberData(nameof(Networks))]
    public void ComputeGradients_OfAnyWeightsAndLengths_AreThoseOfAutograd(
        GeneratorNetwork cell, int layers, int vocabulary, int embedding, int hidden)
    {
        SequenceFormat[] formats =
        [
            new(vocabulary, 7),
            new(vocabulary, 9, startToken: 0, endToken: 1, paddingToken: 0),
            new(vocabulary, 9, startToken: 1, endToken: 0, paddingToken: vocabulary - 1),
        ];
        foreach (SequenceFormat format in formats)
        {
            foreach (int rows in new[] { 1, 5, 33 })
            {
                using NeuralGenerator generator = Create(format, cell, layers, embedding, hidden);
                TokenBatch batch = Sequences(format, rows, row: rows);
                AssertSame(generator, batch, Generators.Ones(batch), 1e-5);
                AssertSame(generator, batch,
                    [.. Enumerable.Range(0, batch.Count * batch.Length).Select(i => 3 * Key.NextUniform(i, 1) - 1.5f)], 1e-5);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void ComputeGradients_WithDropout_AreThoseOfAutograd(
        GeneratorNetwork cell, int layers, int vocabulary, int embedding, int hidden)
    {
        var format = new SequenceFormat(vocabulary, 9, startToken: 0, endToken: 1, paddingToken: 0);
        using NeuralGenerator generator = Create(format, cell, layers, embedding, hidden);
        TokenBatch batch = Sequences(format, 33, row: 33);

        AssertSame(generator, batch, Generators.Ones(batch), 1e-5, DropoutMasks.Draw(generator.Network, batch.Count, 0.4, Key));
    }

    [Theory]
    [InlineData(GeneratorNetwork.Lstm, 1, 300, 32)]
    [InlineData(GeneratorNetwork.Gru, 2, 17, 11)]
    [InlineData(GeneratorNetwork.Transformer, 2, 17, 10)]
    public void ComputeGradients_WithTiedEmbeddings_AreThoseOfAutograd(GeneratorNetwork cell, int layers, int vocabulary, int size)
    {
        SequenceFormat[] formats =
        [
            new(vocabulary, 9, startToken: 0, endToken: 1, paddingToken: 0),
            new(vocabulary, 9, startToken: 0, endToken: 1, paddingToken: 0, labelCount: 3),
        ];
        foreach (SequenceFormat format in formats)
        {
            using NeuralGenerator generator = Generators.OfNetwork(format, cell, layers,
                configure: o => (o.EmbeddingSize, o.HiddenSize, o.TiedEmbeddings) = (size, size, true));
            TokenBatch batch = Sequences(format, 33, row: 33);
            int[] labels = format.LabelCount > 0 ? [.. Enumerable.Range(0, batch.Count).Select(row => row % 2)] : [];
            batch = new TokenBatch(batch.Tokens, batch.Count, batch.Length, batch.Lengths, labels);

            Assert.True(FusedStep.Suits(generator.Network));
            AssertSame(generator, batch, Generators.Ones(batch), 1e-5);
            AssertSame(generator, batch, Generators.Ones(batch), 1e-5, DropoutMasks.Draw(generator.Network, batch.Count, 0.4, Key));
        }
    }

    [Fact]
    public void ComputeGradients_WithTiedEmbeddings_KeepsNothingOfTheBatchBefore()
    {
        SequenceFormat format = new(20, 6, 0, 1, 0);
        using NeuralGenerator generator =
            Generators.Create(format, configure: o => (o.EmbeddingSize, o.HiddenSize, o.TiedEmbeddings) = (8, 8, true));
        SequenceNetwork network = generator.Network;
        TrainingTokens[] batches = [.. new[] { 40, 3 }.Select(rows => Sequences(format, rows, rows))
            .Select(batch => TrainingTokens.Create(batch, Generators.Ones(batch), format))];
        var step = new FusedStep(network, format);
        step.ComputeGradients(batches[0]);
        step.ComputeGradients(batches[1]);
        Dictionary<string, float[]> after = Gradients(network);

        network.zero_grad(set_to_none: true);
        new FusedStep(network, format).ComputeGradients(batches[1]);

        Assert.Equal(Gradients(network), after);
    }

    [Fact]
    public void Draw_ManyUnits_LeavesOutTheShareAndKeepsTheMean()
    {
        using NeuralGenerator generator = Create(Generators.Ending, GeneratorNetwork.Lstm, 2, 30, 50);
        DropoutMasks masks = DropoutMasks.Draw(generator.Network, 400, 0.2, Key);

        Assert.Equal([30, 50, 50], new[] { 0, 1, 2 }.Select(site => masks.Of(site, 399).Length));
        for (int site = 0; site < 3; site++)
        {
            float[] factors = [.. Enumerable.Range(0, 400).SelectMany(row => masks.Of(site, row).ToArray())];
            Assert.Equal([0, 1.25f], factors.Distinct().Order());
            Assert.Equal(0.2, factors.Count(factor => factor == 0) / (double)factors.Length, 0.01);
        }
    }

    [Fact]
    public void ComputeGradients_OfTheOnlyToken_AreZero()
    {
        var format = new SequenceFormat(1, 4);
        using NeuralGenerator generator = Create(format, GeneratorNetwork.Lstm, 1, 4, 4);
        TokenBatch batch = Sequences(format, 3, 0);
        TrainingTokens tokens = TrainingTokens.Create(batch, Generators.Ones(batch), format);

        Assert.Equal((0, 0), new FusedStep(generator.Network, generator.Format).ComputeGradients(tokens));
        Assert.All(Gradients(generator.Network).Values, gradient => Assert.All(gradient, g => Assert.Equal(0, g, 1e-6)));
    }

    [Fact]
    public void ComputeGradients_OfGreatLogits_StayFiniteAndRight()
    {
        var format = new SequenceFormat(600, 6);
        using NeuralGenerator generator = Create(format, GeneratorNetwork.Gru, 1, 8, 24);
        foreach (Parameter weight in generator.Network.Parameters)
            NetworkWeights.Set(weight, [.. NetworkWeights.Get(weight).Select(w => w * 100)]);
        TokenBatch batch = Sequences(format, 20, 0);

        AssertSame(generator, batch, Generators.Ones(batch), 1e-4);
    }

    [Fact]
    public void ComputeGradients_OfATransformersLongSequences_AreThoseOfAutograd()
    {
        var format = new SequenceFormat(12, 120, startToken: 0, endToken: 1, paddingToken: 0);
        using NeuralGenerator generator = Create(format, GeneratorNetwork.Transformer, 2, 2, 12);
        TokenBatch batch = Sequences(format, 9, row: 9);

        AssertSame(generator, batch, Generators.Ones(batch), 1e-5);
    }

    [Theory]
    [InlineData(GeneratorNetwork.Lstm)]
    [InlineData(GeneratorNetwork.Transformer)]
    public void ComputeGradients_OneBatchAfterAnother_KeepsNothingOfTheFirst(GeneratorNetwork network)
    {
        SequenceFormat format = Generators.Ending;
        using NeuralGenerator generator = Create(format, network, 2, 5, 10);
        var step = new FusedStep(generator.Network, format);
        TrainingTokens[] batches =
        [
            .. new[] { 40, 3 }.Select(rows => Sequences(format, rows, rows))
                .Select(batch => TrainingTokens.Create(batch, Generators.Ones(batch), format)),
        ];
        step.ComputeGradients(batches[0]);
        step.ComputeGradients(batches[1]);
        Dictionary<string, float[]> after = Gradients(generator.Network);

        generator.Network.zero_grad(set_to_none: true);
        new FusedStep(generator.Network, format).ComputeGradients(batches[1]);

        Assert.Equal(Gradients(generator.Network), after);
    }

    [Theory]
    [InlineData(GeneratorNetwork.Lstm)]
    [InlineData(GeneratorNetwork.Gru)]
    [InlineData(GeneratorNetwork.Transformer)]
    public void ComputeGradients_AllLanes_GiveTheSameBits(GeneratorNetwork cell)
    {
        SequenceFormat format = new(300, 6, 0, 1, 0);
        using NeuralGenerator generator = Create(format, cell, 2, 5, 20);
        TokenBatch batch = Sequences(format, 30, 0);
        TrainingTokens tokens = TrainingTokens.Create(batch, Generators.Ones(batch), format);
        var runs = new List<(double Loss, Dictionary<string, float[]> Gradients)>();
        foreach (Kernels kernels in Kernels.All)
        {
            generator.Network.zero_grad(set_to_none: true);
            double loss = new FusedStep(generator.Network, format, kernels).ComputeGradients(tokens).Loss;
            runs.Add((loss, Gradients(generator.Network)));
        }

        Assert.All(runs, run => Assert.Equal(runs[0].Loss, run.Loss));
        Assert.All(runs, run => Assert.Equal(runs[0].Gradients, run.Gradients));
    }

    [Theory]
    [InlineData(GeneratorNetwork.Lstm)]
    [InlineData(GeneratorNetwork.Gru)]
    [InlineData(GeneratorNetwork.Transformer)]
    public void ComputeGradients_AWeightThatIsNotANumber_LossIsNone(GeneratorNetwork cell)
    {
        SequenceFormat format = Generators.Ending;
        TokenBatch batch = Sequences(format, 8, 0);
        TrainingTokens tokens = TrainingTokens.Create(batch, Generators.Ones(batch), format);
        string[] names = [.. Names()];
        foreach (string name in names)
        {
            using NeuralGenerator generator = Create(format, cell, 1, 5, 10);
            Parameter weight = generator.Network.Weights.First(other => other.Name == name).Value;
            NetworkWeights.Set(weight, [.. NetworkWeights.Get(weight).Select(_ => float.NaN)]);
            double loss = new FusedStep(generator.Network, format).ComputeGradients(tokens).Loss;
            Assert.True(double.IsNaN(loss), $"{name}: the loss is {loss}");
        }

        IEnumerable<string> Names()
        {
            using NeuralGenerator generator = Create(format, cell, 1, 5, 10);
            return [.. generator.Network.Weights.Select(weight => weight.Name)];
        }
    }

    [Theory]
    [InlineData(GeneratorNetwork.Lstm)]
    [InlineData(GeneratorNetwork.Gru)]
    [InlineData(GeneratorNetwork.Transformer)]
    public void Train_AnyNumberOfThreads_GivesTheSameBits(GeneratorNetwork cell)
    {
        int threads = torch.get_num_threads();
        try
        {
            var runs = new List<Dictionary<string, float[]>>();
            foreach (int used in new[] { 1, 2, 3, 1 })
            {
                torch.set_num_threads(used);
                using NeuralGenerator generator = Create(new SequenceFormat(1000, 8, 0, 1, 0), cell, 2, 2, 20);
                for (int step = 0; step < 4; step++)
                {
                    TokenBatch batch = Sequences(generator.Format, 50, step);
                    generator.Train(batch, Generators.Ones(batch), (GeneratorObjective)(step % 2));
                }

                runs.Add(generator.Network.Weights.ToDictionary(weight => weight.Name, weight => NetworkWeights.Get(weight.Value)));
            }

            Assert.All(runs, run => Assert.Equal(runs[0], run));
        }
        finally
        {
            torch.set_num_threads(threads);
        }
    }

    [Fact]
    public void Train_TwentySteps_LearnsLikeAutogradAndLibtorchsAdam()
    {
        SequenceFormat format = Generators.Ending;
        using NeuralGenerator generator = Create(format, GeneratorNetwork.Lstm, 1, 6, 10),
            other = Create(format, GeneratorNetwork.Lstm, 1, 6, 10);
        var plain = new PlainTraining(other, 0.01, clip: 1);
        TokenBatch batch = Sequences(format, 20, 0);
        for (int step = 0; step < 20; step++)
        {
            GeneratorStep ours = generator.Train(batch, Generators.Ones(batch), GeneratorObjective.MaximumLikelihood);
            GeneratorStep theirs = plain.Train(batch, Generators.Ones(batch));
            Assert.Equal(theirs.Loss, ours.Loss, 1e-4);
            Assert.Equal(theirs.NegativeLogLikelihood, ours.NegativeLogLikelihood, 1e-4);
            Assert.Equal(theirs.GradientNorm, ours.GradientNorm, 1e-3);
        }
    }

    [Fact]
    public void Train_SparseEmbeddingUpdates_LeaveAbsentTokensWhereTheyAre()
    {
        SequenceFormat format = Generators.Ending;
        using NeuralGenerator generator = Generators.Create(format, configure: o => o.SparseEmbeddingUpdates = true);
        var low = new SequenceBuffer(format, 1);
        var high = new SequenceBuffer(format, 1);
        low.Set(0, [2, 3, 2, 3]);
        high.Set(0, [5, 6, 5, 6]);
        generator.Train(low.AsBatch(), Generators.Ones(low.AsBatch()), GeneratorObjective.MaximumLikelihood);
        float[] before = NetworkWeights.Get(generator.Network.Embedding);

        generator.Train(high.AsBatch(), Generators.Ones(high.AsBatch()), GeneratorObjective.MaximumLikelihood);

        float[] after = NetworkWeights.Get(generator.Network.Embedding);
        int[] moved =
        [
            .. Enumerable.Range(0, format.VocabularySize)
                .Where(token => !after.AsSpan(token * 6, 6).SequenceEqual(before.AsSpan(token * 6, 6))),
        ];
        Assert.Equal([0, 5, 6], moved); // 0 is the start token
    }

    private static void AssertSame(
        NeuralGenerator generator, TokenBatch batch, float[] weights, double relative, DropoutMasks? dropout = null)
    {
        TrainingTokens tokens = TrainingTokens.Create(batch, weights, generator.Format);
        tokens.Dropout = dropout;
        (double loss, double nll) = new FusedStep(generator.Network, generator.Format).ComputeGradients(tokens);
        Dictionary<string, float[]> actual = Gradients(generator.Network);
        (double expectedLoss, double expectedNll) = new PlainStep(generator.Network).ComputeGradients(tokens);
        Dictionary<string, float[]> expected = Gradients(generator.Network);
        generator.Network.zero_grad(set_to_none: true);

        Assert.Equal(expectedNll, nll, 1e-5 * Math.Max(1, expectedNll));
        Assert.Equal(expectedLoss, loss, 1e-5 * Math.Max(1, expectedNll));
        foreach ((string name, float[] gradient) in expected)
        {
            double size = Math.Sqrt(gradient.Sum(g => (double)g * g));
            double error = Math.Sqrt(gradient.Zip(actual[name], (x, y) => ((double)x - y) * ((double)x - y)).Sum());
            Assert.True(error <= relative * size + 1e-7, $"{name}: the error is {error}, the gradient {size}");
        }
    }

    private static Dictionary<string, float[]> Gradients(SequenceNetwork network) =>
        network.Weights.ToDictionary(weight => weight.Name, weight =>
    {
        using torch.Tensor? gradient = weight.Value.grad;
        return NetworkWeights.Get(gradient!);
    });

    private static NeuralGenerator Create(
        SequenceFormat format, GeneratorNetwork network, int layers, int embeddingOrHeads, int hidden) =>
        Generators.OfNetwork(format, network, layers,
            configure: o => (o.EmbeddingSize, o.Heads, o.HiddenSize, o.LearningRate, o.GradientClip)
                = (embeddingOrHeads, embeddingOrHeads, hidden, 0.01, 1));

    // Any length from 1 in a format with an end token; without it, the longest.
    private static TokenBatch Sequences(SequenceFormat format, int rows, int row)
    {
        var buffer = new SequenceBuffer(format, rows);
        int[] allowed = [.. Enumerable.Range(0, format.VocabularySize)
            .Where(token => token != format.PaddingToken && token != format.EndToken)];
        for (int i = 0; i < rows; i++)
        {
            int length = format.EndToken is null ? format.MaxLength : 1 + (int)(Key.NextUniform(row, i) * format.MaxLength);
            buffer.Set(i, [.. Enumerable.Range(0, length).Select(position => Token(position))]);

            int Token(int position) =>
                position == length - 1 && length < format.MaxLength ? format.EndToken!.Value
                    : allowed[(int)(Key.NextUniform(row, i, position + 1) * allowed.Length)];
        }

        return buffer.AsBatch();
    }
}
