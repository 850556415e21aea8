using SeqGan.Endurance.Training;

namespace SeqGan.Endurance.Kills;

/// <summary>Finds a moment inside the writing of a checkpoint.</summary>
internal sealed class WritingWatch(Random random)
{
    /// <summary>Waits for one of the next checkpoints to be begun, and a moment more; or for the training's end.</summary>
    public async Task WaitAsync(Child child, string checkpoints, int number)
    {
        await child.WhenReadyAsync();
        if (child.HasEnded)
            return;
        using var watcher = new FileSystemWatcher(checkpoints, ".writing-*") { NotifyFilter = NotifyFilters.DirectoryName,
            EnableRaisingEvents = true };
        using var begun = new SemaphoreSlim(0);
        watcher.Created += (_, _) => begun.Release();
        for (int wait = number; wait > 0; wait--)
        {
            // One that ends writes no more.
            if (!await begun.WaitAsync(TimeSpan.FromSeconds(2)))
                return;
        }

        Thread.SpinWait(random.Next(400_000));
    }
}
