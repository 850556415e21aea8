using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using SeqGan.Discrimination;
using SeqGan.Tests.Generation;
using SeqGan.Tests.Generation.Steps;
using TorchSharp;

namespace SeqGan.Benchmarks;

/// <summary>
/// Times steps of generators in pairs, in turns, in one process. Of each the least time counts: what else the machine does only adds.
/// </summary>
internal static class GeneratorTimes
{
    private const int Rows = 64, Tokens = 5000, Length = 20;

    // A row is a name and what creates the pair: the first is divided by the second.
    private static readonly (string Name, Func<Pair> Create)[] s_rows =
    [
        .. new[] { 128, 256, 512 }.Select(hidden => ($"mle_step_{hidden}", (Func<Pair>)(() => Step(hidden)))),
        .. new[] { 32, 64, 128, 256, 512 }.Select(hidden => ($"mle_gradients_{hidden}", (Func<Pair>)(() => Differentiation(hidden)))),
        ("transformer_gradients_30_tokens", () => TransformerDifferentiation(30, 8, 128)),
        .. new[] { 64, 128, 256, 512 }.Select(width =>
            ($"transformer_gradients_{width}", (Func<Pair>)(() => TransformerDifferentiation(Tokens, Length, width)))),
        ("regularised_step_30_tokens", () => Regularisation(new SequenceFormat(30, 8))),
        ("regularised_step_5000_tokens", () => Regularisation(new SequenceFormat(Tokens, Length))),
        .. from tokens in new[] { 30, Tokens }
           from isPlain in new[] { true, false }
           let kind = isPlain ? "plain" : "batched"
           select ($"transformer_{kind}_sampling_{tokens}_tokens", (Func<Pair>)(() => Sampling(tokens, isPlain))),
        ("transformer_rollouts_32", () => Rollouts(32)),
        ("transformer_rollouts_128", () => Rollouts(128)),
        ("refined_sampling_states", () => Refinement(DiscriminatorNetwork.GeneratorStates)),
        ("refined_sampling_gru", () => Refinement(DiscriminatorNetwork.Gru)),
    ];

    public static int Run(string[] options)
    {
        if (options.Except(["--json"]).Where(option => !s_rows.Any(row => row.Name == option)).FirstOrDefault() is { } unknown)
        {
            Console.Error.WriteLine(
                $"generators does not know '{unknown}'; it knows --json, and rows: {string.Join(", ", s_rows.Select(row => row.Name))}.");
            return 2;
        }

        var result = new Dictionary<string, double>();
        Console.WriteLine($"{string.Empty,-40}{"first",12}{"second",12}{"ratio",9}");
        foreach ((string name, Func<Pair> create) in s_rows.Where(row => options.All(o => o == "--json") || options.Contains(row.Name)))
        {
            using Pair pair = create();
            (double first, double second) = Measure(pair);
            result[name] = Math.Round(first / second, 3);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{name,-40}{first * 1e3,9:0.00} ms{second * 1e3,9:0.00} ms{first / second,9:0.00}"));
        }

        result["threads"] = torch.get_num_threads();
        result["onednn"] = OneDnn.IsOff ? 0 : 1;
        if (options.Contains("--json"))
            Console.WriteLine(JsonSerializer.Serialize(result));
        return 0;
    }

    // A whole step by libtorch's LSTM, autograd, clipping and Adam, and the library's.
    private static Pair Step(int hidden)
    {
        RecurrentGenerator library = Create(hidden), other = Create(hidden);
        var libtorch = new PlainTraining(other, new GeneratorOptions().LearningRate);
        (TokenBatch batch, float[] ones) = Batch(library.Format);
        return new Pair(
            () => libtorch.Train(batch, ones), () => library.Train(batch, ones, GeneratorObjective.MaximumLikelihood),
            libtorch, other, library);
    }

    // Loss and gradients alone.
    private static Pair Differentiation(int hidden)
    {
        RecurrentGenerator library = Create(hidden), other = Create(hidden);
        return Differentiation(library, other);
    }

    private static Pair TransformerDifferentiation(int tokens, int length, int width)
    {
        var (format, options) = (new SequenceFormat(tokens, length), new GeneratorOptions { Layers = 2, HiddenSize = width });
        return Differentiation(new TransformerGenerator(format, options, seed: 1), new TransformerGenerator(format, options, seed: 1));
    }

    private static Pair Differentiation(NeuralGenerator library, NeuralGenerator other)
    {
        var (libtorch, managed) = (new PlainStep(other.Network), new FusedStep(library.Network, library.Format));
        (TokenBatch batch, float[] ones) = Batch(library.Format);
        TrainingTokens tokens = TrainingTokens.Create(batch, ones, library.Format);
        return new Pair(() => libtorch.ComputeGradients(tokens), () => managed.ComputeGradients(tokens), other, library);
    }

    // The default generator with dropout, decay and averaging, and without.
    private static Pair Regularisation(SequenceFormat format)
    {
        RecurrentGenerator plain = new(format, new GeneratorOptions(), seed: 1), regularised = new(
            format, new GeneratorOptions { Dropout = 0.2, WeightAveraging = 0.999, WeightDecay = 0.01 }, seed: 1);
        (TokenBatch batch, float[] ones) = Batch(format);
        return new Pair(
            () => regularised.Train(batch, ones, GeneratorObjective.MaximumLikelihood),
            () => plain.Train(batch, ones, GeneratorObjective.MaximumLikelihood), plain, regularised);
    }

    // Two layers, 128 wide: by libtorch with a cache of keys and values, 64 sequences at a time, and by the library's compiled decoder.
    // libtorch as a plain program uses it, or as the library does on other devices.
    private static Pair Sampling(int tokens, bool isPlain)
    {
        const int Count = 1_280;
        var format = new SequenceFormat(tokens, Length);
        var options = new GeneratorOptions { Layers = 2, DecodeRows = Rows, UsesBatchedDecoder = true };
        var libtorch = new TransformerGenerator(format, options, seed: 1);
        options.UsesBatchedDecoder = false;
        var library = new TransformerGenerator(format, options, seed: 1);
        var plain = new PlainTransformerSampling(libtorch);
        var (destination, random) = (new SequenceBuffer(format, Count), new torch.Generator(2));
        Action first = isPlain ? () => plain.Sample(destination, Rows, random) : () => libtorch.Sample(Count, seed: 2);
        return new Pair(first, () => library.Sample(Count, seed: 2), libtorch, library, random) { Turns = 3 };
    }

    // All prefixes of the published problem's batch, 16 completions each: a Transformer of two layers and an LSTM as wide.
    private static Pair Rollouts(int width)
    {
        const int Samples = 16;
        var format = new SequenceFormat(Tokens, Length);
        var options = new GeneratorOptions { EmbeddingSize = width, HiddenSize = width };
        var lstm = new RecurrentGenerator(format, options, seed: 1);
        options.Layers = 2;
        var transformer = new TransformerGenerator(format, options, seed: 1);
        MonteCarloRollout first = new(transformer), second = new(lstm);
        (TokenBatch batch, _) = Batch(format);
        var request = new RolloutRequest { Key = new RandomKey(5, RandomPurpose.Rollout), SamplesPerPrefix = Samples };
        var completions = new SequenceBuffer(format);
        return new Pair(
            () => RollOut(first), () => RollOut(second), first, second, transformer, lstm) { Turns = 5 };

        void RollOut(MonteCarloRollout rollout) =>
            rollout.CompleteAsync(batch, request, completions).AsTask().GetAwaiter().GetResult();
    }

    // As the tool's plan for a small corpus, at 4 draws a sequence.
    private static Pair Refinement(DiscriminatorNetwork network)
    {
        const int Count = 1000;
        var format = new SequenceFormat(50, 41, 0, 1, 0);
        var options = new GeneratorOptions { HiddenSize = 192, Layers = 2 };
        var generator = new RecurrentGenerator(format, options, seed: 1);
        var discriminator = ModuleDiscriminator.Create(generator, new() { Network = network, LearningRate = 3e-3, L2 = 0 });
        TokenBatch sequences = generator.Sample(128, seed: 1).AsBatch();
        for (int step = 0; step < 20; step++)
            discriminator.TrainAsync(sequences.Slice(0, 64), sequences.Slice(64, 64)).AsTask().Wait();
        CompiledPolicy policy = generator.Compile();
        var sampler = new SequenceSampler(policy.WithDiscriminator(discriminator.Compile(policy.Weights, PlattScaling.None)));
        var plain = new SamplingOptions { Seed = 1 };
        return new Pair(
            () => sampler.Sample(Count, plain with { Refine = 4 }), () => sampler.Sample(Count, plain), generator, discriminator)
        {
            Turns = 7,
        };
    }

    private static RecurrentGenerator Create(int hidden) =>
        new(new SequenceFormat(Tokens, Length), new GeneratorOptions { EmbeddingSize = hidden, HiddenSize = hidden }, seed: 1);

    private static (TokenBatch Batch, float[] Ones) Batch(SequenceFormat format)
    {
        using var oracle = new RecurrentGenerator(format, new GeneratorOptions { EmbeddingSize = 16, HiddenSize = 16 }, seed: 2);
        return (oracle.Sample(Rows, seed: 3).AsBatch(), [.. Enumerable.Repeat(1f, Rows * format.MaxLength)]);
    }

    private static (double First, double Second) Measure(Pair pair)
    {
        const double WarmUpSeconds = 1, TurnSeconds = 0.1;
        _ = (Seconds(pair.First, WarmUpSeconds), Seconds(pair.Second, WarmUpSeconds));
        double first = double.PositiveInfinity, second = double.PositiveInfinity;
        for (int turn = 0; turn < pair.Turns; turn++)
        {
            first = Math.Min(first, Seconds(pair.First, TurnSeconds));
            second = Math.Min(second, Seconds(pair.Second, TurnSeconds));
        }

        return (first, second);
    }

    // Of one call. Several in a row: libtorch's threads spin for a while after its last loop, and hinder the first of the other's.
    private static double Seconds(Action run, double atLeast)
    {
        const double LongSeconds = 0.5;
        double least = double.PositiveInfinity;
        long start = Stopwatch.GetTimestamp();
        int calls = 0;
        while (calls == 0 || (calls < 2 && least < LongSeconds) || Stopwatch.GetElapsedTime(start).TotalSeconds < atLeast)
        {
            using DisposeScope scope = torch.NewDisposeScope();
            long begin = Stopwatch.GetTimestamp();
            run();
            least = Math.Min(least, Stopwatch.GetElapsedTime(begin).TotalSeconds);
            calls++;
        }

        return least;
    }

    private sealed record Pair(Action First, Action Second, params IDisposable[] Owned) : IDisposable
    {
        public int Turns { get; init; } = 15;

        public void Dispose()
        {
            foreach (IDisposable owned in Owned)
                owned.Dispose();
        }
    }
}
