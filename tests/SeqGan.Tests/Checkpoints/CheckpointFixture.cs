using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace SeqGan.Tests.Checkpoints;

/// <summary>A folder of checkpoints of a test's own.</summary>
internal sealed class CheckpointFixture : IDisposable
{
    private readonly TemporaryFolder _temporary = new();

    public CheckpointFixture() => Options = new CheckpointOptions { Directory = _temporary.Combine("checkpoints") };

    public CheckpointOptions Options { get; }

    public ILogger Logger { get; set; } = NullLogger.Instance;

    public string Folder => Options.Directory!;

    public string[] Names => [.. Directory.GetDirectories(Folder).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal)];

    public string Elsewhere(string name) => _temporary.Combine(name);

    public string PathOf(string checkpoint, string file = "") => Path.Combine(Folder, checkpoint, file);

    public CheckpointStore Open() => CheckpointStore.Open(Options, Logger);

    public static CheckpointHeader Header(long step, double? metric = null, bool isHealthy = true, bool isMeasured = true) => new()
    {
        Step = step,
        Phase = "Adversarial",
        Round = 3,
        IsHealthy = isHealthy,
        IsMeasured = isMeasured,
        Metrics = metric is { } value ? new Dictionary<string, double> { ["nll_test"] = value } : [],
        Options = new Dictionary<string, string>(),
        Corpus = new Dictionary<string, string>(),
        ComponentsWithoutState = [],
    };

    /// <summary>Writes a checkpoint whose parts say its step.</summary>
    public static Task<CheckpointInfo> WriteAsync(
        CheckpointStore store, long step, double? metric = null, bool isHealthy = true, bool isMeasured = true)
    {
        CheckpointDraft draft = store.Begin();
        draft.Add("generator", typeof(CheckpointFixture), 1, stream => stream.Write(Encoding.UTF8.GetBytes($"generator of {step}")));
        draft.Add("discriminator", typeof(CheckpointFixture), 2,
            stream => stream.Write(Encoding.UTF8.GetBytes($"discriminator of {step}")));
        return store.WriteAsync(draft, Header(step, metric, isHealthy, isMeasured));
    }

    public async Task WriteAsync(params long[] steps)
    {
        using CheckpointStore store = Open();
        foreach (long step in steps)
            await WriteAsync(store, step);
    }

    public LoadedCheckpoint? ReadNewest(List<CheckpointException>? damaged = null, bool healthyOnly = false) =>
        CheckpointFolder.ReadNewest(Folder, healthyOnly, damaged is null ? exception => Assert.Fail(exception.Message) : damaged.Add);

    public static string Text(LoadedCheckpoint checkpoint, string component)
    {
        using var reader = new StreamReader(checkpoint.Open(component)!.Value.Bytes);
        return reader.ReadToEnd();
    }

    /// <summary>Changes the text of a manifest, and its checksum with it.</summary>
    public void EditManifest(string checkpoint, Func<string, string> edit)
    {
        string path = PathOf(checkpoint, "manifest.json");
        byte[] json = Encoding.UTF8.GetBytes(edit(File.ReadAllText(path)));
        File.WriteAllBytes(path, json);
        File.WriteAllBytes(path + ".sha256", CheckpointManifest.Checksum(json));
    }

    public void Dispose() => _temporary.Dispose();
}
