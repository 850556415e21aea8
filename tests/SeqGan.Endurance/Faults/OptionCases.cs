using SeqGan.Endurance.Training;

namespace SeqGan.Endurance.Faults;

/// <summary>Trainings that are resumed with other options or components.</summary>
internal sealed class OptionCases(FaultBench bench)
{
    public IEnumerable<(string Name, Func<Task> Run)> All =>
    [
        ("options that may change", MayChangeAsync),
        ("options that may not change", MayNotChangeAsync),
        ("another corpus", OtherCorpusAsync),
        ("component without state", () => StatelessAsync(strict: false)),
        ("component without state, strictly", () => StatelessAsync(strict: true)),
    ];

    private async Task MayChangeAsync()
    {
        string folder = await bench.InterruptedAsync();
        using var run = new EnduranceRun(folder);
        using SeqGanTrainer trainer = FaultBench.Build(run, builder => builder
            .Configure(options => options.Training.AdversarialRounds += 2)
            .Configure(options => options.Generator.PolicyGradientLearningRate /= 2));
        TrainingResult result = await trainer.TrainAsync();
        FaultBench.Require(result.Progress is { } last && last.Round == last.Rounds
            && last.Rounds == trainer.Options.Training.AdversarialRounds, $"the training ended at {result.Progress}");
    }

    private async Task MayNotChangeAsync()
    {
        string folder = await bench.InterruptedAsync();
        using (var run = new EnduranceRun(folder))
        {
            await FaultBench.ThrowsMismatchAsync(
                () => Task.Run(() => FaultBench.Build(run, builder => builder.Configure(options => options.Generator.HiddenSize = 33))
                    .Dispose()),
                "Generator.HiddenSize was 32 and is 33 now");
        }

        await bench.ResumeExactlyAsync(folder);
    }

    private async Task OtherCorpusAsync()
    {
        string folder = await bench.InterruptedAsync();
        using (var run = new EnduranceRun(folder))
        {
            Corpus other = Corpus.FromLines(
                Enumerable.Range(0, 400).Select(i => $"{i}"), new CorpusOptions { MaxLength = 8, HeldOutFraction = 0.2 });
            await FaultBench.ThrowsMismatchAsync(
                () => Task.Run(() => FaultBench.Build(run, builder => builder.UseCorpus(other)).Dispose()), "the corpus's");
        }

        await bench.ResumeExactlyAsync(folder);
    }

    private async Task StatelessAsync(bool strict)
    {
        string folder = await bench.InterruptedAsync(builder => Add(builder));
        CheckpointInfo newest = CheckpointInfo.List(Path.Combine(folder, "checkpoints"))[0];
        FaultBench.Require(newest.ComponentsWithoutState.Any(name => name.Contains(nameof(Stateless), StringComparison.Ordinal)),
            "the manifest does not name the component");
        using var run = new EnduranceRun(folder);
        if (strict)
        {
            await FaultBench.ThrowsMismatchAsync(
                () => Task.Run(() => FaultBench.Build(run, builder =>
                    Add(builder).Configure(options => options.Checkpoints.RequireAllStates = true)).Dispose()), nameof(Stateless));
            return;
        }

        FaultBench.Require(await FaultBench.TrainAsync(run, builder => Add(builder)) == bench.Expected,
            "the resumed training differs from the undisturbed one");

        static SeqGanBuilder Add(SeqGanBuilder builder) => builder.AddObserver(new Stateless());
    }

    private sealed class Stateless : ITrainingObserver
    {
        public ValueTask OnRoundEndAsync(TrainingProgress progress, TrainingContext context,
            CancellationToken cancellationToken = default) => ValueTask.CompletedTask;
    }
}
