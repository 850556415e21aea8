using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace SeqGan.Tests.Reporting;

public sealed partial class HtmlReportTests
{
    [Fact]
    public void ToHtml_BeforeTheFirstReport_SaysThatThereIsNothing()
    {
        var report = new HtmlReport { Title = "Names" };

        Assert.Contains("<h1>Names</h1>", report.ToHtml(), StringComparison.Ordinal);
        Assert.Contains("has not reported yet", report.ToHtml(), StringComparison.Ordinal);
        Assert.Empty(Charts(report));
    }

    [Fact]
    public void ToHtml_SomeRounds_HasTheCurvesWithTheirPhases()
    {
        HtmlReport report = Observed(5);

        string[] titles = [.. Charts(report).Select(chart => chart.Element("title")!.Value)];
        Assert.Equal(["Likelihood", "Generator loss", "Discriminator accuracy", "Reward", "Discriminator loss",
            "Discriminator scores: the rewards of whole sequences", "Lengths"], titles);
        XElement reward = Charts(report).Single(chart => chart.Element("title")!.Value == "Reward");
        Assert.Contains(reward.Descendants("path"), path => path.Attribute("class")!.Value.StartsWith("band", StringComparison.Ordinal));
        Assert.Equal(5, reward.Descendants("circle").Count());
        Assert.Equal("Adversarial", Assert.Single(reward.Descendants("rect")).Element("title")!.Value);
    }

    [Theory]
    [InlineData("</script><b>", "&lt;/script&gt;&lt;b&gt;")]
    [InlineData("a\u0007\nb", "a␇␊b")]
    [InlineData("\u202Eevil", "\\u{202E}evil")]
    [InlineData("\"'&", "&quot;&#39;&amp;")]
    [InlineData("🎵", "🎵")]
    public void ToHtml_TextsFromOutside_AreShownAndNotInterpreted(string text, string expected)
    {
        Corpus corpus = Corpus.FromLines(
            [text, text, "rare"], new CorpusOptions { MaxLength = 3, Tokenizer = new WholeText(), RemoveDuplicates = false });
        var report = new HtmlReport { Title = $"title {text}" };
        report.AddMetrics($"column {text}", new Dictionary<string, double> { [$"metric {text}"] = 1 });
        report.AddChart($"chart {text}", $"x {text}", $"y {text}",
            [new ChartSeries($"series {text}", [(1, 2, $"label {text}")])]);
        report.Report(ReportingSetup.Adversarial() with { Metrics = new Dictionary<string, double> { [$"evaluated {text}"] = 1 } },
            ReportingSetup.Context(corpus));

        string html = report.ToHtml();

        foreach (string place in (string[])["title", "column", "metric", "chart", "x", "y", "series", "label", "evaluated"])
            Assert.Contains($">{place} {expected}<", html, StringComparison.Ordinal);
        if (text != expected)
            Assert.DoesNotContain(text, html, StringComparison.Ordinal);
        Assert.Contains($"<code>{expected}", html, StringComparison.Ordinal);
        Parse(html);
    }

    // An attribute's text cannot hold half a surrogate pair.
    [Fact]
    public void ToHtml_HalfASurrogatePair_IsShown() =>
        Assert.Contains("<h1>a\\uD800b\\uDC00</h1>", new HtmlReport { Title = "a\uD800b\uDC00" }.ToHtml(), StringComparison.Ordinal);

    [Fact]
    public void ToHtml_AnotherCulture_IsTheSame()
    {
        HtmlReport report = Observed(20);
        report.ShowOptions(new SeqGanOptions());
        report.AddChart("Sweep", "x", "y", [new ChartSeries("s", [(-0.5, -12345.25, null), (1.5, 2e-7, null)])]);

        Assert.Equal(report.ToHtml(), ReportingSetup.InGerman(report.ToHtml));
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    [InlineData(double.MaxValue)]
    public void ToHtml_FigureThatCannotBeDrawn_BreaksTheLine(double value)
    {
        var report = new HtmlReport();
        for (int round = 1; round <= 4; round++)
            report.Report(ReportingSetup.Adversarial(round) with { DiscriminatorLoss = round == 3 ? value : round });

        XElement chart = Charts(report).Single(chart => chart.Element("title")!.Value == "Discriminator loss");
        string path = Assert.Single(chart.Elements("path")).Attribute("d")!.Value;
        Assert.Equal(2, path.Count(letter => letter == 'M'));
        AssertCoordinates(report.ToHtml());
    }

    [Fact]
    public void ToHtml_PhaseThatDoesNotMeasureIt_BreaksTheLine()
    {
        var report = new HtmlReport();
        TrainingPhase[] phases =
        [
            TrainingPhase.GeneratorPretraining, TrainingPhase.GeneratorPretraining, TrainingPhase.DiscriminatorPretraining,
            TrainingPhase.Adversarial, TrainingPhase.Adversarial,
        ];
        for (int i = 0; i < phases.Length; i++)
            report.Report(ReportingSetup.Adversarial(i + 1) with { Phase = phases[i] });

        Dictionary<string, string> paths = Charts(report).Where(chart => chart.Elements("path").Count() == 1)
            .ToDictionary(chart => chart.Element("title")!.Value, chart => chart.Element("path")!.Attribute("d")!.Value);
        Assert.Equal(["M", "L", "M", "L"], paths["Generator loss"].Where(char.IsAsciiLetter).Select(letter => letter.ToString()));
        Assert.Equal(["M", "L", "L"], paths["Discriminator loss"].Where(char.IsAsciiLetter).Select(letter => letter.ToString()));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1.5)]
    [InlineData(-1e9)]
    [InlineData(1e-12)]
    [InlineData(1e200)]
    public void ToHtml_ConstantCurve_IsDrawnInTheMiddle(double value)
    {
        var report = new HtmlReport();
        for (int round = 1; round <= 4; round++)
            report.Report(ReportingSetup.Adversarial(round) with { DiscriminatorLoss = value });

        XElement chart = Charts(report).Single(chart => chart.Element("title")!.Value == "Discriminator loss");
        string[] heights = [.. chart.Descendants("circle").Select(dot => dot.Attribute("cy")!.Value).Distinct()];
        Assert.InRange(double.Parse(Assert.Single(heights), CultureInfo.InvariantCulture), 100, 220);
        Assert.InRange(chart.Elements("text").Count(), 4, 24);
        AssertCoordinates(report.ToHtml());
    }

    [Fact]
    public void ToHtml_NothingHeldOut_ComparesWithTrainingData()
    {
        Corpus corpus = Corpus.FromLines(["abc", "abd", "acd"], new CorpusOptions { MaxLength = 5, HeldOutFraction = 0 });
        var report = new HtmlReport();
        report.Report(ReportingSetup.Adversarial(), ReportingSetup.Context(corpus));

        string html = report.ToHtml();

        Assert.Contains("nothing is held out", html, StringComparison.Ordinal);
        Assert.DoesNotContain("held-out data</th>", html, StringComparison.Ordinal);
    }

    [Fact]
    public void ToHtml_Options_AreShownWithTheirDefaults()
    {
        var options = new SeqGanOptions { Seed = 42 };
        options.Training.ProgressInterval = TimeSpan.FromSeconds(90);
        options.Discriminator.FilterWidths = [1, 2];
        var report = new HtmlReport();
        report.ShowOptions(options);
        report.Report(ReportingSetup.Adversarial());
        options.Seed = 43;

        string html = report.ToHtml();

        Assert.Contains("<th scope=\"row\">Seed</th><td class=\"changed\">42<span class=\"default\">default: 0</span></td>", html,
            StringComparison.Ordinal);
        Assert.Contains("<td class=\"changed\">00:01:30<", html, StringComparison.Ordinal);
        Assert.Contains("[1, 2]", html, StringComparison.Ordinal);
        Assert.Contains("<th scope=\"row\">BatchSize</th><td>64</td>", html, StringComparison.Ordinal);
    }

    [Fact]
    public void ToHtml_Metrics_AreATableOfGeneratedRealAndAddedColumns()
    {
        HtmlReport report = Observed(2);
        report.AddMetrics("MLE", new Dictionary<string, double> { ["bleu_2"] = 0.5 });
        report.AddMetrics("MLE", new Dictionary<string, double> { ["novelty"] = double.NaN });

        XElement table = Parse(report.ToHtml()).Descendants("section")
            .Single(section => section.Attribute("aria-labelledby")!.Value == "metrics").Descendants("table").Single();
        string[] columns = [.. table.Descendants("thead").Single().Descendants("th").Select(cell => cell.Value)];
        Assert.Equal(["metric", "generated, latest", "latest evaluation", "held-out data", "training data", "MLE", "what it is"], columns);
        Dictionary<string, string[]> rows = table.Descendants("tbody").Single().Elements("tr")
            .ToDictionary(row => row.Element("th")!.Value, row => row.Elements("td").Select(cell => cell.Value).ToArray());
        Assert.Equal("0.5", rows["bleu_2"][4]);
        Assert.Equal("–", rows["bleu_2"][0]);
        Assert.Equal("NaN", rows["novelty"][4]);
        Assert.Equal("0", rows["novelty"][3]);
        Assert.Equal("200", rows["sequences"][0]);
        Assert.Equal("1.75", rows["nll_test"][1]);
    }

    [Fact]
    public void ToHtml_MetricsOfAnotherTable_AreASectionOfTheirOwn()
    {
        HtmlReport report = Observed(2);
        report.AddMetrics("pieces", new Dictionary<string, double> { ["silo 1"] = 12, ["silo 2"] = 34 }, "Silos");
        report.AddMetrics("retries", new Dictionary<string, double> { ["silo 2"] = 1 }, "Silos");
        using var state = new MemoryStream();
        report.SaveState(state);
        state.Position = 0;
        var restored = new HtmlReport();
        restored.RestoreState(state, ((ICheckpointable)report).StateVersion);

        foreach (HtmlReport shown in new[] { report, restored })
        {
            XElement section = Parse(shown.ToHtml()).Descendants("section")
                .Single(section => section.Attribute("aria-labelledby")!.Value == "table-1");
            Assert.Equal("Silos", section.Element("h2")!.Value);
            Assert.Equal(["name", "pieces", "retries"], section.Descendants("thead").Single().Descendants("th").Select(cell => cell.Value));
            Assert.Equal(
                ["12", "–", "34", "1"], section.Descendants("tbody").Single().Descendants("td").Select(cell => cell.Value));
        }

        Assert.Throws<ArgumentException>(() => report.AddMetrics("pieces", new Dictionary<string, double>(), " "));
    }

    [Fact]
    public void OnProgress_VeryLongRun_KeepsBoundedMuch()
    {
        var report = new HtmlReport { SampleCount = 1 };
        TrainingContext context = ReportingSetup.Context();
        const int Rounds = 20_000;
        for (int round = 1; round <= Rounds; round++)
            report.Report(ReportingSetup.Adversarial(round, Rounds) with { Step = round, DiscriminatorLoss = round }, context);

        XElement chart = Charts(report).Single(chart => chart.Element("title")!.Value == "Discriminator loss");
        Assert.InRange(chart.Elements("path").Single().Attribute("d")!.Value.Count(letter => letter is 'M' or 'L'), 500, 1001);
        Assert.Contains("from 1 at 1 to 20,000 at 20,000", chart.Element("desc")!.Value, StringComparison.Ordinal);
        string[] snapshots = [.. Parse(report.ToHtml()).Descendants("article").Select(article => article.Element("h3")!.Value)];
        Assert.InRange(snapshots.Length, 4, 12);
        Assert.Equal("Adversarial 1/20000", snapshots[0]);
        Assert.Equal("Adversarial 20000/20000", snapshots[^1]);
    }

    [Fact]
    public void OnProgress_ManyShortTrainings_KeepsBoundedMuch()
    {
        var report = new HtmlReport { SampleCount = 1 };
        TrainingContext context = ReportingSetup.Context();
        for (int i = 0; i < 500; i++)
            report.Report(ReportingSetup.Adversarial(1, 1) with { Step = i, Phase = (TrainingPhase)(1 << (i % 3)) }, context);

        string html = report.ToHtml();

        Assert.Equal(12, Parse(html).Descendants("article").Count());
        Assert.InRange(html.Length, 10_000, 1_500_000);
    }

    [Fact]
    public void Write_FileIsThere_IsReplacedAndNothingElseLeft()
    {
        using var folder = new TemporaryFolder();
        string path = folder.Combine("report.html");
        File.WriteAllText(path, "old");
        HtmlReport report = Observed(1);

        report.Write(path);

        Assert.Equal(report.ToHtml(), File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFileSystemEntries(folder.FullName));
    }

    [Fact]
    public void Write_PathIsAFolder_ThrowsAndLeavesNothing()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.Combine("report.html"));

        Assert.ThrowsAny<Exception>(() => Observed(1).Write(folder.Combine("report.html")));

        Assert.Single(Directory.GetFileSystemEntries(folder.FullName));
    }

    [Fact]
    public async Task Training_Cancelled_LeavesAReport()
    {
        var report = new HtmlReport();
        using var cancellation = new CancellationTokenSource();
        using SeqGanTrainer trainer = TinyTraining.Builder().AddObserver(report).AddObserver(progress =>
        {
            if (progress.Phase == TrainingPhase.Adversarial)
                cancellation.Cancel();
        }).Build();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => trainer.TrainAsync(cancellationToken: cancellation.Token));

        Assert.Contains("Adversarial: at ", report.ToHtml(), StringComparison.Ordinal);
        Assert.NotEmpty(Charts(report));
    }

    [Fact]
    public async Task Training_WithReport_LearnsTheSame()
    {
        IReadOnlyList<string> without = await GenerateAsync(TinyTraining.Builder());

        Assert.Equal(without, await GenerateAsync(TinyTraining.Builder().AddObserver(new HtmlReport())));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Training_PretrainingThatAnObserverEnds_LearnsTheSameWithAReport(bool reportsFirst)
    {
        byte[] without = await TrainInTwoAsync(_ => { }, _ => { });
        using var folder = new TemporaryFolder();
        void Add(SeqGanBuilder builder) => builder.AddObserver(new HtmlReport()).AddObserver(new TensorBoardObserver(folder.FullName));

        byte[] with = await TrainInTwoAsync(reportsFirst ? Add : _ => { }, reportsFirst ? _ => { } : Add);

        Assert.Equal(without, with);
    }

    [Fact]
    public void ToHtml_EveryMetricOfTheLibrary_IsExplained()
    {
        var report = new HtmlReport();
        report.AddMetrics("SeqGAN", typeof(EvaluationMetricNames).GetFields()
            .ToDictionary(field => (string)field.GetRawConstantValue()!, _ => 1.0));

        Assert.DoesNotContain("<td class=\"hint\"></td>", report.ToHtml(), StringComparison.Ordinal);
    }

    [Fact]
    public void AddChart_NoSeries_Throws() =>
        Assert.Contains("'Sweep'", Assert.Throws<ArgumentException>(() => new HtmlReport().AddChart("Sweep", "x", "y", [])).Message,
            StringComparison.Ordinal);

    [Fact]
    public void SampleCount_OutOfRange_Throws()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new HtmlReport { SampleCount = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new HtmlReport { SampleCount = 10_001 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new HtmlReport { ShownSequences = -1 });
    }

    // The observer ends the pre-training after the first of its epochs; the other phases follow.
    private static async Task<byte[]> TrainInTwoAsync(Action<SeqGanBuilder> before, Action<SeqGanBuilder> after)
    {
        using var cancellation = new CancellationTokenSource();
        SeqGanBuilder builder = TinyTraining.Builder().Configure(options => options.Training.GeneratorPretrainingEpochs = 4);
        before(builder);
        builder.AddObserver(_ => cancellation.Cancel());
        after(builder);
        using SeqGanTrainer trainer = builder.Build();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => trainer.TrainAsync(TrainingPhase.GeneratorPretraining, cancellationToken: cancellation.Token));

        await trainer.TrainAsync(TrainingPhase.DiscriminatorPretraining | TrainingPhase.Adversarial,
            cancellationToken: TestContext.Current.CancellationToken);
        using var state = new MemoryStream();
        ((ICheckpointable)trainer.Generator).SaveState(state);
        ((ICheckpointable)trainer.Discriminator).SaveState(state);
        return state.ToArray();
    }

    private static async Task<IReadOnlyList<string>> GenerateAsync(SeqGanBuilder builder)
    {
        using SeqGanTrainer trainer = builder.Build();
        await trainer.TrainAsync();
        return trainer.Generate(20, new SamplingOptions { Seed = 0 });
    }

    private static HtmlReport Observed(int rounds)
    {
        var report = new HtmlReport();
        TrainingContext context = ReportingSetup.Context();
        for (int round = 1; round <= rounds; round++)
            report.Report(ReportingSetup.Adversarial(round, rounds), context);
        return report;
    }

    private static IEnumerable<XElement> Charts(HtmlReport report) =>
        Parse(report.ToHtml()).Descendants("svg").Where(svg => svg.Attribute("role") is not null);

    // But for these elements, which HTML does not close, the page is XML.
    private static XDocument Parse(string html) =>
        XDocument.Parse(Void().Replace(html.Replace("<!DOCTYPE html>", "", StringComparison.Ordinal), "$0</meta>"));

    private static void AssertCoordinates(string html) =>
        Assert.DoesNotMatch("(x|y|x1|x2|y1|y2|cx|cy|d|width|height)=\"[^\"]*(NaN|∞|E[+-]?[0-9])", html);

    private sealed class WholeText : ITokenizer
    {
        public IEnumerable<string> Tokenize(string text) => [text];

        public string Join(IEnumerable<string> tokens) => string.Concat(tokens);
    }

    [GeneratedRegex("<meta [^>]*>")]
    private static partial Regex Void();
}
