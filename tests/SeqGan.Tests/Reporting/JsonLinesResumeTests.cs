using System.Text;

namespace SeqGan.Tests.Reporting;

/// <summary>What becomes of the lines where a training is killed and resumed.</summary>
public sealed class JsonLinesResumeTests : IDisposable
{
    private const int Rounds = 6;

    private readonly TemporaryFolder _folder = new();

    private string FilePath => _folder.Combine("run.jsonl");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false, "")]
    [InlineData(false, "{}\n")]
    [InlineData(true, "")]
    [InlineData(true, "{}\n")]
    [InlineData(true, "{}\n{\"half")]
    public void RestoreState_RunThatWasKilled_GivesTheLinesOfOneThatWasNot(bool append, string before)
    {
        string expected = Uninterrupted(append, before);
        for (int saved = 0; saved <= Rounds; saved++)
        {
            byte[] state = Interrupted(append, before, saved, killedAt: Rounds);
            File.AppendAllText(FilePath, "{\"phase\":\"Adver");
            using (var resumed = new JsonLinesObserver(FilePath, append))
            {
                resumed.Restore(state);
                // The end of the round in which the state was saved is reported again.
                Report(resumed, Math.Max(1, saved), Rounds);
            }

            Assert.Equal(saved < Rounds ? expected : expected + "{\"phase\":\"Adver", File.ReadAllText(FilePath));
        }
    }

    [Fact]
    public void RestoreState_InTheSameProcess_TakesBackWhatCameAfter()
    {
        string expected = Uninterrupted(append: false, "");
        using (var observer = new JsonLinesObserver(FilePath))
        {
            Report(observer, 1, 3);
            byte[] state = observer.Save();
            Report(observer, 4, 5);
            observer.Restore(state);
            Report(observer, 4, 4);
            observer.Restore(observer.Save());
            Report(observer, 5, Rounds);
        }

        Assert.Equal(expected, File.ReadAllText(FilePath));
    }

    [Fact]
    public async Task TrainAsync_CancelledInTheReportOfARound_WritesTheRoundOnce()
    {
        using var setup = new Training.ResumeSetup();
        using var observer = new JsonLinesObserver(FilePath);
        using var cancel = new CancellationTokenSource();
        using SeqGanTrainer trainer = setup.Builder().AddObserver(observer).AddObserver(progress =>
        {
            if (progress is { Phase: TrainingPhase.GeneratorPretraining, Round: 2 })
                cancel.Cancel();
        }).AddObserver(new StrictObserver()).Build();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => trainer.TrainAsync(TrainingPhase.GeneratorPretraining, cancellationToken: cancel.Token));
        await trainer.TrainAsync(TrainingPhase.GeneratorPretraining, cancellationToken: TestContext.Current.CancellationToken);
        observer.Dispose();

        string[] ends = [.. File.ReadAllLines(FilePath).Where(line => line.Contains("\"end_of_round\":true", StringComparison.Ordinal))];
        Assert.Equal(Enumerable.Range(1, ends.Length), ends.Select(RoundOf));
        Assert.True(ends.Length >= 2);
    }

    [Fact]
    public void OnProgress_SameEndOfARoundAgain_IsWrittenOnce()
    {
        TrainingContext context = ReportingSetup.Context(), other = ReportingSetup.Context();
        using (var observer = new JsonLinesObserver(FilePath))
        {
            observer.Report(ReportingSetup.Adversarial(1), context);
            observer.Report(ReportingSetup.Adversarial(2), context);
            observer.Report(ReportingSetup.Adversarial(2), context);
            observer.Report(ReportingSetup.Adversarial(3) with { EndOfRound = false }, context);
            observer.Report(ReportingSetup.Adversarial(3) with { EndOfRound = false }, context);
            observer.Report(ReportingSetup.Adversarial(3), context);
            // Of another training.
            observer.Report(ReportingSetup.Adversarial(3), other);
        }

        Assert.Equal([1, 2, 3, 3, 3, 3], File.ReadAllLines(FilePath).Select(RoundOf));
    }

    [Fact]
    public void RestoreState_NoReportFollows_LeavesTheFile()
    {
        byte[] state = Interrupted(append: false, "", saved: 2, killedAt: 4);
        string before = File.ReadAllText(FilePath);

        using (var resumed = new JsonLinesObserver(FilePath))
            resumed.Restore(state);

        Assert.Equal(before, File.ReadAllText(FilePath));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{\"another\":\"file\"}\n")]
    [InlineData("{\"another\":\"file\"")]
    [InlineData(null)]
    public void RestoreState_AnotherFile_KeepsItAndGoesOnBehindIt(string? content)
    {
        byte[] state = Interrupted(append: false, "", saved: 3, killedAt: 4);
        // As long as the run's, but not with its end; or what there is.
        content ??= new string('x', (int)new FileInfo(FilePath).Length - 1) + "\n";
        File.WriteAllText(FilePath, content);

        using (var resumed = new JsonLinesObserver(FilePath))
        {
            resumed.Restore(state);
            Report(resumed, 3, 5);
        }

        string[] lines = File.ReadAllLines(FilePath);
        Assert.StartsWith(content, File.ReadAllText(FilePath), StringComparison.Ordinal);
        Assert.Equal([3, 4, 5], lines[^3..].Select(RoundOf));
        Assert.Equal(content.Length == 0 ? 3 : 4, lines.Length);
    }

    [Fact]
    public void RestoreState_FileThatLostItsEnd_KeepsTheRest()
    {
        byte[] state = Interrupted(append: false, "", saved: 4, killedAt: 4);
        string[] written = File.ReadAllLines(FilePath);
        File.WriteAllLines(FilePath, written[..2]);

        using (var resumed = new JsonLinesObserver(FilePath))
        {
            resumed.Restore(state);
            Report(resumed, 5, 6);
        }

        Assert.Equal([1, 2, 5, 6], File.ReadAllLines(FilePath).Select(RoundOf));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"length\":0,\"tail\":\"\"}")]
    [InlineData("{\"length\":0,\"tail\":null,\"last\":null}")]
    [InlineData("{\"length\":-1,\"tail\":\"\",\"last\":null}")]
    [InlineData("{\"length\":1e99,\"tail\":\"\",\"last\":null}")]
    [InlineData("{\"length\":0,\"tail\":\"\",\"last\":{\"phase\":7,\"round\":1,\"step\":1,\"end_of_round\":true}}")]
    [InlineData("{\"length\":0,\"tail\":\"\",\"last\":{\"phase\":2,\"round\":-1,\"step\":1,\"end_of_round\":true}}")]
    [InlineData("{\"length\":0,\"tail\":\"\",\"last\":null}x")]
    [InlineData("{\"length\":0,\"tail\":\"\",\"last\":null,\"more\":1}")]
    [InlineData("\0\u0001\u0002")]
    public void RestoreState_NoState_ThrowsAndChangesNothing(string state)
    {
        string expected = Uninterrupted(append: false, "");
        using (var observer = new JsonLinesObserver(FilePath))
        {
            Report(observer, 1, 3);
            Assert.Throws<InvalidDataException>(() => observer.Restore(Encoding.UTF8.GetBytes(state)));
            Report(observer, 4, Rounds);
        }

        Assert.Equal(expected, File.ReadAllText(FilePath));
    }

    [Fact]
    public void RestoreState_PartOfAState_Throws()
    {
        byte[] state = Interrupted(append: false, "", saved: 3, killedAt: 3);
        using var observer = new JsonLinesObserver(FilePath);
        for (int length = 0; length < state.Length; length++)
            Assert.Throws<InvalidDataException>(() => observer.Restore(state.AsSpan(0, length)));
        Assert.Throws<InvalidDataException>(() => observer.Restore([.. state, .. new byte[1 << 20]]));
    }

    private static int RoundOf(string line) => System.Text.Json.JsonDocument.Parse(line).RootElement.GetProperty("round").GetInt32();

    private static void Report(JsonLinesObserver observer, int first, int last)
    {
        for (int round = first; round <= last; round++)
            observer.Report(ReportingSetup.Adversarial(round));
    }

    private string Uninterrupted(bool append, string before)
    {
        string path = _folder.Combine("uninterrupted.jsonl");
        File.WriteAllText(path, before);
        using (var observer = new JsonLinesObserver(path, append))
            Report(observer, 1, Rounds);
        return File.ReadAllText(path);
    }

    private byte[] Interrupted(bool append, string before, int saved, int killedAt)
    {
        File.WriteAllText(FilePath, before);
        using var observer = new JsonLinesObserver(FilePath, append);
        Report(observer, 1, saved);
        byte[] state = observer.Save();
        Report(observer, saved + 1, killedAt);
        return state;
    }

    // Stops where it is, as an evaluation does that takes a while.
    private sealed class StrictObserver : ITrainingObserver
    {
        public ValueTask OnRoundEndAsync(
            TrainingProgress progress, TrainingContext context, CancellationToken cancellationToken = default) =>
            OnProgressAsync(progress, context, cancellationToken);

        public ValueTask OnProgressAsync(TrainingProgress progress, TrainingContext context, CancellationToken cancellationToken = default)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return ValueTask.CompletedTask;
        }
    }
}
