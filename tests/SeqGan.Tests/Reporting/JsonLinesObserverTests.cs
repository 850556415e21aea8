using System.Text.Json;

namespace SeqGan.Tests.Reporting;

public sealed class JsonLinesObserverTests
{
    [Fact]
    public void OnProgress_Report_IsOneObjectWithItsFigures()
    {
        using var folder = new TemporaryFolder();
        using var observer = new JsonLinesObserver(folder.Combine("new", "run.jsonl"));

        ReportingSetup.InGerman(() =>
        {
            observer.Report(ReportingSetup.Adversarial());
            return true;
        });

        JsonElement line = JsonSerializer.Deserialize<JsonElement>(Assert.Single(ReadLines(observer)));
        Assert.Equal("Adversarial", line.GetProperty("phase").GetString());
        Assert.Equal(3, line.GetProperty("round").GetInt32());
        Assert.Equal(10, line.GetProperty("rounds").GetInt32());
        Assert.True(line.GetProperty("end_of_round").GetBoolean());
        Assert.Equal(103, line.GetProperty("step").GetInt64());
        Assert.Equal(12.5, line.GetProperty("elapsed_seconds").GetDouble());
        Assert.Equal(0.25, line.GetProperty("generator_loss").GetDouble());
        Assert.Equal(0.4, line.GetProperty("reward_mean").GetDouble());
        Assert.Equal(1.75, line.GetProperty("metrics").GetProperty("nll_test").GetDouble());
        Assert.False(line.TryGetProperty("held_out_real_accuracy", out _));
        Assert.False(line.TryGetProperty("remaining_seconds", out _));
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void OnProgress_FigureThatIsNotFinite_IsNull(double value)
    {
        using var folder = new TemporaryFolder();
        using var observer = new JsonLinesObserver(folder.Combine("run.jsonl"));

        observer.Report(ReportingSetup.Adversarial() with { GeneratorLoss = value });

        JsonElement line = JsonSerializer.Deserialize<JsonElement>(Assert.Single(ReadLines(observer)));
        Assert.Equal(JsonValueKind.Null, line.GetProperty("generator_loss").ValueKind);
    }

    [Fact]
    public void OnProgress_BeforeDispose_LineCanBeReadWhole()
    {
        using var folder = new TemporaryFolder();
        using var observer = new JsonLinesObserver(folder.Combine("run.jsonl"));
        for (int round = 1; round <= 3; round++)
        {
            observer.Report(ReportingSetup.Adversarial(round));

            Assert.Equal(round, ReadLines(observer).Length);
            Assert.EndsWith("}\n", Read(observer), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void OnProgress_FileIsThere_StartsAnewAtTheFirstReport()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.Combine("run.jsonl"), "{}\n");

        using var observer = new JsonLinesObserver(folder.Combine("run.jsonl"));

        Assert.Equal("{}\n", Read(observer));
        observer.Report(ReportingSetup.Adversarial());
        Assert.StartsWith("{\"phase\"", Assert.Single(ReadLines(observer)), StringComparison.Ordinal);
    }

    [Fact]
    public void Constructor_FileCannotBeWritten_Throws()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.Combine("run.jsonl"));

        Assert.ThrowsAny<UnauthorizedAccessException>(() => new JsonLinesObserver(folder.Combine("run.jsonl")));
    }

    [Theory]
    [InlineData("", 1)]
    [InlineData("{}\n", 2)]
    [InlineData("{}\n{\"phase\":", 3)]
    public void Constructor_Append_GoesOnInANewLine(string before, int lines)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.Combine("run.jsonl"), before);
        using var observer = new JsonLinesObserver(folder.Combine("run.jsonl"), append: true);

        observer.Report(ReportingSetup.Adversarial());

        string[] all = ReadLines(observer);
        Assert.Equal(lines, all.Length);
        Assert.StartsWith(before, Read(observer), StringComparison.Ordinal);
        Assert.Equal(3, JsonSerializer.Deserialize<JsonElement>(all[^1]).GetProperty("round").GetInt32());
    }

    private static string[] ReadLines(JsonLinesObserver observer) => Read(observer).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    // As another process would while the observer writes.
    private static string Read(JsonLinesObserver observer)
    {
        using var reader = new StreamReader(new FileStream(observer.Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return reader.ReadToEnd();
    }
}
