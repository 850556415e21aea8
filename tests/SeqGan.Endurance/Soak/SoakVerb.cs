using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using SeqGan.Endurance.Training;

namespace SeqGan.Endurance.Soak;

/// <summary>Trains with checkpoints, resumes and samples, and measures whether the process grows.</summary>
/// <remarks>
/// One training continues in trainers that take turns: each module of TorchSharp 0.107 leaves a little native memory behind, which would
/// show if a trainer were made every second.
/// </remarks>
internal static class SoakVerb
{
    public static async Task<int> RunAsync(CommandLine line)
    {
        TimeSpan time = line.Minutes ?? throw new FormatException("soak needs --minutes.");
        TimeSpan warmUp = TimeSpan.FromTicks(Math.Min(TimeSpan.TicksPerMinute, time.Ticks / 2));
        TimeSpan turn = TimeSpan.FromSeconds(Math.Clamp(time.TotalSeconds / 60, 3, 30));
        // Much of what a trainer needs for the first few times is made once, code above all.
        TimeSpan firstTurns = TimeSpan.FromTicks(Math.Min(turn.Ticks, warmUp.Ticks / 15));
        DirectoryInfo folder = Directory.CreateTempSubdirectory("seqgan-soak-");
        // The console has a thread and handles from its first line on.
        await Console.Error.WriteLineAsync(
            $"Trains for {time}; what the process holds is compared with that after {warmUp}. {NativeHeap.Settings}.");
        await WarmPool.StartAsync();
        var books = new TensorBooks();
        long started = Stopwatch.GetTimestamp();
        int trainers = await TrainUntilAsync(books, folder.FullName, firstTurns, () => Stopwatch.GetElapsedTime(started) > warmUp);
        Footprint first = await Footprint.MeasureAsync(books);
        await Console.Error.WriteLineAsync($"After {trainers} trainers: {first}");
        trainers += await TrainUntilAsync(books, folder.FullName, turn, () => Stopwatch.GetElapsedTime(started) > time);
        Footprint last = await Footprint.MeasureAsync(books);
        await Console.Error.WriteLineAsync($"After {trainers} trainers: {last}");
        folder.Delete(recursive: true);
        double growth = Growth(first.ResidentKilobytes, last.ResidentKilobytes),
            anonymous = Growth(first.AnonymousKilobytes, last.AnonymousKilobytes);
        long tensors = last.Tensors - first.Tensors;
        int threads = last.Threads - first.Threads, handles = last.Handles - first.Handles;
        await Console.Error.WriteLineAsync(
            string.Create(CultureInfo.InvariantCulture,
                $"Resident memory grew by {growth:0.00}%, what was allocated of it by {anonymous:0.00}%, live tensors by {tensors}, "
                    + $"threads by {threads}, handles by {handles}."));
        if (line.Json)
        {
            Console.WriteLine(JsonSerializer.Serialize(new Dictionary<string, double>
            {
                ["rss_growth_percent"] = Math.Round(growth, 2),
                ["allocated_growth_percent"] = Math.Round(anonymous, 2),
                ["tensor_growth"] = tensors,
                ["thread_growth"] = threads,
                ["handle_growth"] = handles,
                ["rss_mb"] = Math.Round(last.ResidentKilobytes / 1024.0, 1),
                ["trainers"] = trainers,
                ["seconds"] = Math.Round(Stopwatch.GetElapsedTime(started).TotalSeconds, 1),
            }));
        }

        return growth < 1 && tensors <= 0 && threads <= 0 && handles <= 0 ? 0 : 1;
    }

    private static double Growth(long first, long last) => 100.0 * (last - first) / first;

    /// <summary>Goes on with one training, in one trainer after the other.</summary>
    private static async Task<int> TrainUntilAsync(TensorBooks books, string folder, TimeSpan turn, Func<bool> isOver)
    {
        int trainers = 0;
        for (; !isOver(); trainers++)
            await TrainAsync(books, folder, turn);
        return trainers;
    }

    private static async Task TrainAsync(TensorBooks books, string folder, TimeSpan turn)
    {
        using var run = new EnduranceRun(folder);
        using var stop = new CancellationTokenSource(turn);
        using SeqGanTrainer trainer = run.Builder().Configure(options => options.Training.AdversarialRounds = int.MaxValue).Build();
        books.Note(trainer);
        try
        {
            await trainer.TrainAsync(cancellationToken: stop.Token);
        }
        catch (OperationCanceledException)
        {
            await trainer.SaveCheckpointAsync(CancellationToken.None);
            trainer.Generate(200);
            new SequenceSampler(trainer.Compile()).Generate(200);
        }
    }
}
