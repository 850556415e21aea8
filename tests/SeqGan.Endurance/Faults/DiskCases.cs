using SeqGan.Endurance.Training;

namespace SeqGan.Endurance.Faults;

/// <summary>A disk that takes no more.</summary>
internal sealed class DiskCases(FaultBench bench)
{
    public IEnumerable<(string Name, Func<Task> Run)> All =>
        [("disk full", DiskFullAsync), ("folder becomes read-only", BecomesReadOnlyAsync), ("folder is read-only", IsReadOnlyAsync)];

    private async Task DiskFullAsync()
    {
        string folder = bench.NewFolder(), disk = bench.NewFolder();
        using Mount mount = Mount.SmallDisk(disk, kilobytes: 4096);
        string checkpoints = Path.Combine(disk, "checkpoints"), filler = Path.Combine(disk, "filler");
        await TrainOnAsync(folder, checkpoints, () => Fill(filler), "disk is full");
        File.Delete(filler);
        await ContinueAsync(folder, checkpoints);
    }

    private async Task BecomesReadOnlyAsync()
    {
        string folder = bench.NewFolder(), checkpoints = bench.NewFolder();
        Mount? mount = null;
        try
        {
            await TrainOnAsync(folder, checkpoints, () => mount = Mount.ReadOnly(checkpoints), "Read-only file system");
        }
        finally
        {
            mount?.Dispose();
        }

        await ContinueAsync(folder, checkpoints);
    }

    private async Task IsReadOnlyAsync()
    {
        string folder = bench.NewFolder(), checkpoints = bench.NewFolder();
        using Mount mount = Mount.ReadOnly(checkpoints);
        using var run = new EnduranceRun(folder, checkpoints);
        await FaultBench.ThrowsAsync<CheckpointException>(() => Task.Run(() => FaultBench.Build(run).Dispose()), checkpoints);
    }

    /// <summary>Trains to the end though the disk fails on the way; a checkpoint that is asked for then says why there is none.</summary>
    private async Task TrainOnAsync(string folder, string checkpoints, Action fail, string reason)
    {
        int written = 0;
        Exception? skipped = null;
        using var run = new EnduranceRun(folder, checkpoints);
        using SeqGanTrainer trainer = FaultBench.Build(run, written: _ => Written());
        await trainer.TrainAsync();
        if (skipped is not null)
            throw skipped;
        FaultBench.Require(run.Digest(trainer) == bench.Expected, "the training with a failing disk differs from the undisturbed one");
        await FaultBench.ThrowsAsync<CheckpointException>(() => trainer.SaveCheckpointAsync(), reason, "Earlier checkpoints are untouched");

        void Written()
        {
            try
            {
                if (++written == 4)
                    fail();
            }
            catch (SkippedException error)
            {
                skipped = error;
            }
        }
    }

    /// <summary>The last intact checkpoint is of the time before the failure, and a training resumes from it.</summary>
    private async Task ContinueAsync(string folder, string checkpoints)
    {
        CheckpointInfo newest = CheckpointInfo.List(checkpoints)[0];
        CheckpointInfo.Verify(newest.Path);
        FaultBench.Require(newest.Step > 0 && newest.Phase != nameof(TrainingPhase.Adversarial),
            $"the newest checkpoint is of step {newest.Step} of {newest.Phase}");
        await bench.ResumeExactlyAsync(folder, checkpoints);
    }

    private static void Fill(string path)
    {
        byte[] block = new byte[4096];
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        try
        {
            while (true)
                file.Write(block);
        }
        catch (IOException)
        {
            // That is what was wanted.
        }
    }
}
