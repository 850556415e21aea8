using TorchSharp;
using Xunit;

namespace SeqGan.Tests.Generation;

/// <summary>What the generator is fed in scheduled sampling, held against a chain that is drawn token by token.</summary>
public sealed class ScheduledSamplingTests
{
    private static readonly RandomKey s_key = new(3, RandomPurpose.ScheduledSampling, 7);

    // Without an end token, so that what is drawn is always the beginning of a sequence.
    private static readonly SequenceFormat s_format = new(vocabularySize: 9, maxLength: 12, paddingToken: 0);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<bool, GeneratorNetwork, double> Cases =>
        [.. from isBatched in new[] { false, true } from cell in Enum.GetValues<GeneratorNetwork>() from truth in new[] { 0, 0.5, 0.9 }
            select (isBatched, cell, truth)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void TrainScheduled_OwnTokensFed_MeasuresTheDataUnderThem(bool isBatched, GeneratorNetwork cell, double truth)
    {
        using NeuralGenerator generator = Create(isBatched, cell);
        TokenBatch data = Data();
        (double expected, int own) = BruteForce(generator, data, truth);

        GeneratorStep step = generator.TrainScheduled(data, truth, s_key, Token);

        Assert.Equal(expected, step.NegativeLogLikelihood, 4);
        Assert.InRange(own, 1, data.TokenCount);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void TrainScheduled_TheDataAlone_IsMaximumLikelihood(bool isBatched)
    {
        using NeuralGenerator scheduled = Create(isBatched), plain = Create(isBatched);
        TokenBatch data = Data();

        scheduled.TrainScheduled(data, 1, s_key, Token);
        plain.Train(data, Generators.Ones(data), GeneratorObjective.MaximumLikelihood);

        Assert.Equal(StateBytes.Of(plain), StateBytes.Of(scheduled));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void TrainScheduled_AnyNumberOfThreads_GivesTheSameBits(bool isBatched)
    {
        int threads = torch.get_num_threads();
        try
        {
            byte[][] states = [.. new[] { 1, 2, 4 }.Select(count =>
            {
                torch.set_num_threads(count);
                using NeuralGenerator generator = Create(isBatched);
                generator.TrainScheduled(Data(), 0.3, s_key, Token);
                return StateBytes.Of(generator);
            })];

            Assert.Equal(states[0], states[1]);
            Assert.Equal(states[0], states[2]);
        }
        finally
        {
            torch.set_num_threads(threads);
        }
    }

    [Fact]
    public void TrainScheduled_WhatCannotBe_ChangesNothing()
    {
        using NeuralGenerator generator = Create(false);
        byte[] before = StateBytes.Of(generator);

        Assert.Throws<ArgumentOutOfRangeException>(() => generator.TrainScheduled(Data(), 1.5, s_key, Token));
        Assert.Throws<ArgumentOutOfRangeException>(() => generator.TrainScheduled(Data(), double.NaN, s_key, Token));
        Assert.ThrowsAny<OperationCanceledException>(
            () => generator.TrainScheduled(Data(), 0.5, s_key, new CancellationToken(canceled: true)));

        Assert.Equal(before, StateBytes.Of(generator));
    }

    [Fact]
    public async Task TrainAsync_ScheduledSampling_FallsFromEpochToEpochAndDrawsAnewForEachBatch()
    {
        using NeuralGenerator own = Create(false);
        using var generator = new RecordingGenerator(own);
        Corpus corpus = Corpus.FromTokens(
            Enumerable.Range(0, 50)
            .Select(i => Enumerable.Range(0, 12).Select(position => 1 + (position % 2 == 0 ? i % 8 : i / 8)).ToArray()), s_format);
        using SeqGanTrainer trainer = new SeqGanBuilder().UseCorpus(corpus).UseGenerator(generator).Configure(options =>
        {
            (options.Training.BatchSize, options.Training.GeneratorPretrainingEpochs, options.Training.ScheduledSampling) =
                (20, 5, ScheduledSampling.Linear);
            (options.Training.ScheduledSamplingStart, options.Training.ScheduledSamplingEnd) = (0.9, 0.5);
        }).Build();

        await trainer.TrainAsync(TrainingPhase.GeneratorPretraining, cancellationToken: Token);

        Assert.Equal([0.9, 0.9, 0.8, 0.8, 0.7, 0.7, 0.6, 0.6, 0.5, 0.5], generator.Steps.Select(step => Math.Round(step.Truth, 9)));
        Assert.Equal(10, generator.Steps.Select(step => step.Key).Distinct().Count());
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(5, 0.75)]
    [InlineData(10, 0.5)]
    [InlineData(20, 0.5)]
    public void TruthAt_InverseSigmoid_BeginsAndEndsWhereAskedAndIsHalfWayInTheMiddle(int epoch, double expected)
    {
        var options = new TrainingOptions
        {
            GeneratorPretrainingEpochs = 11,
            ScheduledSampling = ScheduledSampling.InverseSigmoid,
            ScheduledSamplingEnd = 0.5,
        };

        Assert.Equal(expected, ScheduledSamplingDecay.TruthAt(options, epoch), 9);
        Assert.InRange(ScheduledSamplingDecay.TruthAt(options, 1), 0.97, 1);
    }

    private static NeuralGenerator Create(bool isBatched, GeneratorNetwork cell = GeneratorNetwork.Lstm) => Generators.OfNetwork(
        s_format, cell, layers: 2, configure: o =>
            (o.UsesBatchedDecoder, o.Initialization, o.InitialDeviation) = (isBatched, WeightInitialization.Normal, 0.6));

    private static TokenBatch Data()
    {
        var data = new SequenceBuffer(s_format, 10);
        for (int row = 0; row < 10; row++)
            data.Set(row, [2 + row % 7, 3, 2 + row % 4, .. row % 2 == 0 ? new[] { 5, 8, 1 } : []]);
        return data.AsBatch();
    }

    private static (double NegativeLogLikelihood, int Own) BruteForce(NeuralGenerator generator, TokenBatch data, double truth)
    {
        using IRolloutPolicy policy = generator.CreateRolloutPolicy();
        double sum = 0;
        int own = 0;
        for (int row = 0; row < data.Count; row++)
        {
            var fed = new List<int>();
            for (int position = 0; position < data.LengthOf(row); position++)
            {
                int[] sequence = [.. fed, data[row][position]];
                sum -= LogProbabilityOfLast(generator, sequence);
                bool isOwn = s_key.NextUniform(row, 1, position) >= truth;
                own += isOwn ? 1 : 0;
                fed.Add(isOwn ? Draw(policy, fed, row) : data[row][position]);
            }
        }

        return (sum / data.TokenCount, own);
    }

    private static double LogProbabilityOfLast(NeuralGenerator generator, int[] sequence)
    {
        float[] values = new float[sequence.Length];
        generator.LogProbabilities(new TokenBatch(sequence, 1, sequence.Length), values);
        return values[^1];
    }

    private static int Draw(IRolloutPolicy policy, List<int> fed, int row)
    {
        var completed = new SequenceBuffer(policy.Format);
        policy.Complete(new TokenBatch(fed.ToArray(), 1, fed.Count), [new Completion(0, fed.Count, 0)], s_key, row, completed,
            TestContext.Current.CancellationToken);
        return completed.Row(0)[fed.Count];
    }

    private sealed class RecordingGenerator(NeuralGenerator own) : IGenerator, IScheduledSampler
    {
        public List<(double Truth, RandomKey Key)> Steps { get; } = [];

        public SequenceFormat Format => own.Format;

        public GeneratorStep TrainScheduled(
            TokenBatch sequences, double truth, RandomKey key, CancellationToken cancellationToken = default)
        {
            Steps.Add((truth, key));
            return own.TrainScheduled(sequences, truth, key, cancellationToken);
        }

        public void Sample(SampleRequest request, SequenceBuffer destination, CancellationToken cancellationToken = default) =>
            own.Sample(request, destination, cancellationToken);

        public void LogProbabilities(TokenBatch sequences, Span<float> destination, double temperature = 1,
            ITokenConstraint? constraint = null, CancellationToken cancellationToken = default) =>
            own.LogProbabilities(sequences, destination, temperature, constraint, cancellationToken);

        public GeneratorStep Train(
            TokenBatch sequences, ReadOnlySpan<float> weights, GeneratorObjective objective,
            CancellationToken cancellationToken = default) =>
            own.Train(sequences, weights, objective, cancellationToken);

        public IRolloutPolicy CreateRolloutPolicy() => own.CreateRolloutPolicy();

        public void Dispose() => own.Dispose();
    }
}
