using System.Diagnostics;
using System.Globalization;
using SeqGan.Endurance.Kills;
using SeqGan.Endurance.Training;

namespace SeqGan.Endurance.Faults;

/// <summary>Processes that are stopped, killed, or in each other's way.</summary>
internal sealed class ProcessCases(FaultBench bench)
{
    // The generic host's own time-out.
    private static readonly TimeSpan s_timeToStop = TimeSpan.FromMinutes(2);

    public IEnumerable<(string Name, Func<Task> Run)> All =>
    [
        ("folder of another process's training", OccupiedAsync),
        ("SIGTERM to a generic host", () => StopAsync("TERM")),
        ("SIGINT to a generic host", () => StopAsync("INT")),
        ("SIGKILL inside the writing of a checkpoint", KillAsync),
    ];

    private async Task OccupiedAsync()
    {
        string folder = bench.NewFolder();
        using Child child = Child.Start("child", folder);
        await child.WhenReadyAsync();
        using var run = new EnduranceRun(bench.NewFolder(), Path.Combine(folder, "checkpoints"));
        await FaultBench.ThrowsAsync<CheckpointException>(() => Task.Run(() => FaultBench.Build(run).Dispose()), "Another training");
    }

    private async Task StopAsync(string signal)
    {
        string folder = bench.NewFolder();
        using Child child = Child.Start("hosted", folder);
        await child.WhenReadyAsync();
        while (child.Written.Count < 5 && !child.HasEnded)
            await Task.Delay(10);
        long started = Stopwatch.GetTimestamp();
        using (Process kill = Process.Start("kill", [$"-{signal}", child.Id.ToString(CultureInfo.InvariantCulture)]))
            await kill.WaitForExitAsync();
        (int exitCode, string error) = await child.WhenEndedAsync();
        FaultBench.Require(exitCode == 0, $"the host ended with {exitCode}: {error}");
        FaultBench.Require(Stopwatch.GetElapsedTime(started) < s_timeToStop, $"the host took {Stopwatch.GetElapsedTime(started)} to stop");
        FaultBench.Require(!File.Exists(Path.Combine(folder, ChildVerb.DigestFile)), "the training ended before the signal");
        await bench.ResumeExactlyAsync(folder);
    }

    private async Task KillAsync()
    {
        string folder = bench.NewFolder(), checkpoints = Path.Combine(folder, "checkpoints");
        var random = new Random(1);
        for (int trial = 1; trial <= 20; trial++)
        {
            using Child child = Child.Start("child", folder);
            await new WritingWatch(random).WaitAsync(child, checkpoints, number: 2);
            child.Kill();
            await child.WhenEndedAsync();
            if (Directory.EnumerateDirectories(checkpoints, ".writing-*").Any())
            {
                await bench.ResumeExactlyAsync(folder);
                FaultBench.Require(!Directory.EnumerateDirectories(checkpoints, ".writing-*").Any(),
                    "what was half written is still there");
                return;
            }
        }

        throw new FaultException("no kill came inside the writing of a checkpoint");
    }
}
