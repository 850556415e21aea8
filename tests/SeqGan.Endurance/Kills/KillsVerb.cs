using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using SeqGan.Endurance.Training;

namespace SeqGan.Endurance.Kills;

/// <summary>Kills trainings at random moments, resumes each until it ends, and compares it with an undisturbed one.</summary>
internal sealed class KillsVerb : IDisposable
{
    // Enough that a run is resumed again and again, few enough that it ends.
    private const int MostKillsOfARun = 8;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("seqgan-kills-");
    private readonly Random _random;
    private TimeSpan _undisturbed;
    private int _kills;
    private int _insideWrites;
    private int _exact;
    private int _lost;
    private int _runs;

    private KillsVerb(ulong seed) => _random = new Random((int)seed);

    public static async Task<int> RunAsync(CommandLine line)
    {
        if (line.Count is not { } count)
            throw new FormatException("kills needs --count.");
        using var kills = new KillsVerb(line.Seed);
        return await kills.RunAsync(count, line.Json);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private async Task<int> RunAsync(int count, bool json)
    {
        long started = Stopwatch.GetTimestamp();
        string expected = await TrainUndisturbedAsync();
        while (_kills < count)
            await TrainAndKillAsync(expected, Math.Min(count - _kills, 1 + _random.Next(MostKillsOfARun)));
        double seconds = Math.Round(Stopwatch.GetElapsedTime(started).TotalSeconds, 1);
        await Console.Error.WriteLineAsync(
            $"{_kills} kills, {_insideWrites} of them inside the writing of a checkpoint, in {_runs} runs: {_exact} exact resumes, "
                + $"{_lost} checkpoints lost, {seconds} s.");
        if (json)
            Console.WriteLine(
                JsonSerializer.Serialize(new Dictionary<string, double> { ["kills"] = _kills, ["exact_resumes"] = _exact, ["lost"] = _lost,
                    ["inside_writes"] = _insideWrites, ["runs"] = _runs, ["seconds"] = seconds }));
        return _exact == _kills && _lost == 0 ? 0 : 1;
    }

    private async Task<string> TrainUndisturbedAsync()
    {
        string folder = Path.Combine(_folder.FullName, "undisturbed");
        using Child child = Child.Start("child", folder);
        await child.WhenReadyAsync();
        long started = Stopwatch.GetTimestamp();
        string digest = await FinishAsync(child, folder);
        _undisturbed = Stopwatch.GetElapsedTime(started);
        await Console.Error.WriteLineAsync(
            string.Create(CultureInfo.InvariantCulture,
                $"The undisturbed training took {_undisturbed.TotalSeconds:0.0} s and wrote {child.Written.Count} checkpoints."));
        return digest;
    }

    private async Task TrainAndKillAsync(string expected, int kills)
    {
        string folder = Path.Combine(_folder.FullName, $"run-{++_runs}");
        var ledger = new CheckpointLedger(Path.Combine(folder, "checkpoints"));
        int killed = 0;
        string digest = "";
        while (digest.Length == 0)
        {
            using Child child = Child.Start("child", folder);
            if (killed < kills && await KillAsync(child, folder))
            {
                killed++;
                await child.WhenEndedAsync();
            }
            else
            {
                digest = await FinishAsync(child, folder);
            }

            ledger.Add(child.Written);
        }

        _lost += ledger.CountLost();
        _insideWrites += ledger.HalfWritten;
        bool isExact = digest == expected;
        _kills += killed;
        _exact += isExact ? killed : 0;
        await Console.Error.WriteLineAsync(
            $"{_kills} kills: run {_runs} was killed {killed} times and "
                + $"{(isExact ? "ended exactly" : $"differs:\n{expected}\n{digest}")}.");
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>False where the training ended before.</summary>
    private async Task<bool> KillAsync(Child child, string folder)
    {
        if (_random.Next(8) > 0)
            await child.WhenReadyAsync();
        if (_random.Next(2) == 0)
            await new WritingWatch(_random).WaitAsync(child, Path.Combine(folder, "checkpoints"), 1 + _random.Next(8));
        else
            await Task.Delay(_undisturbed * _random.NextDouble() * 0.6);
        if (child.HasEnded)
            return false;
        child.Kill();
        return true;
    }

    private static async Task<string> FinishAsync(Child child, string folder)
    {
        (int exitCode, string error) = await child.WhenEndedAsync();
        return exitCode == 0
            ? await File.ReadAllTextAsync(Path.Combine(folder, ChildVerb.DigestFile))
            : throw new InvalidOperationException($"The training in {folder} ended with {exitCode}: {error}");
    }
}
