using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using SeqGan.Discrimination;
using SeqGan.Generation;
using SeqGan.Rewards;
using SeqGan.Rollouts;
using ScottPlot;
using TorchSharp;
using TorchSharp.Modules;

namespace SeqGan.Benchmarks;

/// <summary>
/// What a policy gradient of each reward estimator costs, and how much it varies from batch to batch: the product of the two decides at
/// equal time. All estimators see the same batches.
/// </summary>
internal static class EstimatorTimes
{
    private const int Rows = 64, Tokens = 50, RealSequences = 2000, LikelihoodSteps = 100, DiscriminatorSteps = 100;

    private static readonly (string Name, int? Samples, int? Prefixes)[] s_rows =
    [
        ("monte_carlo_16", 16, null),
        ("monte_carlo_4", 4, null),
        ("monte_carlo_1", 1, null),
        .. from prefixes in new[] { 8, 4, 2, 1 } from samples in new[] { 16, 4, 1 }
           select ($"monte_carlo_{samples}_of_{prefixes}_prefixes", (int?)samples, (int?)prefixes),
        ("sequence", null, null),
    ];

    public static async Task<int> RunAsync(string[] options)
    {
        int[] lengths = [20, 100];
        int batches = 12;
        string? plot = null;
        for (int i = 0; i < options.Length; i++)
        {
            if (options[i] == "--json")
                continue;
            if (options[i] == "--lengths" && ++i < options.Length && TryRead(options[i], out int[] given))
                lengths = given;
            else if (options[i] == "--batches" && ++i < options.Length && TryRead(options[i], out int[] count) && count is [> 1])
                batches = count[0];
            else if (options[i] == "--plot" && ++i < options.Length)
                plot = options[i];
            else
                return Refuse();
        }

        var results = new List<Dictionary<string, object>>();
        foreach (int length in lengths)
            results.AddRange(await MeasureAsync(length, batches));
        if (plot is not null)
            Draw(results, plot);
        if (options.Contains("--json"))
            Console.WriteLine(JsonSerializer.Serialize(results));
        return 0;
    }

    // The figure that decides, over the length.
    private static void Draw(List<Dictionary<string, object>> results, string path)
    {
        (string Name, string Legend)[] lines =
        [
            ("monte_carlo_16", "16 completions of every prefix (the paper's)"), ("monte_carlo_4", "4 of every prefix"),
            ("monte_carlo_1", "1 of every prefix"), ("monte_carlo_4_of_4_prefixes", "4 of 4 prefixes"),
            ("sequence", "the sequence's score"),
        ];
        var plot = new Plot();
        foreach ((string name, string legend) in lines)
        {
            var points = results.Where(row => (string)row["estimator"] == name)
                .Select(row => (X: Math.Log10((int)row["length"]), Y: Math.Log10((double)row["variance_times_seconds"]))).ToArray();
            ScottPlot.Plottables.Scatter line =
                plot.Add.Scatter(points.Select(point => point.X).ToArray(), points.Select(point => point.Y).ToArray());
            (line.LegendText, line.LineWidth, line.MarkerSize) = (legend, 2, 7);
        }

        double[] lengths = [.. results.Select(row => (double)(int)row["length"]).Distinct()];
        plot.Axes.Bottom.SetTicks([.. lengths.Select(Math.Log10)], [.. lengths.Select(length => $"{length}")]);
        plot.Axes.Left.TickGenerator = new ScottPlot.TickGenerators.NumericAutomatic
        {
            IntegerTicksOnly = true, LabelFormatter = power => $"1e{power}",
        };
        plot.Title("Variance of a gradient times the seconds of a step (lower is better)");
        plot.XLabel("tokens of a sequence");
        plot.YLabel("variance x seconds");
        plot.ShowLegend(Alignment.UpperLeft);
        plot.SavePng(path, 900, 560);
    }

    private static int Refuse()
    {
        Console.Error.WriteLine(
            "estimators takes --json, --lengths L,L,... (each at least 2), --batches N (at least 2) and --plot FILE.png.");
        return 2;
    }

    private static bool TryRead(string text, out int[] numbers)
    {
        string[] parts = text.Split(',');
        numbers = [.. parts.Select(part => int.TryParse(part, CultureInfo.InvariantCulture, out int number) ? number : 0)];
        return Array.TrueForAll(numbers, number => number >= 2);
    }

    private static async Task<IEnumerable<Dictionary<string, object>>> MeasureAsync(int length, int batches)
    {
        using var problem = await Problem.CreateAsync(length);
        Row[] rows = [.. s_rows.Select(row => new Row(row.Name, problem.Estimator(row.Samples, row.Prefixes)))];
        double sampling = 0;
        for (int batch = 0; batch <= batches; batch++)
        {
            // The first warms up.
            long start = Stopwatch.GetTimestamp();
            TokenBatch sequences = problem.Sample((uint)batch);
            sampling += batch > 0 ? Stopwatch.GetElapsedTime(start).TotalSeconds : 0;
            foreach (Row row in rows)
                await row.AddAsync(problem, sequences, (uint)batch, counts: batch > 0);
        }

        Console.WriteLine($"{$"T = {length}",-34}{"estimate",12}{"step",12}{"variance",12}{"product",12}{"better",9}");
        double reference = rows[0].Product(sampling);
        foreach (Row row in rows)
        {
            (double estimation, double step) = (1e3 * row.Estimation / batches, 1e3 * row.Time(sampling) / batches);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{row.Name,-34}{estimation,9:0.0} ms{step,9:0.0} ms"
                    + $"{row.Variance,12:0.00e0}{row.Product(sampling) / batches,12:0.00e0}{reference / row.Product(sampling),9:0.00}"));
        }

        return rows.Select(row => new Dictionary<string, object>
        {
            ["estimator"] = row.Name,
            ["length"] = length,
            ["estimation_seconds"] = Math.Round(row.Estimation / batches, 5),
            ["step_seconds"] = Math.Round(row.Time(sampling) / batches, 5),
            ["variance"] = row.Variance,
            ["variance_times_seconds"] = row.Product(sampling) / batches,
            ["times_better_than_monte_carlo_16"] = Math.Round(reference / row.Product(sampling), 2),
        });
    }

    // An estimator, the seconds that it and the gradient took, and the sums that the gradient's variance is made of.
    private sealed class Row(string name, IRewardEstimator estimator)
    {
        private readonly PositionBaseline _baseline = new(RewardBaseline.LeaveOneOut, 0, maxLength: 0);
        private double[] _sum = [], _squares = [];
        private int _count;
        private double _gradients;

        public string Name { get; } = name;

        public double Estimation { get; private set; }

        // The trace of the covariance.
        public double Variance => _sum.Zip(_squares, (sum, squares) => (squares - sum * sum / _count) / (_count - 1)).Sum();

        public double Time(double sampling) => sampling + Estimation + _gradients;

        public double Product(double sampling) => Variance * Time(sampling);

        public async Task AddAsync(Problem problem, TokenBatch sequences, uint step, bool counts)
        {
            float[] rewards = new float[sequences.Count * sequences.Length], advantages = new float[rewards.Length];
            long start = Stopwatch.GetTimestamp();
            await estimator.EstimateAsync(sequences, new RewardRequest { Key = new(7, RandomPurpose.Rollout, step) }, rewards);
            double estimation = Stopwatch.GetElapsedTime(start).TotalSeconds;
            start = Stopwatch.GetTimestamp();
            _baseline.Subtract(sequences, rewards, advantages);
            float[] gradient = problem.Gradient(sequences, advantages);
            if (!counts)
                return;
            Estimation += estimation;
            _gradients += Stopwatch.GetElapsedTime(start).TotalSeconds;
            _count++;
            Array.Resize(ref _sum, gradient.Length);
            Array.Resize(ref _squares, gradient.Length);
            for (int i = 0; i < gradient.Length; i++)
            {
                _sum[i] += gradient[i];
                _squares[i] += (double)gradient[i] * gradient[i];
            }
        }
    }

    // Real sequences of a random LSTM; a generator and a discriminator, sized as the tool does for a small corpus, that learned a little.
    private sealed class Problem : IDisposable
    {
        private readonly NeuralGenerator _generator;
        private readonly ModuleDiscriminator _discriminator;
        private readonly MonteCarloRollout _rollout;
        private readonly SequenceBuffer _sample;

        private Problem(SequenceFormat format)
        {
            var options = new GeneratorOptions
            {
                EmbeddingSize = 64, HiddenSize = 128, Layers = 2, GradientClip = 0,
                PolicyGradientLearningRate = 1e-12, // The gradient is wanted, the step is not.
            };
            _generator = NeuralGenerator.Create(format, options, seed: 1);
            _discriminator = ModuleDiscriminator.Create(
                format, new() { EmbeddingSize = 32, FilterWidths = [1, 2, 3, 4], FilterCounts = [64, 64, 64, 64] }, seed: 1);
            _rollout = new MonteCarloRollout(_generator);
            _sample = new SequenceBuffer(format, Rows);
        }

        public static async Task<Problem> CreateAsync(int length)
        {
            var format = new SequenceFormat(Tokens, length);
            using NeuralGenerator oracle = NeuralGenerator.Create(
                format,
                new() { EmbeddingSize = 32, HiddenSize = 32, Initialization = WeightInitialization.Normal, InitialDeviation = 1 }, seed: 3);
            TokenBatch real = oracle.Sample(RealSequences, seed: 1).AsBatch();
            var problem = new Problem(format);
            float[] ones = [.. Enumerable.Repeat(1f, Rows * length)];
            for (int step = 0; step < LikelihoodSteps; step++)
                problem._generator.Train(BatchOf(real, step), ones, GeneratorObjective.MaximumLikelihood);
            TokenBatch generated = problem._generator.Sample(RealSequences, seed: 2).AsBatch();
            for (int step = 0; step < DiscriminatorSteps; step++)
                await problem._discriminator.TrainAsync(BatchOf(real, step), BatchOf(generated, step));
            problem._rollout.ResetPolicy();
            return problem;
        }

        public IRewardEstimator Estimator(int? samples, int? prefixes) => samples is { } count
            ? new MonteCarloRewardEstimator(_rollout, _discriminator, count, prefixesPerSequence: prefixes)
            : new SequenceRewardEstimator(_discriminator);

        public TokenBatch Sample(uint step)
        {
            _generator.Sample(new SampleRequest { Key = new(5, RandomPurpose.Sampling, step) }, _sample);
            return _sample.AsBatch();
        }

        public float[] Gradient(TokenBatch sequences, float[] advantages)
        {
            _generator.Train(sequences, advantages, GeneratorObjective.PolicyGradient);
            return [.. _generator.Network.Parameters.SelectMany(GradientOf)];
        }

        public void Dispose()
        {
            _rollout.Dispose();
            _discriminator.Dispose();
            _generator.Dispose();
        }

        private static TokenBatch BatchOf(TokenBatch all, int step) => all.Slice(step % (all.Count / Rows) * Rows, Rows);

        private static float[] GradientOf(Parameter parameter)
        {
            using torch.Tensor gradient = parameter.grad!;
            return gradient.data<float>().ToArray();
        }
    }
}
