using System.Diagnostics;
using System.Globalization;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SeqGan.Benchmarks;

/// <summary>What the parts of rollouts, of scoring and of the discriminator's step take, at the published size, each alone.</summary>
internal sealed unsafe class Parts : IDisposable
{
    private const int Turns = 9, Completions = 16 * 64 * 19;

    private readonly PublishedProblem _problem = new(ProblemSize.Paper);
    private readonly ConvolutionalNetwork _network;
    private readonly Embedding _embedding;
    private readonly ModuleList<Conv1d> _convolutions;
    private readonly HighwayLayer _highway;

    private Parts()
    {
        _network = (ConvolutionalNetwork)_problem.Discriminator.Module;
        nn.Module[] modules = [.. _network.named_modules().Select(module => module.module)];
        _embedding = modules.OfType<Embedding>().Single();
        _convolutions = [.. modules.OfType<Conv1d>()];
        _highway = modules.OfType<HighwayLayer>().Single();
    }

    public static int Run(string[] options)
    {
        if (options.Length > 0)
        {
            Console.Error.WriteLine("parts has no options.");
            return 2;
        }

        using var parts = new Parts();
        Console.WriteLine($"Matrix products of 2048 x 1720 x 1720 reach {MatrixProductCeiling.Measure() / 1e9:0} GFLOP/s.");
        parts.MeasureRollouts();
        parts.MeasureScoring();
        parts.MeasureStep();
        return 0;
    }

    public void Dispose() => _problem.Dispose();

    private void MeasureRollouts()
    {
        const int Rows = 24, Repeats = 100;
        CompiledPolicy policy = _problem.Generator.Compile();
        Kernels kernels = Kernels.Best;
        var worker = new DecodingWorker(policy, kernels);
        var distribution = new TokenDistribution(kernels, policy.Format.VocabularySize, worker.Columns, worker.Sums, new SamplingOptions());
        Console.WriteLine($"Rollouts, one thread, a step of {Rows} sequences:");
        Print("gates and state", Repeat(Repeats, () => worker.Advance(Rows)), Rows);
        Print("product with the output weights", Repeat(Repeats, () => worker.ComputeLogits(Rows, policy.Output.Bias)), Rows);
        double both = Repeat(Repeats, () =>
        {
            worker.ComputeLogits(Rows, policy.Output.Bias);
            for (int slot = 0; slot < Rows; slot++)
            {
                distribution.Take(worker.Logits(slot));
                distribution.Draw(0.5f);
            }
        });
        Print("the same, softmax and a draw", both, Rows);
    }

    private void MeasureScoring()
    {
        const int Tile = 512;
        _problem.RollOut();
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        double warm = Median(() => _problem.ScoreRolledOut());
        double fresh = Median(() =>
        {
            _problem.Discriminator.ForgetCompiled();
            _problem.ScoreRolledOut();
        });
        using PooledWindows windows = PooledWindows.Create(_embedding, _convolutions, _problem.Size.Length, 1L << 30)!;
        Tensor features = empty(Completions, 1720), first = empty(Tile, 1720), second = empty(Tile, 1720);
        double lookUps = Median(() => windows.Compute(_problem.RolledOut.Span, TensorMemory.Of(features), 1720, CancellationToken.None));
        Linear[] linears = [.. _highway.named_modules().Select(module => module.module).OfType<Linear>()];
        using ScoringProduct product = new(linears[0], ScoringPrecision.Full);
        using CompiledHighway highway = _highway.Compile(ScoringPrecision.Full);
        Tensor rows = features.narrow(0, 0, Tile);
        double products = Repeat(10, () => product.Apply(rows, first)) * 2 * Completions / Tile;
        double layer = Repeat(10, () => highway.Apply(rows, first, second)) * Completions / Tile;
        Console.WriteLine($"Scoring, {get_num_threads()} threads, {Completions} completions:");
        Print("all, after a training step", fresh);
        Print("all, with the tables as they are", warm);
        Print("look-ups", lookUps);
        Print($"the highway's two products, {Tile} rows each", products);
        Print("the whole highway", layer);
    }

    private void MeasureStep()
    {
        using var scope = NewDisposeScope();
        int half = _problem.Size.Batch / 2;
        Tensor tokens = tensor(
            _problem.Real[..half].Tokens.ToArray().Concat(_problem.Generated[..half].Tokens.ToArray())
                .Select(token => (long)token).ToArray(),
            [2 * half, _problem.Size.Length]);
        Tensor features = rand([2 * half, 1720], requires_grad: true);
        Console.WriteLine($"Discriminator step, {get_num_threads()} threads, {2 * half} rows:");
        Print("all", Median(() => _problem.StepDiscriminatorAsync().GetAwaiter().GetResult()));
        _network.train();
        Print("convolutions and pooling, forward", Median(() => PooledConvolution.Apply(tokens, _embedding, _convolutions)));
        Print("... and backward", Median(() => Differentiate(PooledConvolution.Apply(tokens, _embedding, _convolutions))));
        Print("highway, forward", Median(() => _highway.forward(features)));
        Print("... and backward", Median(() => Differentiate(_highway.forward(features))));
        Differentiate(_network.forward(tokens));
        TorchSharp.Modules.Parameter[] parameters = [.. _network.parameters()];
        using var adam = new OnePassAdam(parameters, 1e-4);
        Print("norm of the gradients", Median(() => Gradients.Norm(parameters)));
        Print("Adam", Median(() => adam.Step(1)));
    }

    private void Differentiate(Tensor output)
    {
        _network.zero_grad(set_to_none: true);
        using Tensor sum = output.sum();
        sum.backward();
    }

    private static double Median(Action run)
    {
        double[] seconds = new double[Turns];
        for (int turn = -2; turn < Turns; turn++)
        {
            using var scope = NewDisposeScope();
            long start = Stopwatch.GetTimestamp();
            run();
            if (turn >= 0)
                seconds[turn] = Stopwatch.GetElapsedTime(start).TotalSeconds;
        }

        return seconds.Order().ElementAt(Turns / 2);
    }

    private static double Repeat(int times, Action run) => Median(() =>
    {
        for (int i = 0; i < times; i++)
            run();
    }) / times;

    private static void Print(string name, double seconds, int rows = 0) => Console.WriteLine(
        rows > 0
            ? string.Create(CultureInfo.InvariantCulture, $"  {name,-46}{seconds / rows * 1e6,10:0.00} us a sequence")
            : string.Create(CultureInfo.InvariantCulture, $"  {name,-46}{seconds * 1e3,10:0.0} ms"));
}
