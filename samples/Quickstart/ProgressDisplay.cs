using System.Globalization;
using SeqGan;
using Spectre.Console;

namespace Quickstart;

/// <summary>Shows a training: a progress bar for each phase, or plain lines where there is no terminal.</summary>
internal static class ProgressDisplay
{
    public static Task RunAsync(bool plain, Func<IProgress<TrainingProgress>, Task> train) =>
        plain
            ? train(new PlainLines())
            : AnsiConsole.Progress()
                .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn { Width = 10 }, new PercentageColumn(), new RemainingTimeColumn())
                .StartAsync(context => train(new Bars(context)));

    // Short enough for a terminal of 80 columns.
    private static string Describe(TrainingProgress progress) => progress.Phase switch
    {
        TrainingPhase.GeneratorPretraining => string.Create(
            CultureInfo.InvariantCulture, $"likelihood    nll {progress.NegativeLogLikelihood:0.000}"),
        TrainingPhase.DiscriminatorPretraining => string.Create(
            CultureInfo.InvariantCulture, $"discriminator accuracy {progress.DiscriminatorAccuracy:0.00}, held out {progress.HeldOutAccuracy:0.00}"),
        _ => string.Create(
            CultureInfo.InvariantCulture, $"adversarial   reward {progress.RewardMean:0.00}, entropy {progress.PolicyEntropy:0.00}, held out {progress.HeldOutAccuracy:0.00}"),
    };

    // The trainer reports from its own thread, in order; Progress<T> would shuffle the reports over the thread pool.
    private sealed class Bars(ProgressContext context) : IProgress<TrainingProgress>
    {
        private readonly Dictionary<TrainingPhase, ProgressTask> _tasks = [];

        public void Report(TrainingProgress value)
        {
            if (!_tasks.TryGetValue(value.Phase, out ProgressTask? task))
                _tasks[value.Phase] = task = context.AddTask(Describe(value));
            task.Description = Describe(value);
            task.Value = 100 * value.Fraction;
        }
    }

    private sealed class PlainLines : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if (value.EndOfRound && (value.Round == value.Rounds || value.Round % Math.Max(1, value.Rounds / 5) == 0))
                Console.WriteLine($"{Describe(value)} ({value.Round}/{value.Rounds})");
        }
    }
}
