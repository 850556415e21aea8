using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Xunit;

namespace SeqGan.Tests.Checkpoints;

public sealed class CheckpointStoreTests : IDisposable
{
    private readonly CheckpointFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task WriteAsync_Draft_IsReadBackAsItWas()
    {
        var header = new CheckpointHeader
        {
            Step = 1234,
            Phase = "Adversarial",
            Round = 7,
            IsHealthy = false,
            IsMeasured = false,
            Metrics = new Dictionary<string, double> { ["a"] = 0.1, ["b"] = double.NaN, ["c"] = double.NegativeInfinity, ["d"] = -0.0,
                ["e"] = double.Epsilon },
            Options = new Dictionary<string, string> { ["Generator.HiddenSize"] = "32", ["Ключ"] = "\"\n" },
            Corpus = new Dictionary<string, string> { ["format"] = "20" },
            ComponentsWithoutState = ["scorer length"],
        };
        byte[] big = new byte[3_000_001];
        new Random(1).NextBytes(big);
        CheckpointInfo written;
        using (CheckpointStore store = _fixture.Open())
        {
            CheckpointDraft draft = store.Begin();
            draft.Add("generator", typeof(RandomKey), 3, stream => stream.Write(big));
            draft.Add("empty", typeof(string), 1, _ => { });
            draft.Add("../reward: 1", typeof(string), 1, stream => stream.WriteByte(42));
            draft.Add("../reward? 1", typeof(string), 1, stream => stream.WriteByte(43));
            written = await store.WriteAsync(draft, header);
        }

        LoadedCheckpoint read = _fixture.ReadNewest()!;

        Assert.Equal(["checkpoint-000000001234"], _fixture.Names);
        Assert.Equal(_fixture.PathOf("checkpoint-000000001234"), written.Path);
        Assert.Equal(new DirectoryInfo(written.Path).GetFiles().Sum(file => file.Length), written.Size);
        Assert.Equal("0.1.0", written.LibraryVersion);
        Assert.InRange(written.Written, DateTimeOffset.UtcNow.AddMinutes(-5), DateTimeOffset.UtcNow);
        Assert.Equivalent(written, read.Info, strict: true);
        var manifest = (CheckpointManifest)read.Header;
        Assert.Equivalent(new CheckpointManifest(header, manifest.Parts) { Written = manifest.Written }, manifest, strict: true);
        Assert.True(double.IsNegative(read.Header.Metrics["d"]));
        Assert.Equal(["generator", "empty", "../reward: 1", "../reward? 1"], read.Components);
        Assert.Equal(3, read.Open("generator")!.Value.StateVersion);
        Assert.Equal(big, Bytes(read, "generator"));
        Assert.Empty(Bytes(read, "empty"));
        Assert.Equal([42], Bytes(read, "../reward: 1"));
        Assert.Equal([43], Bytes(read, "../reward? 1"));
        Assert.Null(read.Open("discriminator"));
        Assert.Equal(
            ["_._reward__1-2.state", "_._reward__1.state", "empty.state", "generator.state", "manifest.json", "manifest.json.sha256"],
            Directory.GetFiles(written.Path).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task WriteAsync_Checksum_IsWhatSha256SumReads()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/sha256sum"), "There is no sha256sum.");
        await _fixture.WriteAsync(5);

        using Process process = Process.Start(new ProcessStartInfo("/usr/bin/sha256sum", ["-c", "--strict", "manifest.json.sha256"])
        {
            WorkingDirectory = _fixture.PathOf("checkpoint-000000000005"),
            RedirectStandardOutput = true,
        })!;

        Assert.Equal("manifest.json: OK\n", await process.StandardOutput.ReadToEndAsync());
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
    }

    [Fact]
    public async Task WriteAsync_SameStep_GetsANumberAndIsTheNewest()
    {
        await _fixture.WriteAsync(5, 5, 5);

        Assert.Equal(["checkpoint-000000000005", "checkpoint-000000000005-2", "checkpoint-000000000005-3"], _fixture.Names);
        Assert.Equal(_fixture.PathOf("checkpoint-000000000005-3"), _fixture.ReadNewest()!.Info.Path);
    }

    [Fact]
    public async Task Open_LeftOvers_AreRemovedAndOthersStay()
    {
        await _fixture.WriteAsync(5);
        foreach (string name in (string[])[CheckpointName.NewWriting(), CheckpointName.NewRemoving(), ".writing-mine", ".git"])
        {
            Directory.CreateDirectory(_fixture.PathOf(name));
            File.WriteAllText(_fixture.PathOf(name, "generator.state"), "half");
        }

        string outside = Directory.CreateDirectory(_fixture.Elsewhere("outside")).FullName;
        string link = CheckpointName.NewWriting();
        Directory.CreateSymbolicLink(_fixture.PathOf(link), outside);

        _fixture.Open().Dispose();

        Assert.Equal(new[] { ".git", ".writing-mine", link, "checkpoint-000000000005" }.Order(StringComparer.Ordinal), _fixture.Names);
        Assert.True(Directory.Exists(outside));
        Assert.Equal(5, _fixture.ReadNewest()!.Info.Step);
    }

    [Fact]
    public void Open_FolderInUse_SaysSo()
    {
        using (_fixture.Open())
        {
            CheckpointException failure = Assert.Throws<CheckpointException>(_fixture.Open);
            Assert.Equal(
                $"Another training writes its checkpoints to '{_fixture.Folder}'. Wait until it has ended, or choose a folder for each.",
                failure.Message);
            Assert.Equal(_fixture.Folder, failure.Path);
        }

        _fixture.Open().Dispose();
    }

    [Fact]
    public void Open_LockIsALink_Refuses()
    {
        Directory.CreateDirectory(_fixture.Folder);
        File.CreateSymbolicLink(_fixture.PathOf(".lock"), _fixture.Elsewhere("target"));

        Assert.Contains("is a link", Assert.Throws<CheckpointException>(_fixture.Open).Message, StringComparison.Ordinal);

        Assert.False(File.Exists(_fixture.Elsewhere("target")));
    }

    // Permissions do not bind root, and tests may run as root.
    [Fact]
    public void Open_FolderThatCannotBe_SaysSo()
    {
        File.WriteAllText(_fixture.Elsewhere("file"), "");
        _fixture.Options.Directory = _fixture.Elsewhere("file/checkpoints");

        CheckpointException failure = Assert.Throws<CheckpointException>(_fixture.Open);

        Assert.StartsWith($"Checkpoints cannot be written to '{_fixture.Folder}': ", failure.Message, StringComparison.Ordinal);
        Assert.EndsWith("Choose a folder that this process may create and write to.", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_FileSystemThatTakesNoFiles_SaysSo()
    {
        Assert.SkipUnless(Directory.Exists("/proc/self"), "There is no /proc.");
        _fixture.Options.Directory = "/proc/self";

        Assert.StartsWith("Checkpoints cannot be written to '/proc/self': ", Assert.Throws<CheckpointException>(_fixture.Open).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("generator.state")]
    [InlineData("discriminator.state")]
    [InlineData("manifest.json")]
    [InlineData("manifest.json.sha256")]
    public async Task WriteAsync_DiskFull_SaysWhatItNeedsAndLeavesNothing(string file)
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "There is no /dev/full.");
        var log = new RecordingLogger();
        _fixture.Logger = log;
        using CheckpointStore store = _fixture.Open();
        await CheckpointFixture.WriteAsync(store, 1);
        Func<string, FileStream> create = store.CreateFile;
        store.CreateFile = path => Path.GetFileName(path) == file
            ? new FileStream("/dev/full", FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0) : create(path);

        CheckpointException failure = await Assert.ThrowsAsync<CheckpointException>(() => CheckpointFixture.WriteAsync(store, 2));

        Assert.Matches(
            @"the disk is full\. The checkpoint needs 0\.0 MB, and [0-9.]+ MB are free; free that much, keep fewer checkpoints, or "
            + @"choose a folder on another disk\. Earlier checkpoints are untouched\.$",
            failure.Message);
        Assert.Contains($"Error No checkpoint of step 2: {failure.Message}", log.Messages);
        Assert.Equal(["checkpoint-000000000001"], _fixture.Names);
        store.CreateFile = create;
        await CheckpointFixture.WriteAsync(store, 2);
        Assert.Equal(["checkpoint-000000000001", "checkpoint-000000000002"], _fixture.Names);
    }

    [Fact]
    public async Task WriteAsync_FolderTakenAway_SaysSo()
    {
        using CheckpointStore store = _fixture.Open();
        Directory.Delete(_fixture.Folder, recursive: true);
        File.WriteAllText(_fixture.Folder, "");

        CheckpointException failure = await Assert.ThrowsAsync<CheckpointException>(() => CheckpointFixture.WriteAsync(store, 1));

        Assert.StartsWith($"The checkpoint could not be written to '{_fixture.Folder}': ", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WriteAsync_Always_LogsPathAndSize()
    {
        var log = new RecordingLogger();
        _fixture.Logger = log;
        using CheckpointStore store = _fixture.Open();

        CheckpointInfo info = await CheckpointFixture.WriteAsync(store, 1);

        Assert.StartsWith($"Information Checkpoint {info.Path} of step 1 was written: {info.Size} bytes in ", Assert.Single(log.Messages),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task WriteAsync_Always_IsMeasured()
    {
        var measured = new ConcurrentQueue<(string, long)>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, l) =>
            {
                if (instrument.Name.StartsWith("seqgan.checkpoint.", StringComparison.Ordinal))
                    l.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => measured.Enqueue((instrument.Name, value)));
        listener.SetMeasurementEventCallback<double>((instrument, value, _, _) => measured.Enqueue((instrument.Name, (long)value)));
        listener.Start();
        using CheckpointStore store = _fixture.Open();

        CheckpointInfo info = await CheckpointFixture.WriteAsync(store, 1);
        store.CreateFile = _ => throw new IOException();
        await Assert.ThrowsAsync<CheckpointException>(() => CheckpointFixture.WriteAsync(store, 2));

        Assert.Equal([("seqgan.checkpoint.written", 1), ("seqgan.checkpoint.size", info.Size), ("seqgan.checkpoint.failed", 1)], measured);
    }

    [Fact]
    public async Task Dispose_WhileWriting_WaitsForIt()
    {
        CheckpointStore store = _fixture.Open();
        Func<string, FileStream> create = store.CreateFile;
        store.CreateFile = path =>
        {
            Thread.Sleep(30);
            return create(path);
        };
        Task<CheckpointInfo> writing = CheckpointFixture.WriteAsync(store, 1);

        store.Dispose();

        Assert.True(writing.IsCompletedSuccessfully);
        Assert.Equal(1, _fixture.ReadNewest()!.Info.Step);
        Assert.Throws<ObjectDisposedException>(store.Begin);
        await writing;
    }

    [Fact]
    public async Task Add_ComponentThatThrows_LeavesNoTrace()
    {
        using CheckpointStore store = _fixture.Open();
        CheckpointDraft draft = store.Begin();
        Assert.Throws<InvalidDataException>(() => draft.Add("broken", typeof(string), 1, stream =>
        {
            stream.Write("half"u8);
            throw new InvalidDataException();
        }));
        Stream? kept = null;
        draft.Add("whole", typeof(string), 1, stream =>
        {
            stream.Write("whole"u8);
            kept = stream;
        });
        Assert.Throws<ArgumentException>(() => draft.Add("whole", typeof(string), 1, _ => { }));
        Assert.Throws<ObjectDisposedException>(() => kept!.WriteByte(1));

        await store.WriteAsync(draft, CheckpointFixture.Header(1));

        LoadedCheckpoint read = _fixture.ReadNewest()!;
        Assert.Equal(["whole"], read.Components);
        Assert.Equal("whole", CheckpointFixture.Text(read, "whole"));
    }

    [Fact]
    public async Task Begin_SecondDraft_ReusesTheMemory()
    {
        const int Size = 50_000_000;
        byte[] weights = new byte[Size];
        using CheckpointStore store = _fixture.Open();
        CheckpointDraft first = store.Begin();
        first.Add("generator", typeof(string), 1, stream => stream.Write(weights));
        await store.WriteAsync(first, CheckpointFixture.Header(1));

        long before = GC.GetAllocatedBytesForCurrentThread();
        CheckpointDraft second = store.Begin();
        second.Add("generator", typeof(string), 1, stream => stream.Write(weights));
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.InRange(allocated, 0, 10_000);
    }

    [Fact]
    public async Task WriteAsync_KilledBetweenWritingAndRenaming_IsNotThere()
    {
        await _fixture.WriteAsync(1);
        string half = _fixture.PathOf(CheckpointName.NewWriting());
        Directory.CreateDirectory(half);
        foreach (string file in Directory.GetFiles(_fixture.PathOf("checkpoint-000000000001")))
            File.Copy(file, Path.Combine(half, Path.GetFileName(file)));

        Assert.Single(CheckpointInfo.List(_fixture.Folder));
        Assert.Equal(1, _fixture.ReadNewest()!.Info.Step);
    }

    private static byte[] Bytes(LoadedCheckpoint checkpoint, string component)
    {
        using var copy = new MemoryStream();
        checkpoint.Open(component)!.Value.Bytes.CopyTo(copy);
        return copy.ToArray();
    }
}
