using System.Diagnostics;
using System.Text.RegularExpressions;
using Xunit;

namespace SeqGan.Tests.Checkpoints;

/// <summary>What a reader makes of folders that were damaged, or made to harm.</summary>
public sealed class CheckpointFolderTests : IDisposable
{
    private const string Older = "checkpoint-000000000001", Newer = "checkpoint-000000000002";

    private readonly CheckpointFixture _fixture = new();

    public static TheoryData<string> FileNames => ["generator.state", "discriminator.state", "manifest.json", "manifest.json.sha256"];

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public void ReadNewest_NoFolder_IsNull() => Assert.Null(_fixture.ReadNewest());

    [Fact]
    public async Task ReadNewest_NothingOfThatName_IsNull()
    {
        await _fixture.WriteAsync(1);
        foreach (string name in (string[])["checkpoint-1", "checkpoint-000000000001-1", "checkpoint-000000000001-02",
            "checkpoint-0000000000001", "checkpoint-9999999999999999999", "Checkpoint-000000000001", "checkpoint-000000000001\n",
            "copy of checkpoint-000000000001"])
            Directory.CreateDirectory(_fixture.PathOf(name));
        Directory.Delete(_fixture.PathOf(Older), recursive: true);
        File.WriteAllText(_fixture.PathOf(Older), "a file");

        Assert.Null(_fixture.ReadNewest());
    }

    [Fact]
    public async Task ReadNewest_SeveralCheckpoints_IsTheHighestStepThenNumber()
    {
        _fixture.Options.KeepLatest = 100;
        await _fixture.WriteAsync(9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 8);

        Assert.Equal(_fixture.PathOf("checkpoint-000000000009-10"), _fixture.ReadNewest()!.Info.Path);
    }

    [Fact]
    public async Task ReadNewest_NoneIsHealthy_IsNull()
    {
        using CheckpointStore store = _fixture.Open();
        await CheckpointFixture.WriteAsync(store, 1, isHealthy: false);

        Assert.Null(_fixture.ReadNewest(healthyOnly: true));
    }

    [Fact]
    public async Task ReadNewest_AnyByteFlipped_TakesTheOlderOne()
    {
        await _fixture.WriteAsync(1, 2);
        int flips = 0;
        foreach (string path in Directory.GetFiles(_fixture.PathOf(Newer)))
        {
            byte[] bytes = File.ReadAllBytes(path);
            for (int i = 0; i < bytes.Length; i++)
            {
                byte mask = (byte)(1 << (i % 8));
                bytes[i] ^= mask;
                File.WriteAllBytes(path, bytes);
                AssertTakesTheOlderOne($"{path} {i} {mask}");
                bytes[i] ^= mask;
                flips++;
            }

            File.WriteAllBytes(path, bytes);
        }

        Assert.True(flips > 500);
        Assert.Equal(2, _fixture.ReadNewest()!.Info.Step);
    }

    [Theory]
    [MemberData(nameof(FileNames))]
    public async Task ReadNewest_FileCutOffAnywhere_TakesTheOlderOne(string name)
    {
        await _fixture.WriteAsync(1, 2);
        byte[] bytes = File.ReadAllBytes(_fixture.PathOf(Newer, name));
        for (int length = 0; length < bytes.Length; length++)
        {
            File.WriteAllBytes(_fixture.PathOf(Newer, name), bytes[..length]);
            AssertTakesTheOlderOne($"{name} {length}");
        }
    }

    [Theory]
    [MemberData(nameof(FileNames))]
    public async Task ReadNewest_FileLonger_TakesTheOlderOne(string name)
    {
        await _fixture.WriteAsync(1, 2);
        File.AppendAllText(_fixture.PathOf(Newer, name), "\n");

        AssertTakesTheOlderOne(name);
    }

    [Theory]
    [MemberData(nameof(FileNames))]
    public async Task ReadNewest_FileMissing_TakesTheOlderOneAndNamesIt(string name)
    {
        await _fixture.WriteAsync(1, 2);
        File.Delete(_fixture.PathOf(Newer, name));

        CheckpointException failure = AssertTakesTheOlderOne(name);

        Assert.Equal(_fixture.PathOf(Newer), failure.Path);
        Assert.StartsWith($"The checkpoint '{_fixture.PathOf(Newer)}' is damaged: {name} ", failure.Message, StringComparison.Ordinal);
        Assert.True(Directory.Exists(_fixture.PathOf(Newer)));
    }

    [Theory]
    [MemberData(nameof(FileNames))]
    public async Task ReadNewest_FileIsALink_TakesTheOlderOne(string name)
    {
        await _fixture.WriteAsync(1, 2);
        string path = _fixture.PathOf(Newer, name), elsewhere = _fixture.Elsewhere(name);
        File.Move(path, elsewhere);
        File.CreateSymbolicLink(path, elsewhere);

        AssertTakesTheOlderOne(name);
    }

    [Theory]
    [MemberData(nameof(FileNames))]
    public async Task ReadNewest_FileIsAPipe_DoesNotWait(string name)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/mkfifo"), "There is no mkfifo.");
        await _fixture.WriteAsync(1, 2);
        string path = _fixture.PathOf(Newer, name);
        File.Delete(path);
        Process.Start("/usr/bin/mkfifo", [path]).WaitForExit();

        await Task.Run(() => AssertTakesTheOlderOne(name)).WaitAsync(TimeSpan.FromMinutes(5));
        await Task.Run(() => CheckpointFailures.Corrupt(() => CheckpointInfo.Verify(_fixture.PathOf(Newer))))
            .WaitAsync(TimeSpan.FromMinutes(5));
    }

    [Fact]
    public async Task ReadNewest_PipeOfNoBytes_DoesNotWait()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/mkfifo"), "There is no mkfifo.");
        await _fixture.WriteAsync(1, 2);
        string path = _fixture.PathOf(Newer, "generator.state");
        File.Delete(path);
        Process.Start("/usr/bin/mkfifo", [path]).WaitForExit();
        _fixture.EditManifest(Newer, json => new Regex("\"size\": [0-9]+").Replace(json, "\"size\": 0", 1));

        CheckpointException failure = await Task.Run(() => AssertTakesTheOlderOne(path)).WaitAsync(TimeSpan.FromMinutes(5));

        Assert.Contains("it is a pipe or a device", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(FileNames))]
    public async Task ReadNewest_FileIsAFolder_TakesTheOlderOne(string name)
    {
        await _fixture.WriteAsync(1, 2);
        File.Delete(_fixture.PathOf(Newer, name));
        Directory.CreateDirectory(_fixture.PathOf(Newer, name));

        AssertTakesTheOlderOne(name);
    }

    [Fact]
    public async Task ReadNewest_CheckpointIsALink_TakesTheOlderOne()
    {
        await _fixture.WriteAsync(1, 2);
        Directory.Move(_fixture.PathOf(Newer), _fixture.Elsewhere("elsewhere"));
        Directory.CreateSymbolicLink(_fixture.PathOf(Newer), _fixture.Elsewhere("elsewhere"));

        AssertTakesTheOlderOne("link");

        CheckpointFailures.Corrupt(() => CheckpointInfo.Verify(_fixture.PathOf(Newer) + "/"));
        Assert.Equal(2, CheckpointInfo.Verify(_fixture.Elsewhere("elsewhere")).Step);
    }

    [Fact]
    public async Task ReadNewest_CheckpointIsADanglingLink_TakesTheOlderOne()
    {
        await _fixture.WriteAsync(1);
        Directory.CreateSymbolicLink(_fixture.PathOf(Newer), _fixture.Elsewhere("nowhere"));

        AssertTakesTheOlderOne("dangling link");
    }

    [Fact]
    public async Task ReadNewest_OtherFilesInIt_AreIgnored()
    {
        await _fixture.WriteAsync(1, 2);
        File.WriteAllText(_fixture.PathOf(Newer, "notes.txt"), "mine");
        File.CreateSymbolicLink(_fixture.PathOf(Newer, "other.state"), "/etc/passwd");
        Directory.CreateDirectory(_fixture.PathOf(Newer, "folder"));

        Assert.Equal(2, _fixture.ReadNewest()!.Info.Step);
    }

    [Theory]
    [InlineData("../secret.state")]
    [InlineData("/etc/secret.state")]
    [InlineData("..\\\\secret.state")]
    [InlineData("C:secret.state")]
    [InlineData("\\\\\\\\host\\\\secret.state")]
    [InlineData("folder/secret.state")]
    [InlineData(".state")]
    [InlineData("..state")]
    [InlineData("secret.state\\u0000")]
    [InlineData("secret.state\\n")]
    [InlineData("secret\\u0000.state")]
    [InlineData("ѕecret.state")]
    [InlineData("manifest.json")]
    [InlineData("")]
    public async Task ReadNewest_UnsafeFileName_TakesTheOlderOne(string name)
    {
        await _fixture.WriteAsync(1, 2);
        File.Copy(_fixture.PathOf(Newer, "generator.state"), _fixture.PathOf("secret.state"));
        _fixture.EditManifest(Newer, json => json.Replace("generator.state", name, StringComparison.Ordinal));

        Assert.Contains("the file name", AssertTakesTheOlderOne(name).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2147483592")]
    [InlineData("9223372036854775807")]
    [InlineData("9223372036854775808")]
    [InlineData("-1")]
    [InlineData("1e300")]
    [InlineData("\"14\"")]
    public async Task ReadNewest_HugeSize_AllocatesNothingForIt(string size)
    {
        await _fixture.WriteAsync(1, 2);
        _fixture.EditManifest(Newer, json => new Regex("\"size\": [0-9]+").Replace(json, $"\"size\": {size}", 1));
        long before = GC.GetAllocatedBytesForCurrentThread();

        AssertTakesTheOlderOne(size);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 2_000_000);
    }

    [Fact]
    public async Task ReadNewest_HugeManifest_IsNotRead()
    {
        await _fixture.WriteAsync(1, 2);
        using (FileStream stream = File.OpenWrite(_fixture.PathOf(Newer, "manifest.json")))
            stream.SetLength(CheckpointManifest.MaxLength + 1L);
        long before = GC.GetAllocatedBytesForCurrentThread();

        Assert.Contains("it has 16777217 bytes", AssertTakesTheOlderOne("manifest").Message, StringComparison.Ordinal);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 2_000_000);
    }

    [Fact]
    public async Task ReadNewest_PartsBeyondTheMemory_AreNotRead()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Sparse files are made the Linux way.");
        await _fixture.WriteAsync(1, 2);
        const long Size = 2_000_000_000;
        int count = (int)Math.Min(4000, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / Size + 1);
        string part = $$"""
            {"file": "sparse0.state", "component": "sparse0", "type": "", "assembly": "", "stateVersion": 1, "size": {{Size}},
             "sha256": "{{new string('0', 64)}}"}
            """;
        _fixture.EditManifest(Newer, json =>
            json.Replace("\"parts\": [", "\"parts\": ["
                + string.Join(',', Enumerable.Range(0, count).Select(i => part.Replace("sparse0", $"sparse{i}", StringComparison.Ordinal)))
                + ',', StringComparison.Ordinal));
        for (int i = 0; i < count; i++)
        {
            using FileStream stream = File.Create(_fixture.PathOf(Newer, $"sparse{i}.state"));
            stream.SetLength(Size);
        }

        Assert.Contains("more than the memory", AssertTakesTheOlderOne("sparse").Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ReadNewest_NewerVersion_SaysWhatToUpgrade()
    {
        await _fixture.WriteAsync(1, 2);
        _fixture.EditManifest(Newer, _ => """{"format": "seqgan.checkpoint", "version": 7, "parts": {"of another": "kind"}}""");

        CheckpointException failure = CheckpointFailures.Mismatch(() => _fixture.ReadNewest());

        Assert.Equal(
            $"The checkpoint '{_fixture.PathOf(Newer)}' is of version 7 of the format; this library reads version 2. "
            + "Upgrade the package SeqGan to the version that wrote it, or a later one.",
            failure.Message);
    }

    [Fact]
    public async Task ReadNewest_OlderVersion_SaysWhatToDo()
    {
        await _fixture.WriteAsync(1, 2);
        _fixture.EditManifest(Newer, json => json.Replace("\"version\": 2", "\"version\": 1", StringComparison.Ordinal));

        CheckpointException failure = CheckpointFailures.Mismatch(() => _fixture.ReadNewest());

        Assert.Equal(
            $"The checkpoint '{_fixture.PathOf(Newer)}' is of version 1 of the format; this library reads version 2. "
            + "Finish that training with the SeqGan that wrote it, or start again in another folder; saved models still load.",
            failure.Message);
    }

    [Fact]
    public async Task ReadNewest_AllDamaged_NamesEach()
    {
        await _fixture.WriteAsync(1, 2);
        File.Delete(_fixture.PathOf(Older, "manifest.json"));
        File.WriteAllText(_fixture.PathOf(Newer, "generator.state"), "generator of 3");
        List<CheckpointException> damaged = [];

        CheckpointException failure = CheckpointFailures.Corrupt(() => _fixture.ReadNewest(damaged));

        Assert.Equal(2, damaged.Count);
        Assert.Equal(_fixture.Folder, failure.Path);
        Assert.StartsWith($"All 2 checkpoints in '{_fixture.Folder}' are damaged; they are left as they are. ", failure.Message,
            StringComparison.Ordinal);
        Assert.Contains($"'{_fixture.PathOf(Newer)}' is damaged: generator.state does not match its checksum.", failure.Message,
            StringComparison.Ordinal);
        Assert.Contains($"'{_fixture.PathOf(Older)}' is damaged: manifest.json cannot be read", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_DamagedOnes_AreLeftOut()
    {
        await _fixture.WriteAsync(1, 2, 3);
        File.Delete(_fixture.PathOf(Newer, "manifest.json"));
        File.Delete(_fixture.PathOf(Older, "generator.state"));

        Assert.Equal([3, 1], CheckpointInfo.List(_fixture.Folder).Select(info => info.Step));
        Assert.Equal(3, CheckpointInfo.Verify(_fixture.PathOf("checkpoint-000000000003")).Step);
        CheckpointFailures.Corrupt(() => CheckpointInfo.Verify(_fixture.PathOf(Older)));
        CheckpointFailures.Corrupt(() => CheckpointInfo.Verify(_fixture.PathOf("nothing")));
        Assert.Empty(CheckpointInfo.List(_fixture.Elsewhere("nothing")));
    }

    [Fact]
    public void List_FileInPlaceOfTheFolder_IsAnError()
    {
        File.WriteAllText(_fixture.Folder, "");

        Assert.Throws<CheckpointException>(() => CheckpointInfo.List(_fixture.Folder));
    }

    private CheckpointException AssertTakesTheOlderOne(string what)
    {
        List<CheckpointException> damaged = [];
        LoadedCheckpoint? read = _fixture.ReadNewest(damaged);
        Assert.True(read?.Info.Step == 1 && damaged.Count == 1, what);
        Assert.Equal("generator of 1", CheckpointFixture.Text(read, "generator"));
        return damaged[0];
    }
}
