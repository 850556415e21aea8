using Xunit;

namespace SeqGan.Tests.Training;

/// <summary>How a round's values become figures, and how checkpoints keep them.</summary>
public sealed class TrainingFiguresTests
{
    private static readonly TrainingProgress s_report = new() { Phase = TrainingPhase.Adversarial, Round = 1, Rounds = 3 };

    [Fact]
    public void Record_Mean_IsTheRoundsMeanAndTheLastRoundsUntilThereIsANewValue()
    {
        var figures = new TrainingFigures();
        Assert.Null(figures.Fill(s_report).ClippedShare);

        figures.StartRound();
        figures.Record(TrainingMetric.ClippedShare, 0.25);
        figures.Record(TrainingMetric.ClippedShare, 0.75);
        figures.Record(TrainingMetric.ClippedShare, double.NaN);
        Assert.Equal(0.5, figures.Fill(s_report).ClippedShare);
        Assert.Equal(0.5, figures.RoundValueOf(TrainingMetric.ClippedShare));

        figures.StartRound();
        Assert.Equal(0.5, figures.Fill(s_report).ClippedShare);
        Assert.Null(figures.RoundValueOf(TrainingMetric.ClippedShare));

        figures.Record(TrainingMetric.ClippedShare, 1);
        Assert.Equal(1, figures.Fill(s_report).ClippedShare);
    }

    [Fact]
    public void Record_LastAndSum_AreTheLatestValueAndTheRoundsSum()
    {
        var figures = new TrainingFigures();
        figures.Record(TrainingMetric.HeldOutAccuracy, 0.5);
        figures.Record(TrainingMetric.HeldOutAccuracy, 0.7);
        figures.Record(TrainingMetric.ScoresNotApplicable, 2, "scorer");
        figures.Record(TrainingMetric.ScoresNotApplicable, 3, "scorer");
        figures.CountNotFinite();
        TrainingProgress first = figures.Fill(s_report);

        figures.StartRound();
        TrainingProgress second = figures.Fill(s_report);

        Assert.Equal((0.7, 5, 1, 1), (first.HeldOutAccuracy, first.ScoresNotApplicable, first.StepsNotFinite, first.Step));
        Assert.Equal((0.7, 0, 0, 1), (second.HeldOutAccuracy, second.ScoresNotApplicable, second.StepsNotFinite, second.Step));
    }

    [Fact]
    public void State_OfOtherNames_GoesByNameAndStartsTheRestEmpty()
    {
        var figures = new TrainingFigures();
        figures.Record(TrainingMetric.RewardMean, 9);
        var states = new Dictionary<string, FigureState>
        {
            ["a metric of tomorrow"] = new(1, 1, false),
            [TrainingMetric.Kl.Key] = new(3, 2, false),
        };

        figures.State = new TrainingFiguresState { Steps = 7, Figures = states };

        TrainingProgress report = figures.Fill(s_report);
        Assert.Equal((7, 1.5, null), (report.Step, report.Kl, report.RewardMean));
        Assert.Equal([TrainingMetric.Kl.Key], figures.State.Figures.Keys);
        figures.Record(TrainingMetric.Kl, 3);
        Assert.Equal(2, figures.Fill(s_report).Kl);
    }

    [Fact]
    public void Progress_WithAnotherFigure_LeavesTheFirstReportAsItIs()
    {
        TrainingProgress first = s_report with { GeneratorLoss = 1 };

        TrainingProgress second = first with { GeneratorLoss = 2, Kl = 3 };

        Assert.Equal((1, null), (first.GeneratorLoss, first.Kl));
        Assert.Equal((2.0, 3.0), (TrainingMetric.GeneratorLoss.ValueOf(second), TrainingMetric.Kl.ValueOf(second)));
        Assert.Null((second with { Kl = null }).Kl);
        Assert.Equal((0, 0, 1.0), (first.StepsNotFinite, first.ScoresNotApplicable, first.LearningRateScale));
    }
}
