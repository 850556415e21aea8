using Tensorboard;

namespace SeqGan.Tests.Reporting;

public sealed class TensorBoardObserverTests
{
    [Fact]
    public void OnProgress_EndOfRound_WritesFiguresInGroupsAtTheStep()
    {
        using var folder = new TemporaryFolder();
        var observer = new TensorBoardObserver(folder.Combine("run"), sequences: 0);
        long before = DateTimeOffset.UtcNow.ToUnixTimeSeconds();

        observer.Report(ReportingSetup.Adversarial());

        IReadOnlyList<Event> events = EventFile.Read(observer.Folder);
        Assert.Equal("brain.Event:2", events[0].FileVersion);
        Assert.All(events.Skip(1), entry => Assert.Equal(103, entry.Step));
        Assert.All(events.Skip(1), entry => Assert.InRange(entry.WallTime, before, before + 60));
        Dictionary<string, float> scalars = Scalars(events);
        Assert.Equal(0.25f, scalars["generator/loss"]);
        Assert.Equal(1.25f, scalars["generator/policy_entropy"]);
        Assert.Equal(0.75f, scalars["discriminator/accuracy"]);
        Assert.Equal(0.7f, scalars["discriminator/held_out_accuracy"]);
        Assert.Equal(0.4f, scalars["reward/mean"]);
        Assert.Equal(0.1f, scalars["reward/deviation"]);
        Assert.Equal(1.75f, scalars["evaluation/nll_test"]);
        Assert.DoesNotContain("discriminator/held_out_real_accuracy", scalars.Keys);
        Assert.DoesNotContain("generator/nll", scalars.Keys);
    }

    [Fact]
    public void OnProgress_WithinRound_WritesNothing()
    {
        using var folder = new TemporaryFolder();
        var observer = new TensorBoardObserver(folder.FullName);

        observer.Report(ReportingSetup.Adversarial() with { EndOfRound = false });

        Assert.Single(EventFile.Read(observer.Folder));
    }

    [Fact]
    public void OnProgress_NaNFigure_IsWrittenAsNaN()
    {
        using var folder = new TemporaryFolder();
        var observer = new TensorBoardObserver(folder.FullName, sequences: 0);

        observer.Report(ReportingSetup.Adversarial() with { RewardMean = double.NaN });

        Assert.True(float.IsNaN(Scalars(EventFile.Read(observer.Folder))["reward/mean"]));
    }

    [Fact]
    public void OnProgress_Sequences_AreWrittenAsTextThatMeansNothing()
    {
        using var folder = new TemporaryFolder();
        Corpus corpus = Corpus.FromLines(["<b>", "*x*"], new CorpusOptions { MaxLength = 4 });
        var observer = new TensorBoardObserver(folder.FullName, sequences: 3);

        observer.Report(ReportingSetup.Adversarial(), ReportingSetup.Context(corpus));

        Summary.Types.Value value = Assert.Single(
            EventFile.Read(observer.Folder).SelectMany(entry => entry.Summary?.Value ?? []), value => value.Tensor is not null);
        Assert.StartsWith("samples", value.Tag, StringComparison.Ordinal);
        Assert.Equal("text", value.Metadata.PluginData.PluginName);
        string[] lines = Assert.Single(value.Tensor.StringVal).ToStringUtf8().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(3, lines.Length);
        Assert.All(lines, line => Assert.StartsWith("    ", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Training_WithObserver_WritesEachRound()
    {
        using var folder = new TemporaryFolder();
        var observer = new TensorBoardObserver(folder.FullName, sequences: 2);
        using SeqGanTrainer trainer = TinyTraining.Builder().AddObserver(observer).Build();

        await trainer.TrainAsync();

        ILookup<string, Event> byTag = EventFile.Read(observer.Folder).Where(entry => entry.Summary is not null)
            .ToLookup(entry => entry.Summary.Value[0].Tag);
        Assert.Single(byTag["generator/nll"]);
        Assert.Equal(3, byTag["reward/mean"].Count());
        Assert.Equal(4, byTag["discriminator/loss"].Count());
        Assert.True(byTag["reward/mean"].Zip(byTag["reward/mean"].Skip(1)).All(pair => pair.First.Step < pair.Second.Step));
    }

    private static Dictionary<string, float> Scalars(IEnumerable<Event> events) =>
        events.SelectMany(entry => entry.Summary?.Value ?? []).Where(value => value.Tensor is null)
            .ToDictionary(value => value.Tag, value => value.SimpleValue);
}
