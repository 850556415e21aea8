using System.Text;
using System.Text.Json.Nodes;

namespace SeqGan.Tests.Reporting;

/// <summary>What becomes of a report where a training is killed and resumed.</summary>
public sealed class HtmlReportResumeTests
{
    private static readonly TrainingContext s_context = ReportingSetup.Context();
    private static readonly TrainingProgress[] s_run = [.. Run()];

    [Fact]
    public void RestoreState_RunThatWasKilled_GivesThePageOfOneThatWasNot()
    {
        string expected = Observed(s_run).ToHtml();
        for (int saved = 0; saved <= s_run.Length; saved++)
        {
            HtmlReport killed = Observed(s_run[..saved]);
            byte[] state = killed.Save();
            Report(killed, s_run[saved..]);
            HtmlReport resumed = New();

            resumed.Restore(state);
            Assert.Equal(Observed(s_run[..saved]).ToHtml(), resumed.ToHtml());
            Assert.Equal(state, resumed.Save());

            // The end of the round in which the state was saved is reported again.
            Report(resumed, s_run[Math.Max(0, saved - 1)..]);
            Assert.Equal(expected, resumed.ToHtml());
        }
    }

    [Theory]
    [InlineData(999)]
    [InlineData(1000)]
    [InlineData(1001)]
    [InlineData(2600)]
    public void RestoreState_LongRun_IsThinnedAlike(int saved)
    {
        TrainingProgress[] run =
        [
            .. Enumerable.Range(1, 3000).Select(
                round => ReportingSetup.Adversarial(round, 3000) with { DiscriminatorLoss = Math.Sin(round) }),
        ];
        var resumed = new HtmlReport { SampleCount = 1 };
        var killed = new HtmlReport { SampleCount = 1 };
        Report(killed, run[..saved]);

        resumed.Restore(killed.Save());
        Report(resumed, run[saved..]);
        Report(killed, run[saved..]);

        Assert.Equal(killed.ToHtml(), resumed.ToHtml());
        Assert.Equal(killed.Save(), resumed.Save());
    }

    [Fact]
    public void Revert_ReportThatFailed_ComesAgain()
    {
        for (int reports = 1; reports < s_run.Length; reports++)
        {
            HtmlReport report = Observed(s_run[..reports]);
            byte[] before = report.Save();
            object captured = ((ICheckpointable)report).Capture();

            Report(report, s_run[reports..(reports + 1)]);
            ((ICheckpointable)report).Revert(captured);

            Assert.Equal(before, report.Save());
            Report(report, s_run[reports..]);
            Assert.Equal(Observed(s_run).ToHtml(), report.ToHtml());
        }
    }

    [Fact]
    public void RestoreState_EverythingThatWasAdded_IsThere()
    {
        HtmlReport report = Observed(s_run);
        report.AddMetrics("column \uD800",
            new Dictionary<string, double> { ["m"] = double.NaN, ["n"] = double.NegativeInfinity, ["o"] = -0.0 });
        report.AddChart("chart", "x", "y",
            [new ChartSeries("s", [(0.1, 1e-300, "label"), (double.NaN, 2, null), (3, double.PositiveInfinity, null)])]);
        HtmlReport resumed = New();

        resumed.Restore(report.Save());

        // Half a surrogate pair has no place in JSON.
        Assert.Equal(report.ToHtml().Replace("\\uD800", "\uFFFD", StringComparison.Ordinal), resumed.ToHtml());
    }

    [Fact]
    public async Task RestoreState_SampleWasInterrupted_IsDrawnAfterwards()
    {
        string expected = Observed(s_run[..4]).ToHtml();
        HtmlReport killed = Observed(s_run[..3]);
        using var cancellation = new CancellationTokenSource();
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await killed.OnProgressAsync(s_run[3], s_context, cancellation.Token));
        HtmlReport resumed = New();

        resumed.Restore(killed.Save());
        Report(resumed, [s_run[3]]);

        Assert.Equal(expected, resumed.ToHtml());
    }

    [Theory]
    [InlineData(false, 90)]
    [InlineData(true, 150)]
    public void OnProgress_AfterRestore_CountsTheTimeOfBothRuns(bool clockGoesOn, int secondsAtTheEnd)
    {
        HtmlReport killed = New();
        Report(killed, [At(1, 60)]);
        HtmlReport resumed = New();
        resumed.Restore(killed.Save());

        Report(resumed, clockGoesOn ? [At(2, 100), At(3, secondsAtTheEnd)] : [At(2, 40), At(3, secondsAtTheEnd)]);

        Assert.Contains("<dt>time</dt><dd>2 min 30 s</dd>", resumed.ToHtml(), StringComparison.Ordinal);

        static TrainingProgress At(int round, int seconds) =>
            ReportingSetup.Adversarial(round) with { Elapsed = TimeSpan.FromSeconds(seconds) };
    }

    [Fact]
    public void RestoreState_PartOfAState_ThrowsAndChangesNothing()
    {
        byte[] state = Observed(s_run).Save();
        HtmlReport report = Observed(s_run[..3]);
        string before = report.ToHtml();
        for (int length = 0; length < state.Length; length += 97)
            Assert.Throws<InvalidDataException>(() => report.Restore(state.AsSpan(0, length)));

        Assert.Equal(before, report.ToHtml());
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[")]
    [InlineData("\0garbage")]
    public void RestoreState_Garbage_ThrowsAndChangesNothing(string state)
    {
        HtmlReport report = Observed(s_run[..3]);
        byte[] before = report.Save();

        Assert.Throws<InvalidDataException>(() => report.Restore(Encoding.UTF8.GetBytes(state)));

        Assert.Equal(before, report.Save());
    }

    // Every value of a state in turn is another one: it is refused, or the report works with it.
    [Fact]
    public void RestoreState_AnyValueReplaced_IsRefusedOrHarmless()
    {
        byte[] state = Observed(s_run).Save();
        HtmlReport unchanged = Observed(s_run[..3]);
        byte[] before = unchanged.Save();
        int values = Count(JsonNode.Parse(state)!), refused = 0, taken = 0;
        string[] hostile = ["null", "-1", "0", "9223372036854775807", "1e308", "\"NaN\"", "[]", "{}", "[null]", "\"text\"", "true"];
        for (int at = 0; at < values; at++)
        {
            JsonNode root = JsonNode.Parse(state)!;
            int left = at;
            Replace(root, ref left, hostile[at % hostile.Length]);
            byte[] bytes = Encoding.UTF8.GetBytes(root.ToJsonString());
            var report = new HtmlReport { SampleCount = 5 };
            try
            {
                report.Restore(bytes);
            }
            catch (InvalidDataException)
            {
                Assert.Throws<InvalidDataException>(() => unchanged.Restore(bytes));
                refused++;
                continue;
            }

            report.ToHtml();
            for (int round = 1; round <= 3; round++)
                report.Report(ReportingSetup.Adversarial(round, 3), s_context);
            report.ToHtml();
            report.Save();
            taken++;
        }

        Assert.Equal(before, unchanged.Save());
        Assert.True(refused > 100 && taken > 100, $"{refused} refused, {taken} taken");
    }

    [Theory]
    [InlineData("$.history.figures.generator_loss.stride", "4611686018427387904")]
    [InlineData("$.history.figures.generator_loss.stride", "3")]
    [InlineData("$.history.figures.generator_loss.added", "9223372036854775807")]
    [InlineData("$.history.figures.generator_loss.points", "[]")]
    [InlineData("$.history.figures.generator_loss.points", "[{\"x\":1}]")]
    [InlineData("$.history.figures.generator_loss.points", "[null]")]
    [InlineData("$.history.figures", "{\"no_figure\":null}")]
    [InlineData("$.history.latest.elapsed_seconds", "1e300")]
    [InlineData("$.schedule.stride", "0")]
    [InlineData("$.schedule.rounds", "0")]
    [InlineData("$.schedule.kept", "[null]")]
    [InlineData("$.measurement.lengths", "[0]")]
    [InlineData("$.measurement.lengths", "[0,9223372036854775807,9223372036854775807]")]
    [InlineData("$.data.facts", "[null]")]
    [InlineData("$.charts", "[{\"title\":\"t\",\"x_label\":\"x\",\"y_label\":\"y\",\"lines\":[]}]")]
    public void RestoreState_ValueThatCannotBe_Throws(string path, string value)
    {
        JsonNode root = JsonNode.Parse(Observed(s_run).Save())!;
        string[] names = path.Split('.')[1..];
        JsonNode parent = names[..^1].Aggregate(root, (node, name) => node[name]!);
        Assert.NotNull(parent[names[^1]]);
        parent[names[^1]] = JsonNode.Parse(value);

        Assert.Throws<InvalidDataException>(() => new HtmlReport().Restore(Encoding.UTF8.GetBytes(root.ToJsonString())));
    }

    // A small run of all phases, with reports from within rounds.
    private static IEnumerable<TrainingProgress> Run()
    {
        int step = 0;
        foreach (TrainingPhase phase in new[] { TrainingPhase.GeneratorPretraining, TrainingPhase.DiscriminatorPretraining,
            TrainingPhase.Adversarial })
        {
            for (int round = 1; round <= 3; round++)
            {
                TrainingProgress report = ReportingSetup.Adversarial(round, 3) with { Phase = phase };
                yield return report with { Step = ++step, EndOfRound = false, Elapsed = TimeSpan.FromSeconds(step),
                    Metrics = new Dictionary<string, double>() };
                yield return report with
                {
                    Step = ++step,
                    GeneratorLoss = round == 2 ? double.NaN : 1.0 / step,
                    Elapsed = TimeSpan.FromSeconds(step),
                    Metrics = phase == TrainingPhase.DiscriminatorPretraining ? new Dictionary<string, double>()
                        : new Dictionary<string, double> { ["nll_test"] = 1.5 / step, ["später"] = double.NaN },
                };
            }
        }
    }

    private static HtmlReport New()
    {
        var report = new HtmlReport { SampleCount = 20 };
        report.ShowOptions(new SeqGanOptions { Seed = 5 });
        return report;
    }

    private static HtmlReport Observed(IEnumerable<TrainingProgress> run)
    {
        HtmlReport report = New();
        Report(report, run);
        return report;
    }

    private static void Report(HtmlReport report, IEnumerable<TrainingProgress> run)
    {
        foreach (TrainingProgress progress in run)
            report.Report(progress, s_context);
    }

    private static int Count(JsonNode? node) => 1 + Children(node).Sum(Count);

    private static IEnumerable<JsonNode?> Children(JsonNode? node) => node switch
    {
        JsonObject members => members.Select(member => member.Value),
        JsonArray entries => entries,
        _ => [],
    };

    private static bool Replace(JsonNode? node, ref int left, string value)
    {
        if (node is JsonObject members)
        {
            foreach (string name in members.Select(member => member.Key).ToArray())
            {
                if (left-- == 0)
                {
                    members[name] = JsonNode.Parse(value);
                    return true;
                }

                if (Replace(members[name], ref left, value))
                    return true;
            }
        }
        else if (node is JsonArray entries)
        {
            for (int i = 0; i < entries.Count; i++)
            {
                if (left-- == 0)
                {
                    entries[i] = JsonNode.Parse(value);
                    return true;
                }

                if (Replace(entries[i], ref left, value))
                    return true;
            }
        }

        return false;
    }
}
