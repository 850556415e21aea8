using SeqGan.Endurance.Training;

namespace SeqGan.Endurance.Faults;

/// <summary>What the cases need: folders, trainings that are interrupted, and what the undisturbed training came to.</summary>
internal sealed class FaultBench : IDisposable
{
    // In the adversarial phase, with some checkpoints written before it.
    private const long InterruptedAt = 250;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("seqgan-faults-");
    private int _runs;

    public string Expected { get; private set; } = "";

    public string NewFolder() => Directory.CreateDirectory(Path.Combine(_folder.FullName, $"{++_runs}")).FullName;

    public async Task PrepareAsync()
    {
        using var run = new EnduranceRun(NewFolder());
        Expected = await TrainAsync(run);
    }

    /// <summary>Trains to the end, and says what the training came to.</summary>
    public static async Task<string> TrainAsync(
        EnduranceRun run, Action<SeqGanBuilder>? configure = null, Action<CheckpointInfo>? written = null)
    {
        using SeqGanTrainer trainer = Build(run, configure, written);
        await trainer.TrainAsync();
        return run.Digest(trainer);
    }

    public static SeqGanTrainer Build(EnduranceRun run, Action<SeqGanBuilder>? configure = null, Action<CheckpointInfo>? written = null)
    {
        SeqGanBuilder builder = run.Builder(written);
        configure?.Invoke(builder);
        return builder.Build();
    }

    /// <summary>A training that was cancelled half-way.</summary>
    /// <returns>Its folder.</returns>
    public async Task<string> InterruptedAsync(Action<SeqGanBuilder>? configure = null)
    {
        string folder = NewFolder();
        using var run = new EnduranceRun(folder);
        using var stop = new CancellationTokenSource();
        using SeqGanTrainer trainer = Build(run, builder =>
        {
            configure?.Invoke(builder);
            builder.AddObserver(progress =>
            {
                if (progress.Step >= InterruptedAt)
                    stop.Cancel();
            }, withinRounds: true);
        });
        try
        {
            await trainer.TrainAsync(cancellationToken: stop.Token);
        }
        catch (OperationCanceledException)
        {
            return folder;
        }

        throw new FaultException("The training ended before it could be interrupted.");
    }

    /// <summary>Resumes a training and compares it with the undisturbed one.</summary>
    public async Task ResumeExactlyAsync(string folder, string? checkpoints = null)
    {
        using var run = new EnduranceRun(folder, checkpoints);
        Require(await TrainAsync(run) == Expected, "the resumed training differs from the undisturbed one");
    }

    public static void Require(bool condition, string failure)
    {
        if (!condition)
            throw new FaultException(failure);
    }

    /// <summary>Requires an exception of a type, whose message has some words.</summary>
    public static Task ThrowsAsync<T>(Func<Task> action, params string[] words)
        where T : Exception =>
        ThrowsAsync<T>(action, _ => true, words);

    public static Task ThrowsCorruptAsync(Func<Task> action, params string[] words) =>
        ThrowsAsync<CheckpointException>(action, error => error is { IsCorrupt: true, IsMismatch: false }, words);

    public static Task ThrowsMismatchAsync(Func<Task> action, params string[] words) =>
        ThrowsAsync<CheckpointException>(action, error => error is { IsCorrupt: false, IsMismatch: true }, words);

    private static async Task ThrowsAsync<T>(Func<Task> action, Predicate<T> isMeant, string[] words)
        where T : Exception
    {
        try
        {
            await action();
        }
        catch (T error) when (isMeant(error))
        {
            Require(Array.TrueForAll(words, word => error.Message.Contains(word, StringComparison.Ordinal)),
                $"the message lacks '{string.Join("' or '", words)}': {error.Message}");
            return;
        }

        throw new FaultException($"no {typeof(T).Name} was thrown");
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
