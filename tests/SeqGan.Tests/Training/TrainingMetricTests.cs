using System.Text.Json;

namespace SeqGan.Tests.Training;

public sealed class TrainingMetricTests
{
    [Fact]
    public void All_Always_NamesEveryFigureOfProgress()
    {
        string[] figures = [.. from property in typeof(TrainingProgress).GetProperties()
                               where property.PropertyType == typeof(double?) || property.Name is "ScoresNotApplicable" or "StepsNotFinite"
                                   or "LearningRateScale" or "TokensPerSecond" or "StepsPerSecond"
                               select JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name)];

        Assert.Equal(figures.Order(), TrainingMetric.All.Select(figure => figure.Key).Order());
    }

    [Theory]
    [InlineData("held_out_accuracy", 0.7)]
    [InlineData("reward_mean", 0.4)]
    [InlineData("nll_test", 1.75)]
    [InlineData("held_out_real_accuracy", null)]
    [InlineData("negative_log_likelihood", null)]
    [InlineData("HeldOutAccuracy", null)]
    [InlineData("", null)]
    public void Find_Name_IsWhatTheReportMeasures(string name, double? expected)
    {
        TrainingProgress progress = Reporting.ReportingSetup.Adversarial();

        Assert.Equal(expected, TrainingMetric.Find(progress, name));
        Assert.Equal(expected, TrainingMetric.Known(progress).TryGetValue(name, out double known) ? known : null);
    }

    [Fact]
    public void Find_MetricWithTheNameOfAFigure_IsTheFigure()
    {
        TrainingProgress progress = Reporting.ReportingSetup.Adversarial() with
        {
            Metrics = new Dictionary<string, double> { ["reward_mean"] = 9, ["negative_log_likelihood"] = 9 },
        };

        Assert.Equal(0.4, TrainingMetric.Find(progress, "reward_mean"));
        Assert.Equal(0.4, TrainingMetric.Known(progress)["reward_mean"]);
        Assert.Null(TrainingMetric.Find(progress, "negative_log_likelihood"));
        Assert.DoesNotContain("negative_log_likelihood", TrainingMetric.Known(progress).Keys);
    }

    [Fact]
    public void Known_Report_HoldsFiguresAndMetrics() => Assert.Equal(
        ["discriminator_accuracy", "discriminator_loss", "generator_loss", "held_out_accuracy", "learning_rate_scale", "nll_test",
            "policy_entropy", "reward_deviation", "reward_mean", "scores_not_applicable", "steps_not_finite", "steps_per_second",
            "tokens_per_second"],
        TrainingMetric.Known(Reporting.ReportingSetup.Adversarial()).Keys.Order(StringComparer.Ordinal));
}
