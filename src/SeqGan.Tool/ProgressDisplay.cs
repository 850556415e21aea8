using System.Diagnostics;
using Spectre.Console;

namespace SeqGan.Tool;

/// <summary>Shows the training's progress: bars on a terminal, a line now and then elsewhere.</summary>
internal static class ProgressDisplay
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(10);

    public static Task RunAsync(Func<IProgress<TrainingProgress>, Task> train)
    {
        var description = new TaskDescriptionColumn { Alignment = Justify.Left };
        return Terminal.IsLive
            ? Terminal.Display.Progress().Columns(new SpinnerColumn(), description, new ProgressBarColumn(), new PercentageColumn())
                .StartAsync(display => train(new Bars(display)))
            : train(new Lines());
    }

    private static string Describe(TrainingPhase phase) => phase switch
    {
        TrainingPhase.GeneratorPretraining => "generator, likelihood",
        TrainingPhase.DiscriminatorPretraining => "discriminator",
        _ => "adversarial",
    };

    // Not Progress<T>, whose reports can arrive out of order.
    private sealed class Bars(ProgressContext display) : IProgress<TrainingProgress>
    {
        private readonly Dictionary<TrainingPhase, ProgressTask> _tasks = [];

        public void Report(TrainingProgress value)
        {
            if (!_tasks.TryGetValue(value.Phase, out ProgressTask? task))
                _tasks.Add(value.Phase, task = display.AddTask(Describe(value.Phase), maxValue: 1));
            task.Value = value.Fraction;
            task.Description = Markup.Escape($"{Describe(value.Phase),-22} {Figures(value)}");
        }

        private static string Figures(TrainingProgress progress) => progress.Phase switch
        {
            TrainingPhase.GeneratorPretraining =>
                Join(("nll", progress.NegativeLogLikelihood),
                    ("nll_test", progress.Metrics.TryGetValue(EvaluationMetricNames.NllTest, out double value) ? value : null)),
            TrainingPhase.DiscriminatorPretraining =>
                Join(("accuracy", progress.DiscriminatorAccuracy), ("held out", progress.HeldOutAccuracy)),
            _ => Join(("reward", progress.RewardMean), ("held out", progress.HeldOutAccuracy)),
        };

        private static string Join(params (string Name, double? Value)[] figures) =>
            string.Join(" ", figures.Where(figure => figure.Value is not null)
                .Select(figure => $"{figure.Name} {Terminal.Figure(figure.Value!.Value)}"));
    }

    private sealed class Lines : IProgress<TrainingProgress>
    {
        private readonly Stopwatch _sinceLast = new();

        public void Report(TrainingProgress value)
        {
            bool isLast = value.EndOfRound && value.Round == value.Rounds;
            if (!isLast && _sinceLast.IsRunning && _sinceLast.Elapsed < s_interval)
                return;
            Terminal.Say(value.ToString());
            _sinceLast.Restart();
        }
    }
}
