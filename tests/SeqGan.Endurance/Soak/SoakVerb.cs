using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using SeqGan.Endurance.Training;

namespace SeqGan.Endurance.Soak;

/// <summary>Trains again and again with checkpoints, resumes and samples, and looks whether the process grows.</summary>
internal static class SoakVerb
{
    public static async Task<int> RunAsync(CommandLine line)
    {
        TimeSpan time = line.Minutes ?? throw new FormatException("soak needs --minutes.");
        TimeSpan warmUp = TimeSpan.FromTicks(Math.Min(TimeSpan.TicksPerMinute, time.Ticks / 4));
        // The console has a thread and handles from its first line on.
        await Console.Error.WriteLineAsync($"Trains again and again for {time}; what the process holds is compared with that after {warmUp}.");
        await WarmPool.StartAsync();
        var books = new TensorBooks();
        long started = Stopwatch.GetTimestamp();
        int trainings = await TrainUntilAsync(books, () => Stopwatch.GetElapsedTime(started) > warmUp);
        Footprint first = await Footprint.MeasureAsync(books);
        await Console.Error.WriteLineAsync($"After {trainings} trainings: {first}");
        trainings += await TrainUntilAsync(books, () => Stopwatch.GetElapsedTime(started) > time);
        Footprint last = await Footprint.MeasureAsync(books);
        await Console.Error.WriteLineAsync($"After {trainings} trainings: {last}");
        double growth = 100.0 * (last.ResidentKilobytes - first.ResidentKilobytes) / first.ResidentKilobytes;
        long tensors = last.Tensors - first.Tensors;
        int threads = last.Threads - first.Threads, handles = last.Handles - first.Handles;
        await Console.Error.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"Resident memory grew by {growth:0.00}%, live tensors by {tensors}, threads by {threads}, handles by {handles}."));
        if (line.Json)
        {
            Console.WriteLine(JsonSerializer.Serialize(new Dictionary<string, double>
            {
                ["rss_growth_percent"] = Math.Round(growth, 2),
                ["tensor_growth"] = tensors,
                ["thread_growth"] = threads,
                ["handle_growth"] = handles,
                ["rss_mb"] = Math.Round(last.ResidentKilobytes / 1024.0, 1),
                ["trainings"] = trainings,
                ["seconds"] = Math.Round(Stopwatch.GetElapsedTime(started).TotalSeconds, 1),
            }));
        }

        return growth < 1 && tensors <= 0 && threads <= 0 && handles <= 0 ? 0 : 1;
    }

    private static async Task<int> TrainUntilAsync(TensorBooks books, Func<bool> isOver)
    {
        int trainings = 0;
        for (; !isOver(); trainings++)
        {
            DirectoryInfo folder = Directory.CreateTempSubdirectory("seqgan-soak-");
            try
            {
                await TrainAsync(books, folder.FullName, stopAt: 200);
                await TrainAsync(books, folder.FullName, stopAt: long.MaxValue);
            }
            finally
            {
                folder.Delete(recursive: true);
            }
        }

        return trainings;
    }

    private static async Task TrainAsync(TensorBooks books, string folder, long stopAt)
    {
        using var run = new EnduranceRun(folder);
        using var stop = new CancellationTokenSource();
        using SeqGanTrainer trainer = run.Builder().AddObserver(progress =>
        {
            if (progress.Step >= stopAt)
                stop.Cancel();
        }).Build();
        books.Note(trainer);
        try
        {
            await trainer.TrainAsync(cancellationToken: stop.Token);
        }
        catch (OperationCanceledException)
        {
            return;
        }

        await trainer.SaveCheckpointAsync(CancellationToken.None);
        trainer.Generate(200);
        new SequenceSampler(trainer.Compile()).Generate(200);
    }
}
