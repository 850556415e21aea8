using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text.Json;

namespace SeqGan.Benchmarks;

/// <summary>What checkpoints of a training with the paper's sizes cost: how long it pauses, and how much longer it takes.</summary>
internal static class CheckpointTimes
{
    private const int Rounds = 12, Turns = 3;

    public static async Task<int> RunAsync(string[] options)
    {
        if (options is not ([] or ["--json"]))
        {
            Console.Error.WriteLine("checkpoints knows --json, and nothing else.");
            return 2;
        }

        SequenceFormat format = new(5000, 20);
        Corpus corpus;
        using (RecurrentGenerator oracle = RecurrentGenerator.CreateOracle(format, seed: 3))
        {
            TokenBatch real = oracle.Sample(2000, seed: 4).AsBatch();
            corpus = Corpus.FromTokens(Enumerable.Range(0, real.Count).Select(row => real[row].ToArray()), [], format);
        }

        // The first one of a trainer takes fresh memory from the system, before the first step.
        var pauses = new List<double>();
        var firsts = new List<double>();
        bool isFirst = true;
        long bytes = 0;
        using var listener = new MeterListener { InstrumentPublished = (instrument, listener) =>
            listener.EnableMeasurementEvents(instrument) };
        listener.SetMeasurementEventCallback<double>((instrument, value, _, _) =>
        {
            if (instrument.Name == "seqgan.checkpoint.size")
                Interlocked.Exchange(ref bytes, (long)value);
            if (instrument.Name != "seqgan.checkpoint.pause")
                return;
            (isFirst ? firsts : pauses).Add(value);
            isFirst = false;
        });
        listener.Start();

        await TrainAsync(corpus, checkpoints: true);
        pauses.Clear();
        firsts.Clear();
        var costs = new List<double>();
        for (int turn = 0; turn < Turns; turn++)
        {
            (double without, _) = await TrainAsync(corpus, checkpoints: false);
            isFirst = true;
            (double with, int count) = await TrainAsync(corpus, checkpoints: true);
            costs.Add((with - without) / count);
        }

        double cost = costs.Order().ElementAt(Turns / 2), interval = new CheckpointOptions().Interval.TotalSeconds;
        var result = new Dictionary<string, double>
        {
            ["checkpoints"] = firsts.Count + pauses.Count,
            ["megabytes"] = Math.Round(bytes / 1e6, 1),
            ["median_pause_ms"] = Math.Round(1000 * pauses.Order().ElementAt(pauses.Count / 2), 2),
            ["longest_pause_ms"] = Math.Round(1000 * pauses.Max(), 2),
            ["first_pause_ms"] = Math.Round(1000 * firsts.Max(), 2),
            ["seconds_a_checkpoint"] = Math.Round(cost, 3),
            ["percent_of_the_run_at_the_default_schedule"] = Math.Round(100 * cost / interval, 4),
        };
        foreach ((string name, double value) in result)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name.Replace('_', ' '),-44}{value,10}"));
        if (options.Length == 1)
            Console.WriteLine(JsonSerializer.Serialize(result));
        return 0;
    }

    private static async Task<(double Seconds, int Checkpoints)> TrainAsync(Corpus corpus, bool checkpoints)
    {
        string folder = Path.Combine(Path.GetTempPath(), $"seqgan-checkpoints-{Guid.NewGuid():N}");
        int written = 0;
        SeqGanBuilder builder = new SeqGanBuilder().UseCorpus(corpus).UsePaperParameters().Configure(options =>
        {
            (options.Training.GeneratorPretrainingEpochs, options.Training.DiscriminatorPretrainingRounds,
                options.Training.AdversarialRounds) = (1, Rounds, 0);
            (options.Training.DiscriminatorEpochs, options.Training.NegativeSamples) = (1, 512);
        });
        if (checkpoints)
            builder.UseCheckpoints(folder, _ => Interlocked.Increment(ref written))
                .Configure(options => options.Checkpoints.EveryRounds = 1);
        try
        {
            using SeqGanTrainer trainer = builder.Build();
            long start = Stopwatch.GetTimestamp();
            await trainer.TrainAsync();
            return (Stopwatch.GetElapsedTime(start).TotalSeconds, written);
        }
        finally
        {
            if (checkpoints)
                Directory.Delete(folder, recursive: true);
        }
    }
}
