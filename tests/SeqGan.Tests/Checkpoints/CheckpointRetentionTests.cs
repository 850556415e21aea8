using Xunit;

namespace SeqGan.Tests.Checkpoints;

public sealed class CheckpointRetentionTests : IDisposable
{
    private readonly CheckpointFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task Write_ManyCheckpoints_KeepsTheNewest()
    {
        await _fixture.WriteAsync(1, 2, 3, 4, 5);

        Assert.Equal([3, 4, 5], Steps());
    }

    [Fact]
    public async Task Write_AfterAnotherProcess_CountsItsCheckpoints()
    {
        await _fixture.WriteAsync(1, 2, 3);
        await _fixture.WriteAsync(4);

        Assert.Equal([2, 3, 4], Steps());
    }

    [Theory]
    [InlineData(false, new long[] { 2, 6, 7 })]
    [InlineData(true, new long[] { 3, 6, 7 })]
    public async Task Write_BestMetric_IsKept(bool higherIsBetter, long[] expected)
    {
        _fixture.Options.KeepLatest = 2;
        _fixture.Options.BestMetric = "nll_test";
        _fixture.Options.HigherIsBetter = higherIsBetter;
        double?[] values = [5, 1, 9, double.NaN, double.PositiveInfinity, double.NegativeInfinity, null];
        for (int i = 0; i < values.Length; i++)
        {
            // A process each: the metric of earlier ones is read from their manifests.
            using CheckpointStore store = _fixture.Open();
            await CheckpointFixture.WriteAsync(store, i + 1, values[i]);
        }

        Assert.Equal(expected, Steps());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Write_EqualMetrics_TheOldestIsTheBest(bool higherIsBetter)
    {
        (_fixture.Options.KeepLatest, _fixture.Options.BestMetric, _fixture.Options.HigherIsBetter) = (1, "nll_test", higherIsBetter);
        await WriteEachAsync((1, 2, true), (2, 2, true), (3, 2, true));

        Assert.Equal([1, 3], Steps());
    }

    [Fact]
    public async Task Write_MetricsOfAnEarlierStep_AreNotTheBest()
    {
        (_fixture.Options.KeepLatest, _fixture.Options.BestMetric) = (1, "nll_test");
        await WriteEachAsync((1, 5, true), (2, 1, false), (3, 2, true), (4, 2, false), (5, 9, true));

        Assert.Equal([3, 5], Steps());
    }

    [Fact]
    public async Task Write_DivergingTraining_KeepsTheLastHealthyOne()
    {
        _fixture.Options.KeepLatest = 1;
        using CheckpointStore store = _fixture.Open();
        await CheckpointFixture.WriteAsync(store, 1);
        await CheckpointFixture.WriteAsync(store, 2);
        await CheckpointFixture.WriteAsync(store, 3, isHealthy: false);
        await CheckpointFixture.WriteAsync(store, 4, isHealthy: false);

        Assert.Equal([2, 4], Steps());
        Assert.Equal(4, _fixture.ReadNewest()!.Info.Step);
        Assert.Equal(2, _fixture.ReadNewest(healthyOnly: true)!.Info.Step);
    }

    [Fact]
    public async Task Write_DamagedCheckpoints_StayAndDoNotCount()
    {
        var log = new RecordingLogger();
        await _fixture.WriteAsync(1, 2, 3);
        File.WriteAllText(_fixture.PathOf("checkpoint-000000000001", "manifest.json"), "{}");
        File.Delete(_fixture.PathOf("checkpoint-000000000002", "generator.state"));
        byte[] state = File.ReadAllBytes(_fixture.PathOf("checkpoint-000000000003", "generator.state"));
        state[^1] ^= 1;
        File.WriteAllBytes(_fixture.PathOf("checkpoint-000000000003", "generator.state"), state);
        _fixture.Options.KeepLatest = 1;
        _fixture.Logger = log;

        await _fixture.WriteAsync(4, 5);

        Assert.Equal(["checkpoint-000000000001", "checkpoint-000000000002", "checkpoint-000000000003", "checkpoint-000000000005"],
            _fixture.Names);
        Assert.Equal(3, log.Messages.Count(message => message.StartsWith("Warning ", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Write_LinksAndOtherFiles_Stay()
    {
        string outside = Directory.CreateDirectory(_fixture.Elsewhere("outside")).FullName;
        _fixture.Options.KeepLatest = 1;
        await _fixture.WriteAsync(2);
        Directory.CreateSymbolicLink(_fixture.PathOf("checkpoint-000000000001"), outside);
        Directory.CreateDirectory(_fixture.PathOf("checkpoint-1"));

        await _fixture.WriteAsync(3);

        Assert.Equal(["checkpoint-000000000001", "checkpoint-000000000003", "checkpoint-1"], _fixture.Names);
        Assert.True(Directory.Exists(outside));
    }

    [Fact]
    public async Task Write_StepBelowThoseThere_IsNotRemovedItself()
    {
        _fixture.Options.KeepLatest = 1;
        await _fixture.WriteAsync(1000);

        await _fixture.WriteAsync(10, 20);

        Assert.Equal([20, 1000], Steps());
    }

    [Fact]
    public async Task GoBackTo_Step_RemovesWhatIsGivenUpOnceTheNextIsWritten()
    {
        await _fixture.WriteAsync(800, 900, 1000);
        using CheckpointStore store = _fixture.Open();
        store.GoBackTo(800);
        Assert.Equal([800, 900, 1000], Steps());
        Func<string, FileStream> create = store.CreateFile;
        store.CreateFile = _ => throw new IOException();
        await Assert.ThrowsAsync<CheckpointException>(() => CheckpointFixture.WriteAsync(store, 850));
        Assert.Equal([800, 900, 1000], Steps());
        store.CreateFile = create;

        await CheckpointFixture.WriteAsync(store, 850);
        await CheckpointFixture.WriteAsync(store, 950);

        Assert.Equal([800, 850, 950], Steps());
    }

    // A process each: the metric of earlier ones is read from their manifests.
    private async Task WriteEachAsync(params (long Step, double Metric, bool IsMeasured)[] checkpoints)
    {
        foreach ((long step, double metric, bool isMeasured) in checkpoints)
        {
            using CheckpointStore store = _fixture.Open();
            await CheckpointFixture.WriteAsync(store, step, metric, isMeasured: isMeasured);
        }
    }

    private long[] Steps() => [.. CheckpointInfo.List(_fixture.Folder).Select(info => info.Step).Reverse()];
}
