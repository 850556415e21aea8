using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace SeqGan.Tests.Documentation;

/// <summary>What the algorithm page says of options and metrics is what the code has.</summary>
public sealed partial class ReferenceTests
{
    private const string Page = "docs/algorithm.md";

    private static readonly string[] s_notInTable = ["Device"];

    [Fact]
    public void OptionTable_DefaultsAndPaper_AreTheCodes()
    {
        var defaults = new SeqGanOptions();
        var paper = new SeqGanOptions();
        paper.UsePaperParameters();

        var expected = Describe(defaults).Zip(Describe(paper), (one, other) => $"| `{one.Name}` | {one.Value} | {other.Value} |");

        Assert.Equal(expected, OptionRow().Matches(RepositoryFiles.Read(Page)).Select(row => row.Value));
    }

    [Fact]
    public void Configuration_OfGettingStarted_SetsEveryOption()
    {
        string json = RepositoryFiles.Blocks("docs/getting-started.md").Single(block => block.Language == "json").Code;
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(json));
        IConfigurationRoot configuration = new ConfigurationBuilder().AddJsonStream(stream).Build();
        IServiceCollection services = new ServiceCollection().AddSingleton(TinyTraining.Corpus);
        services.AddSeqGan(configuration.GetSection("SeqGan"));
        using ServiceProvider provider = services.BuildServiceProvider();

        SeqGanOptions options = provider.GetRequiredService<IOptions<SeqGanOptions>>().Value;

        var expected = new SeqGanOptions { Seed = 1 };
        expected.Generator.HiddenSize = 64;
        expected.Generator.LearningRate = 0.005;
        expected.Discriminator.FilterWidths = [1, 2, 3];
        expected.Discriminator.FilterCounts = [50, 100, 100];
        expected.Rewards.SamplesPerPrefix = 8;
        expected.Rewards.Baseline = RewardBaseline.MovingAverage;
        expected.Training.BatchSize = 32;
        expected.Training.AdversarialRounds = 100;
        expected.Training.ProgressInterval = TimeSpan.FromSeconds(5);
        Assert.Equal(Describe(expected), Describe(options));
        Assert.Equal(expected.Seed, options.Seed);
    }

    [Fact]
    public void Instruments_OfMeter_AreExplained()
    {
        using var listener = new System.Diagnostics.Metrics.MeterListener();
        var rows = new List<string>();
        listener.InstrumentPublished = (instrument, _) =>
        {
            if (instrument.Meter.Name == SeqGanTelemetry.MeterName)
                rows.Add($"| `{instrument.Name}` | {instrument.GetType().Name.Split('`')[0].ToLowerInvariant()} |");
        };
        Assert.NotEmpty(TrainingMetric.All);

        listener.Start();

        Assert.NotEmpty(rows);
        Assert.All(rows, row => Assert.Contains(row, RepositoryFiles.Read(Page), StringComparison.Ordinal));
    }

    [Fact]
    public void Metrics_OfProgress_AreExplained() =>
        Assert.All(typeof(TrainingProgress).GetProperties(),
            property => Assert.Contains($"| `{property.Name}` |", RepositoryFiles.Read(Page), StringComparison.Ordinal));

    [Fact]
    public void Metrics_OfTheTable_HaveTheirUnitsAndDirectionsInTheDocumentation()
    {
        string[] rows = RepositoryFiles.Read(Page).Split('\n');

        Assert.All(TrainingMetric.All.Concat(TrainingMetric.Evaluations), metric =>
        {
            string name = TrainingMetric.All.Contains(metric)
                ? typeof(TrainingMetric).GetProperties(BindingFlags.Public | BindingFlags.Static)
                    .Single(property => property.GetValue(null) == metric).Name
                : metric.Key;
            string row = Assert.Single(rows, row => row.StartsWith($"| `{name}` |", StringComparison.Ordinal));
            Assert.Contains(metric.Unit, row, StringComparison.Ordinal);
            string direction = metric.HigherIsBetter switch { true => "higher", false => "lower", null => "as " };
            if (TrainingMetric.Evaluations.Contains(metric))
                Assert.StartsWith(direction, row.Split(" | ")[3], StringComparison.Ordinal);
        });
    }

    [Fact]
    public void Metrics_OfEvaluators_AreInTheTable() => Assert.Equal(
        typeof(EvaluationMetricNames).GetFields().Select(field => (string)field.GetRawConstantValue()!).Order(),
        TrainingMetric.Evaluations.Select(metric => metric.Key).Order());

    [Fact]
    public void Metrics_OfEvaluators_AreExplained() =>
        Assert.All(
            typeof(EvaluationMetricNames).GetFields().Select(field => (string)field.GetRawConstantValue()!),
            name => Assert.Contains($"| `{name}` |", RepositoryFiles.Read(Page), StringComparison.Ordinal));

    private static IEnumerable<(string Name, string Value)> Describe(SeqGanOptions options) =>
        from section in (object[])[options.Generator, options.Discriminator, options.Rollout, options.Rewards, options.Training,
            options.PolicyGradient, options.Health, options.Checkpoints]
        from property in section.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance)
        where !s_notInTable.Contains(property.Name)
        select ($"{section.GetType().Name}.{property.Name}", Describe(property.GetValue(section)));

    private static string Describe(object? value) => value switch
    {
        null => "none",
        IEnumerable list and not string when !list.Cast<object>().Any() => "empty",
        IEnumerable list and not string => string.Join(' ', list.Cast<object>()),
        TimeSpan time => $"{time.TotalSeconds.ToString(CultureInfo.InvariantCulture)} s",
        _ => string.Create(CultureInfo.InvariantCulture, $"{value}"),
    };

    [GeneratedRegex(@"^\| `\w+Options\.\w+` \|.*\|$", RegexOptions.Multiline)]
    private static partial Regex OptionRow();
}
