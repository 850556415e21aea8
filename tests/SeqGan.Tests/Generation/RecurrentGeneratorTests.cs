using TorchSharp;

namespace SeqGan.Tests.Generation;

public class RecurrentGeneratorTests
{
    private static readonly RandomKey Key = new(11, RandomPurpose.Sampling);

    public static TheoryData<GeneratorNetwork, int> Cells => new()
    {
        { GeneratorNetwork.Lstm, 1 }, { GeneratorNetwork.Lstm, 2 }, { GeneratorNetwork.Gru, 1 }, { GeneratorNetwork.Gru, 3 },
        { GeneratorNetwork.Transformer, 1 }, { GeneratorNetwork.Transformer, 2 },
    };

    public static TheoryData<GeneratorNetwork, int, bool> CellsAndDecoders =>
        [.. from cell in Cells from isBatched in new[] { false, true } select (cell.Data.Item1, cell.Data.Item2, isBatched)];

    [Theory]
    [MemberData(nameof(CellsAndDecoders))]
    public void Sample_SmallVocabulary_FollowsTheProbabilities(GeneratorNetwork cell, int layers, bool isBatched)
    {
        var format = new SequenceFormat(3, 2);
        using NeuralGenerator generator = Generators.OfNetwork(
            format, cell, layers, configure: o =>
                { o.Initialization = WeightInitialization.Normal; o.InitialDeviation = 1; o.UsesBatchedDecoder = isBatched; });
        const int Count = 20_000;
        TokenBatch sampled = generator.Sample(Count, Key, cancellationToken: TestContext.Current.CancellationToken).AsBatch();
        var all = new SequenceBuffer(format, 9);
        for (int i = 0; i < 9; i++)
            all.Set(i, [i / 3, i % 3]);
        float[] logs = Generators.LogProbabilities(generator, all.AsBatch());

        double chiSquare = 0, total = 0;
        for (int i = 0; i < 9; i++)
        {
            double expected = Count * Math.Exp(logs[2 * i] + logs[2 * i + 1]);
            int observed = Enumerable.Range(0, Count).Count(row => sampled[row][0] == i / 3 && sampled[row][1] == i % 3);
            chiSquare += (observed - expected) * (observed - expected) / expected;
            total += expected / Count;
        }

        Assert.Equal(1, total, 5);
        Assert.InRange(chiSquare, 0, 26.1); // 8 degrees of freedom, p = 0.001
    }

    [Theory]
    [InlineData(double.Epsilon, false)]
    [InlineData(double.Epsilon, true)]
    [InlineData(1e-50, false)]
    [InlineData(1e-50, true)]
    [InlineData(1e50, false)]
    [InlineData(1e50, true)]
    [InlineData(double.MaxValue, false)]
    [InlineData(double.MaxValue, true)]
    public void Sample_AtAnExtremeTemperature_StillDrawsAndScores(double temperature, bool isBatched)
    {
        using RecurrentGenerator generator = Generators.Create(Generators.Ending, configure: o => o.UsesBatchedDecoder = isBatched);

        TokenBatch batch = generator.Sample(40, Key, temperature, TestContext.Current.CancellationToken).AsBatch();
        float[] logs = new float[batch.Count * batch.Length];
        generator.LogProbabilities(batch, logs, temperature, null, TestContext.Current.CancellationToken);

        int distinct = Enumerable.Range(0, batch.Count).Select(row => string.Join(' ', batch[row].ToArray())).Distinct().Count();
        Assert.True(temperature < 1 ? distinct == 1 : distinct > 10);
        Assert.Equal(temperature < 1 ? 0 : -Math.Log(Generators.Ending.VocabularySize - 1), logs[0], 1e-5);
        Assert.DoesNotContain(logs, float.IsNaN);
    }

    [Fact]
    public void LogProbabilities_OfRowsWithoutColumns_AreNone()
    {
        using RecurrentGenerator generator = Generators.Create(Generators.Ending);

        generator.LogProbabilities(new TokenBatch(default, 3, 0), [], cancellationToken: TestContext.Current.CancellationToken);
    }

    [Theory]
    [MemberData(nameof(CellsAndDecoders))]
    public void Sample_AnyDecodeRowsThreadsAndSplit_GivesTheSameBits(GeneratorNetwork cell, int layers, bool isBatched)
    {
        int threads = torch.get_num_threads();
        try
        {
            int[]? expected = null;
            foreach ((int decodeRows, int used, int split) in new[] { (0, threads, 300), (16, 1, 300), (37, threads, 7), (64, 1, 64),
                (1000, threads, 299) })
            {
                torch.set_num_threads(used);
                using NeuralGenerator generator = Generators.OfNetwork(
                    Generators.Ending, cell, layers, configure: o => (o.DecodeRows, o.UsesBatchedDecoder) = (decodeRows, isBatched));
                var tokens = new List<int>();
                for (int first = 0; first < 300; first += split)
                {
                    var buffer = new SequenceBuffer(Generators.Ending, Math.Min(split, 300 - first));
                    generator.Sample(new SampleRequest { Key = Key, FirstRow = first }, buffer, TestContext.Current.CancellationToken);
                    tokens.AddRange(Generators.Tokens(buffer.AsBatch()));
                }

                expected ??= [.. tokens];
                Assert.Equal(expected, tokens);
            }
        }
        finally
        {
            torch.set_num_threads(threads);
        }
    }

    [Theory]
    [InlineData(2, 5)]
    [InlineData(3, 10)]
    [InlineData(5, 7)]
    [InlineData(8, 13)]
    public void SampleAndLogProbabilities_FewTokensAndOddSizes_DoNotDependOnTheRow(int vocabulary, int hidden)
    {
        // Products with few columns are where libtorch rounds neighbouring rows differently.
        var format = new SequenceFormat(vocabulary, 6);
        using RecurrentGenerator generator = Generators.Create(format, configure: o => o.HiddenSize = hidden);
        int[] whole = Generators.Tokens(generator.Sample(400, Key).AsBatch());
        var buffer = new SequenceBuffer(format, 100);
        for (int first = 0; first < 400; first += 100)
        {
            generator.Sample(new SampleRequest { Key = Key, FirstRow = first }, buffer);
            Assert.Equal(whole[(first * 6)..((first + 100) * 6)], Generators.Tokens(buffer.AsBatch()));
        }

        var same = new SequenceBuffer(format, 64);
        for (int row = 0; row < 64; row++)
            same.Set(row, whole.AsSpan(0, 6));
        float[] logs = Generators.LogProbabilities(generator, same.AsBatch());
        for (int row = 1; row < 64; row++)
            Assert.Equal(logs[..6], logs[(row * 6)..(row * 6 + 6)]);
    }

    [Fact]
    public void Sample_WithEndToken_EndsThereAndPads()
    {
        using RecurrentGenerator generator = Generators.Create(Generators.Ending);
        TokenBatch batch = generator.Sample(500, Key, cancellationToken: TestContext.Current.CancellationToken).AsBatch();
        int ended = 0;
        for (int row = 0; row < batch.Count; row++)
        {
            ReadOnlySpan<int> sequence = batch[row];
            Assert.False(sequence.Contains(0));
            Assert.False(sequence[..^1].Contains(1));
            Assert.True(sequence[^1] == 1 || sequence.Length == 12);
            Assert.False(batch.Tokens.Span.Slice(row * 12 + sequence.Length, 12 - sequence.Length).ContainsAnyExcept(0));
            ended += sequence[^1] == 1 ? 1 : 0;
        }

        Assert.InRange(ended, 1, 499);
    }

    [Fact]
    public void Sample_LowTemperature_TakesTheLikeliestToken()
    {
        using RecurrentGenerator generator = Generators.Create(Generators.Fixed);
        TokenBatch batch = generator.Sample(50, Key, 1e-30, TestContext.Current.CancellationToken).AsBatch();
        for (int row = 1; row < batch.Count; row++)
            Assert.True(batch[row].SequenceEqual(batch[0]));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Sample_TemperatureOutOfRange_NamesTheValue(double temperature)
    {
        using RecurrentGenerator generator = Generators.Create(Generators.Fixed);
        var error = Assert.Throws<ArgumentException>(() => generator.Sample(1, Key, temperature));
        Assert.Contains($"{temperature}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Sample_Cancelled_ThrowsAndStaysUsable()
    {
        using RecurrentGenerator generator = Generators.Create(Generators.Fixed);
        Assert.Throws<OperationCanceledException>(() => generator.Sample(5, Key, cancellationToken: new CancellationToken(true)));
        Assert.Equal(5, generator.Sample(5, Key, cancellationToken: TestContext.Current.CancellationToken).Count);
    }

    [Fact]
    public void LogProbabilities_TokenOutsideVocabulary_NamesRowPositionAndValue()
    {
        using RecurrentGenerator generator = Generators.Create(Generators.Fixed);
        var batch = new TokenBatch(new[] { 0, 1, 2, 99, 4 }, 1, 5);
        var error = Assert.Throws<ArgumentException>(() => generator.LogProbabilities(batch, new float[5]));
        Assert.Contains("token 99 at position 3", error.Message, StringComparison.Ordinal);
        Assert.Contains("[0, 7)", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Cells))]
    public void LogProbabilities_InAnyChunks_GiveTheSameBitsAndZeroAtPadding(GeneratorNetwork cell, int layers)
    {
        using NeuralGenerator generator = Generators.OfNetwork(Generators.Ending, cell, layers);
        TokenBatch batch = generator.Sample(150, Key, cancellationToken: TestContext.Current.CancellationToken).AsBatch();
        float[] whole = Generators.LogProbabilities(generator, batch);
        foreach (int chunk in new[] { 1, 7, 64, 100 })
        {
            var parts = new List<float>();
            for (int start = 0; start < batch.Count; start += chunk)
                parts.AddRange(Generators.LogProbabilities(generator, batch.Slice(start, Math.Min(chunk, batch.Count - start))));
            Assert.Equal(whole, parts);
        }

        for (int row = 0; row < batch.Count; row++)
            Assert.All(whole[(row * 12 + batch.LengthOf(row))..((row + 1) * 12)], value => Assert.Equal(0, value));
    }

    [Fact]
    public void LogProbabilities_OfThePaddingToken_IsRefused()
    {
        using RecurrentGenerator generator = Generators.Create(Generators.Ending);
        var batch = new TokenBatch(new[] { 3, 0, 1 }, 1, 3);
        Assert.Contains("padding token 0 at position 1",
            Assert.Throws<ArgumentException>(() => generator.LogProbabilities(batch, new float[3])).Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Cells))]
    public void Train_MaximumLikelihood_LearnsTheBatch(GeneratorNetwork cell, int layers)
    {
        using NeuralGenerator generator = Generators.OfNetwork(Generators.Ending, cell, layers);
        var buffer = new SequenceBuffer(Generators.Ending, 2);
        buffer.Set(0, [2, 3, 4, 1]);
        buffer.Set(1, [5, 6, 7, 8, 8, 8, 8, 8, 8, 8, 8, 1]);
        GeneratorStep step = null!;
        for (int i = 0; i < 150; i++)
            step = generator.Train(buffer.AsBatch(), Generators.Ones(buffer.AsBatch()), GeneratorObjective.MaximumLikelihood);
        Assert.InRange(step.NegativeLogLikelihood, 0, 0.2);
        Assert.Equal(step.Loss, step.NegativeLogLikelihood, 5);
    }

    [Fact]
    public void Train_Figures_AgreeWithTheLogProbabilities()
    {
        using RecurrentGenerator generator = Generators.Create(Generators.Ending);
        TokenBatch batch = generator.Sample(20, Key, cancellationToken: TestContext.Current.CancellationToken).AsBatch();
        float[] weights = [.. Enumerable.Range(0, 20 * 12).Select(i => (i % 7) - 3f)];
        float[] logs = Generators.LogProbabilities(generator, batch);
        double expected = -logs.Zip(weights, (log, weight) => (double)log * weight).Sum() / batch.TokenCount;
        GeneratorStep step = generator.Train(batch, weights, GeneratorObjective.PolicyGradient);
        Assert.Equal(expected, step.Loss, 4);
        Assert.Equal(-logs.Sum(log => (double)log) / batch.TokenCount, step.NegativeLogLikelihood, 4);
        Assert.True(step.GradientNorm > 0);
    }

    [Fact]
    public void Train_WhatStandsAtPadding_HasNoInfluence()
    {
        var results = new List<float[]>();
        foreach (int junk in new[] { 0, 5 })
        {
            using RecurrentGenerator generator = Generators.Create(Generators.Ending);
            int[] tokens = [2, 3, 1, junk, junk, 4, 4, 4, 4, 1];
            float[] weights = [1, 1, 1, junk * 100, junk * 100, 1, 1, 1, 1, 1];
            var batch = new TokenBatch(tokens, 2, 5, new[] { 3, 5 });
            for (int i = 0; i < 3; i++)
                generator.Train(batch, weights, GeneratorObjective.MaximumLikelihood);
            results.Add(NetworkWeights.Get(generator.Network.Embedding));
        }

        Assert.Equal(results[0], results[1]);
    }

    [Fact]
    public void Train_NonFiniteWeight_IsRefusedAndChangesNothing()
    {
        using RecurrentGenerator generator = Generators.Create(Generators.Fixed);
        TokenBatch batch = generator.Sample(2, Key, cancellationToken: TestContext.Current.CancellationToken).AsBatch();
        float[] before = Generators.LogProbabilities(generator, batch);
        float[] weights = Generators.Ones(batch);
        weights[6] = float.NaN;
        var error = Assert.Throws<ArgumentException>(() => generator.Train(batch, weights, GeneratorObjective.PolicyGradient));
        Assert.Contains("sequence 1 at position 1 is NaN", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, Generators.LogProbabilities(generator, batch));
    }

    [Fact]
    public void Train_OverflowingWeights_ReportsANonFiniteLossAndKeepsTheWeights()
    {
        using RecurrentGenerator generator = Generators.Create(Generators.Fixed);
        TokenBatch batch = generator.Sample(2, Key, cancellationToken: TestContext.Current.CancellationToken).AsBatch();
        float[] before = Generators.LogProbabilities(generator, batch);
        float[] weights = new float[10];
        Array.Fill(weights, float.MaxValue);
        Assert.False(double.IsFinite(generator.Train(batch, weights, GeneratorObjective.PolicyGradient).Loss));
        Assert.Equal(before, Generators.LogProbabilities(generator, batch));
    }

    [Fact]
    public void Train_Gradient_IsThatOfFiniteDifferences()
    {
        using RecurrentGenerator generator = Generators.Create(
            Generators.Fixed, configure: o => { o.Optimizer = OptimizerKind.Sgd; o.LearningRate = 1; o.GradientClip = 0; });
        TokenBatch batch = generator.Sample(8, Key, cancellationToken: TestContext.Current.CancellationToken).AsBatch();
        float[] weights = [.. Enumerable.Range(0, 40).Select(i => i % 3 - 0.5f)];
        using RecurrentGenerator probe = Generators.Create(Generators.Fixed);
        generator.Train(batch, weights, GeneratorObjective.MaximumLikelihood);
        foreach ((string name, torch.Tensor weight) in probe.Network.Weights)
        {
            float[] start = NetworkWeights.Get(weight);
            float[] after = NetworkWeights.Get(generator.Network.Weights.First(w => w.Name == name).Value);
            for (int element = 0; element < start.Length; element += Math.Max(1, start.Length / 5))
            {
                double numeric = (Objective(element, 1e-2f) - Objective(element, -1e-2f)) / 2e-2;
                Assert.Equal(numeric, after[element] - start[element], 2e-3);
            }

            double Objective(int element, float delta)
            {
                float[] moved = [.. start];
                moved[element] += delta;
                NetworkWeights.Set(weight, moved);
                double sum = Generators.LogProbabilities(probe, batch).Zip(weights, (log, w) => (double)log * w).Sum();
                NetworkWeights.Set(weight, start);
                return sum / batch.TokenCount;
            }
        }
    }

    [Fact]
    public void Create_SameSeed_TrainsToTheSameBits()
    {
        float[][] runs = [.. Enumerable.Range(0, 2).Select(run =>
        {
            torch.manual_seed(run); // the global generator must not matter
            using RecurrentGenerator generator = Generators.Create(Generators.Ending, layers: 2);
            for (uint i = 0; i < 10; i++)
            {
                TokenBatch batch = generator.Sample(16, Key with { Step = i }).AsBatch();
                generator.Train(batch, Generators.Ones(batch), i % 2 == 0 ? GeneratorObjective.MaximumLikelihood
                    : GeneratorObjective.PolicyGradient);
            }

            return NetworkWeights.Get(generator.Network.Weights[^1].Value);
        })];
        Assert.Equal(runs[0], runs[1]);
    }

    [Fact]
    public void TrainAndSample_Repeatedly_LeaveNoTensorsBehind()
    {
        using RecurrentGenerator generator = Generators.Create(Generators.Ending, layers: 2);
        using IRolloutPolicy policy = generator.CreateRolloutPolicy();
        Run();
        long before = LiveTensors.Settle();
        for (int i = 0; i < 20; i++)
            Run();
        LiveTensors.AssertNoMoreThan(before);

        void Run()
        {
            TokenBatch batch = generator.Sample(16, Key).AsBatch();
            generator.Train(batch, Generators.Ones(batch), GeneratorObjective.MaximumLikelihood);
            generator.Train(batch, Generators.Ones(batch), GeneratorObjective.PolicyGradient);
            Generators.LogProbabilities(generator, batch);
            policy.MoveTowardGenerator(0.5);
            policy.Complete(batch, [new Completion(0, 1, 0)], Key, 0, new SequenceBuffer(Generators.Ending));
        }
    }

    [Theory]
    [MemberData(nameof(Cells))]
    public void SaveWeights_ThenLoadWeights_GivesTheSameGenerator(GeneratorNetwork cell, int layers)
    {
        string path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.safetensors");
        try
        {
            using NeuralGenerator saved = Generators.OfNetwork(Generators.Ending, cell, layers, seed: 1);
            using NeuralGenerator loaded = Generators.OfNetwork(Generators.Ending, cell, layers, seed: 2);
            saved.SaveWeights(path);
            loaded.LoadWeights(path);
            TokenBatch batch = saved.Sample(30, Key).AsBatch();
            Assert.Equal(Generators.LogProbabilities(saved, batch), Generators.LogProbabilities(loaded, batch));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void LoadWeights_OfAnotherShape_NamesBothAndChangesNothing()
    {
        string path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.safetensors");
        try
        {
            using RecurrentGenerator saved = Generators.Create(Generators.Ending, configure: o => o.HiddenSize = 11);
            using RecurrentGenerator loaded = Generators.Create(Generators.Ending);
            saved.SaveWeights(path);
            TokenBatch batch = loaded.Sample(5, Key).AsBatch();
            float[] before = Generators.LogProbabilities(loaded, batch);
            var error = Assert.Throws<InvalidWeightsException>(() => loaded.LoadWeights(path));
            Assert.Contains("[44]", error.Message, StringComparison.Ordinal);
            Assert.Contains("[40]", error.Message, StringComparison.Ordinal);
            Assert.Equal(before, Generators.LogProbabilities(loaded, batch));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(40)]
    public void LoadWeights_OfADamagedFile_NamesItAndChangesNothing(int bytes)
    {
        string path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.safetensors");
        try
        {
            using RecurrentGenerator generator = Generators.Create(Generators.Ending);
            generator.SaveWeights(path);
            File.WriteAllBytes(path, File.ReadAllBytes(path)[..bytes]);
            TokenBatch batch = generator.Sample(5, Key).AsBatch();
            float[] before = Generators.LogProbabilities(generator, batch);
            var error = Assert.Throws<InvalidWeightsException>(() => generator.LoadWeights(path));
            Assert.Contains(path, error.Message, StringComparison.Ordinal);
            Assert.Equal(before, Generators.LogProbabilities(generator, batch));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void LoadWeights_NotFinite_NamesTheWeightAndChangesNothing()
    {
        string path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.safetensors");
        try
        {
            using RecurrentGenerator generator = Generators.Create(Generators.Ending);
            TokenBatch batch = generator.Sample(5, Key).AsBatch();
            float[] before = Generators.LogProbabilities(generator, batch);
            SafetensorsWriter.Write(
                path, [.. generator.Network.Weights.Select(w => new NamedTensor(w.Name, w.Value.shape, Values(w.Name, w.Value)))]);
            var error = Assert.Throws<InvalidWeightsException>(() => generator.LoadWeights(path));
            Assert.Contains("'output.bias': element 0 is NaN", error.Message, StringComparison.Ordinal);
            Assert.Equal(before, Generators.LogProbabilities(generator, batch));
        }
        finally
        {
            File.Delete(path);
        }

        static float[] Values(string name, TorchSharp.torch.Tensor weight)
        {
            float[] values = new float[weight.numel()];
            if (name == "output.bias")
                values[0] = float.NaN;
            return values;
        }
    }

    [Fact]
    public void CreateOracle_AnySeed_DrawsStandardNormalWeightsThatAGeneratorOfThatSeedDoesNotShare()
    {
        var format = new SequenceFormat(50, 5);
        var paper = new GeneratorOptions
        {
            EmbeddingSize = 32,
            HiddenSize = 32,
            Initialization = WeightInitialization.Normal,
            InitialDeviation = 0.1,
        };
        using RecurrentGenerator oracle = RecurrentGenerator.CreateOracle(format, 3);
        using RecurrentGenerator same = RecurrentGenerator.CreateOracle(format, 3);
        using var generator = new RecurrentGenerator(format, paper, 3);
        float[] truth = Weights(oracle), start = Weights(generator);
        int count = truth.Length; // 11,634, so that the mean of independent products has a deviation of 0.009

        Assert.Equal(truth, Weights(same));
        Assert.InRange(truth.Sum() / count, -0.05, 0.05);
        Assert.InRange(truth.Sum(weight => weight * weight) / count, 0.95, 1.05);
        Assert.InRange(truth.Zip(start, (x, y) => x * y / 0.1).Sum() / count, -0.05, 0.05);

        // The second bias starts at 0 in both.
        static float[] Weights(RecurrentGenerator generator) =>
            [.. generator.Network.Weights.Where(w => !w.Name.Contains("bias_hh", StringComparison.Ordinal))
                .SelectMany(w => NetworkWeights.Get(w.Value))];
    }

    [Fact]
    public void Weights_HavePyTorchNamesAndShapes()
    {
        using RecurrentGenerator generator = Generators.Create(Generators.Fixed, GeneratorNetwork.Gru, 2);
        string[] expected =
        [
            "embedding.weight [7, 6]",
            "gru.bias_hh_l0 [30]", "gru.bias_hh_l1 [30]", "gru.bias_ih_l0 [30]", "gru.bias_ih_l1 [30]",
            "gru.weight_hh_l0 [30, 10]", "gru.weight_hh_l1 [30, 10]", "gru.weight_ih_l0 [30, 6]", "gru.weight_ih_l1 [30, 10]",
            "output.bias [7]", "output.weight [7, 10]",
        ];
        Assert.Equal(expected, generator.Network.Weights.Select(w => $"{w.Name} [{string.Join(", ", w.Value.shape)}]"));
    }

    [Fact]
    public void Members_AfterDispose_Throw()
    {
        RecurrentGenerator generator = Generators.Create(Generators.Fixed);
        generator.Dispose();
        generator.Dispose();
        Assert.Throws<ObjectDisposedException>(() => generator.Sample(1, Key));
        Assert.Throws<ObjectDisposedException>(generator.CreateRolloutPolicy);
    }
}
