using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using SeqGan.Tests.Training;

namespace SeqGan.Tests.Checkpoints;

/// <summary>Where a training resumes from, and its errors for a checkpoint that a stranger made.</summary>
public sealed class CheckpointResumeTests : IDisposable
{
    private readonly ResumeSetup _setup = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _setup.Dispose();

    [Fact]
    public async Task Build_DirectoryWithASeparatorAtItsEnd_IsTheFolderThatIsResumed()
    {
        await WriteAsync();

        using (SeqGanTrainer trainer = _setup.Builder().UseCheckpoints(_setup.Checkpoints + Path.DirectorySeparatorChar)
            .ResumeFrom(_setup.Checkpoints).Build())
            Assert.Equal(0, (await trainer.SaveCheckpointAsync(Token)).Step);
        using SeqGanTrainer other = _setup.Builder().UseCheckpoints(_setup.Checkpoints)
            .ResumeFrom(_setup.Checkpoints + Path.DirectorySeparatorChar).Build();
    }

    [Theory]
    [InlineData("a/b", "a/b/", true)]
    [InlineData("a/b", "a/./c/../b", true)]
    [InlineData("a/b", "a/bc", false)]
    [InlineData("/", "/", true)]
    public void AreSame_PathsInOtherWords_AreOfOneFolder(string one, string other, bool expected) =>
        Assert.Equal(expected, CheckpointFolder.AreSame(one, other));

    [Fact]
    public void AreSame_OtherCase_IsAnotherFolderButOnWindows() =>
        Assert.Equal(OperatingSystem.IsWindows(), CheckpointFolder.AreSame("runs/a", "Runs/A"));

    [Fact]
    public async Task Build_ResumeFromInOptionsAlone_WritesThereToo()
    {
        await WriteAsync();

        using SeqGanTrainer trainer = _setup.Builder().Configure(options => options.Checkpoints.ResumeFrom = _setup.Checkpoints).Build();
        CheckpointInfo written = await trainer.SaveCheckpointAsync(Token);

        Assert.Equal(_setup.Checkpoints, Path.GetDirectoryName(written.Path));
    }

    [Fact]
    public void Build_ResumeFrom_LeavesTheOptionsAsTheyWereSet()
    {
        CheckpointOptions? options = null;
        using SeqGanTrainer trainer = _setup.Builder().ResumeFrom(_setup.Checkpoints).Configure(all => options = all.Checkpoints).Build();

        Assert.Equal((null, _setup.Checkpoints), (options!.Directory, options.ResumeFrom));
    }

    [Theory]
    [InlineData("", "")]
    [InlineData(" \t", " \t")]
    [InlineData("a\0b", "a\\0b")]
    public void Build_BlankTexts_NamesOptionValueAndWhatIsValid(string value, string shown)
    {
        SeqGanBuilder builder = _setup.Builder()
            .Configure(options => (options.Checkpoints.Directory, options.Checkpoints.ResumeFrom, options.Checkpoints.BestMetric) =
                (value, value, value));

        var error = Assert.Throws<Microsoft.Extensions.Options.OptionsValidationException>(() => builder.Build());

        Assert.Equal(
            [.. ((string[])["BestMetric", "Directory", "ResumeFrom"]).Select(name =>
                $"SeqGanOptions.Checkpoints.{name} is '{shown}'; it must be a text that is not blank and has no NUL character, or null "
                    + "for none.")],
            error.Failures.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Build_FileWhereTheFolderShouldBe_SaysSo(bool resumes)
    {
        File.WriteAllText(_setup.Checkpoints, "a file");
        string elsewhere = _setup.Checkpoints + "-2";
        SeqGanBuilder builder = resumes ? _setup.Builder().ResumeFrom(_setup.Checkpoints).UseCheckpoints(elsewhere)
            : _setup.Builder().UseCheckpoints(_setup.Checkpoints);

        var error = Assert.Throws<CheckpointException>(() => builder.Build());

        Assert.Equal($"'{_setup.Checkpoints}' is a file; checkpoints need a folder. Name another one, or remove the file.", error.Message);
        Assert.Equal("a file", File.ReadAllText(_setup.Checkpoints));
    }

    [Fact]
    public async Task Build_LongTextsInAManifest_MismatchIsShort()
    {
        string written = await WriteAsync();
        Edit(written, manifest =>
        {
            manifest["options"]!["Seed"] = new string('5', 100_000);
            for (int i = 0; i < 1000; i++)
                manifest["corpus"]![new string('x', 1000) + i] = "y";
        });

        var error = CheckpointFailures.Mismatch(() => _setup.Builder().ResumeFrom(_setup.Checkpoints).Build());

        Assert.InRange(error.Message.Length, 100, 20_000);
        Assert.Contains("more. Use the values", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Build_LongTextsInAManifest_LogIsShort()
    {
        string written = await WriteAsync();
        Edit(written, manifest =>
        {
            manifest["phase"] = new string('p', 100_000);
            manifest["options"]!["Training.AdversarialRounds"] = new string('9', 100_000);
            for (int i = 0; i < 1000; i++)
                manifest["options"]![new string('x', 1000) + i] = "y";
        });
        using var log = new RecordingFactory();

        using SeqGanTrainer trainer = _setup.Builder().UseLoggerFactory(log).ResumeFrom(_setup.Checkpoints).Build();

        Assert.Contains(log.Logger.Messages, message => message.Contains("The training resumes from", StringComparison.Ordinal));
        Assert.Contains(log.Logger.Messages, message => message.Contains("Option ", StringComparison.Ordinal));
        Assert.InRange(log.Logger.Messages.Count, 2, 110);
        Assert.All(log.Logger.Messages, message => Assert.InRange(message.Length, 1, 2000));
    }

    [Fact]
    public async Task Build_CheckpointFromBeforeAnOptionExisted_ResumesIfItIsLeftAtItsDefault()
    {
        _setup.Configure = builder => builder.Configure(options => options.Generator.WeightDecay = 0);
        Edit(await WriteAsync(), manifest => manifest["options"]!.AsObject().Remove("Generator.WeightDecay"));
        using (SeqGanTrainer trainer = _setup.Builder().ResumeFrom(_setup.Checkpoints).Build())
            Assert.Equal(0, (await trainer.SaveCheckpointAsync(Token)).Step);
        _setup.Configure = builder => builder.Configure(options => options.Generator.WeightDecay = 0.5);

        var error = CheckpointFailures.Mismatch(() => _setup.Builder().ResumeFrom(_setup.Checkpoints).Build());

        Assert.Contains("Generator.WeightDecay was 0 and is 0.5 now", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Lstm", null)]
    [InlineData("Gru", "Generator.Network was Gru and is Lstm now")]
    public async Task Build_ManifestWithTheOldNameOfAnOption_ReadsIt(string network, string? mismatch)
    {
        string written = await WriteAsync();
        Edit(written, manifest =>
        {
            var options = (System.Text.Json.Nodes.JsonObject)manifest["options"]!;
            Assert.True(options.Remove("Generator.Network"));
            options["Generator.Cell"] = network;
        });
        SeqGanBuilder builder = _setup.Builder().ResumeFrom(_setup.Checkpoints);

        Assert.Equal("8", Assert.Single(CheckpointInfo.List(_setup.Checkpoints)).Options["Generator.HiddenSize"]);
        if (mismatch is null)
            builder.Build().Dispose();
        else
            Assert.Contains(mismatch, CheckpointFailures.Mismatch(() => builder.Build()).Message, StringComparison.Ordinal);
    }

    // The state of a training that has not begun.
    private async Task<string> WriteAsync()
    {
        using SeqGanTrainer trainer = _setup.Builder().UseCheckpoints(_setup.Checkpoints).Build();
        return (await trainer.SaveCheckpointAsync(Token)).Path;
    }

    private static void Edit(string checkpoint, Action<JsonNode> edit)
    {
        string path = Path.Combine(checkpoint, CheckpointManifest.FileName);
        JsonNode manifest = JsonNode.Parse(File.ReadAllText(path))!;
        edit(manifest);
        byte[] json = Encoding.UTF8.GetBytes(manifest.ToJsonString());
        File.WriteAllBytes(path, json);
        File.WriteAllBytes(Path.Combine(checkpoint, CheckpointManifest.ChecksumFileName), CheckpointManifest.Checksum(json));
    }
}
