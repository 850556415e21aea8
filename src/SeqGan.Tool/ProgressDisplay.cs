using System.Diagnostics;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace SeqGan.Tool;

/// <summary>Shows the training's progress and the time that it will take: bars on a terminal, a line now and then elsewhere.</summary>
internal static class ProgressDisplay
{
    private const int BarWidth = 16;

    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(10);

    public static Task RunAsync(Func<IProgress<TrainingProgress>, Task> train) =>
        Terminal.IsLive ? ShowBarsAsync(Terminal.Display, train) : train(new Lines());

    internal static Task ShowBarsAsync(IAnsiConsole console, Func<IProgress<TrainingProgress>, Task> train)
    {
        var description = new TaskDescriptionColumn { Alignment = Justify.Left };
        var left = new TimeLeftColumn();
        return console.Progress()
            .Columns(new SpinnerColumn(), description, new ProgressBarColumn { Width = BarWidth }, new PercentageColumn(), left)
            .StartAsync(async display =>
            {
                var bars = new Bars(display, left);
                try
                {
                    await train(bars);
                    bars.EndPhase();
                }
                finally
                {
                    bars.Stop();
                }
            });
    }

    private static string Describe(TrainingPhase phase) => phase switch
    {
        TrainingPhase.GeneratorPretraining => "likelihood",
        TrainingPhase.DiscriminatorPretraining => "discriminator",
        _ => "adversarial",
    };

    // Not Progress<T>, whose reports can arrive out of order.
    private sealed class Bars(ProgressContext display, TimeLeftColumn left) : IProgress<TrainingProgress>
    {
        private TrainingProgress? _last;
        private ProgressTask? _task;

        public void Report(TrainingProgress value)
        {
            if (_last?.Phase != value.Phase)
            {
                EndPhase();
                _task = display.AddTask(Describe(value.Phase), maxValue: 1);
            }

            _last = value;
            left.Text = value.EstimatedRemaining is { } remaining ? $"{Terminal.Duration(remaining)} left" : "";
            _task!.Value = value.Fraction;
            Say(Figures(value));
        }

        /// <summary>Fills the phase's bar; one that ended before its last round says so.</summary>
        public void EndPhase()
        {
            if (_last is null)
                return;
            if (_last.Round < _last.Rounds)
            {
                string unit = _last.Phase == TrainingPhase.GeneratorPretraining ? "epochs" : "rounds";
                Say($"stopped early: {_last.Round} of {_last.Rounds} {unit}");
            }

            _task!.Value = _task.MaxValue;
        }

        /// <summary>What failed or was interrupted stands still, and nobody knows how long it would still take.</summary>
        public void Stop()
        {
            left.Text = "";
            _task?.StopTask();
            display.Refresh();
        }

        private void Say(string figures) => _task!.Description = Markup.Escape($"{Describe(_last!.Phase),-13} {figures}");

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

    /// <summary>The time until the whole training ends, next to the phase that it is in.</summary>
    private sealed class TimeLeftColumn : ProgressColumn
    {
        public string Text { get; set; } = "";

        protected override bool NoWrap => true;

        public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime) =>
            new Spectre.Console.Text(task.IsFinished ? "" : Text);
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
