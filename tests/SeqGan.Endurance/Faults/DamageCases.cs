using System.Text;
using SeqGan.Endurance.Training;

namespace SeqGan.Endurance.Faults;

/// <summary>Checkpoints that are not what they were.</summary>
internal sealed class DamageCases(FaultBench bench)
{
    private const string Part = "generator.state";

    public IEnumerable<(string Name, Func<Task> Run)> All =>
    [
        ("newest checkpoint: a bit flipped", () => NewestAsync(FlipBit)),
        ("newest checkpoint: a part cut off", () => NewestAsync(folder => Cut(Path.Combine(folder, Part)))),
        ("newest checkpoint: a part missing", () => NewestAsync(folder => File.Delete(Path.Combine(folder, Part)))),
        ("newest checkpoint: a part is a link", () => NewestAsync(Link)),
        ("newest checkpoint: the manifest is no JSON", () => NewestAsync(folder => Manifest(folder, "no JSON"u8.ToArray()))),
        ("newest checkpoint: an empty folder", () => NewestAsync(Empty)),
        ("all checkpoints damaged", AllAsync),
        ("checkpoint of a newer version", NewerAsync),
    ];

    /// <summary>The one before is taken; the damaged one is named and stays.</summary>
    private async Task NewestAsync(Action<string> damage)
    {
        string folder = await bench.InterruptedAsync(), checkpoints = Path.Combine(folder, "checkpoints");
        string newest = CheckpointInfo.List(checkpoints)[0].Path;
        damage(newest);
        await FaultBench.ThrowsCorruptAsync(() => Task.Run(() => CheckpointInfo.Verify(newest)), newest);
        await bench.ResumeExactlyAsync(folder);
        FaultBench.Require(Directory.Exists(newest), "the damaged checkpoint was removed");
    }

    private async Task AllAsync()
    {
        string folder = await bench.InterruptedAsync(), checkpoints = Path.Combine(folder, "checkpoints");
        string[] all = [.. CheckpointInfo.List(checkpoints).Select(checkpoint => checkpoint.Path)];
        foreach (string checkpoint in all)
            FlipBit(checkpoint);
        using var run = new EnduranceRun(folder);
        await FaultBench.ThrowsCorruptAsync(() => Task.Run(() => FaultBench.Build(run).Dispose()), all);
        FaultBench.Require(Array.TrueForAll(all, Directory.Exists), "a damaged checkpoint was removed");
    }

    private async Task NewerAsync()
    {
        string folder = await bench.InterruptedAsync();
        string newest = CheckpointInfo.List(Path.Combine(folder, "checkpoints"))[0].Path;
        CheckpointManifest manifest = CheckpointManifest.Parse(
            await File.ReadAllBytesAsync(Path.Combine(newest, CheckpointManifest.FileName)), newest);
        Manifest(newest, (manifest with { Version = CheckpointManifest.CurrentVersion + 1 }).ToJson());
        using var run = new EnduranceRun(folder);
        await FaultBench.ThrowsMismatchAsync(() => Task.Run(() => FaultBench.Build(run).Dispose()), newest, "Upgrade");
    }

    private static void FlipBit(string checkpoint)
    {
        string path = Path.Combine(checkpoint, Part);
        byte[] bytes = File.ReadAllBytes(path);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(path, bytes);
    }

    private static void Cut(string path)
    {
        using var file = new FileStream(path, FileMode.Open);
        file.SetLength(file.Length / 2);
    }

    private static void Link(string checkpoint)
    {
        string path = Path.Combine(checkpoint, Part), target = Path.Combine(Path.GetDirectoryName(checkpoint)!, "elsewhere");
        File.Move(path, target);
        File.CreateSymbolicLink(path, target);
    }

    private static void Empty(string checkpoint)
    {
        foreach (string path in Directory.EnumerateFiles(checkpoint))
            File.Delete(path);
    }

    /// <summary>A manifest whose checksum is right.</summary>
    private static void Manifest(string checkpoint, byte[] manifest)
    {
        File.WriteAllBytes(Path.Combine(checkpoint, CheckpointManifest.FileName), manifest);
        File.WriteAllText(Path.Combine(checkpoint, CheckpointManifest.ChecksumFileName),
            Encoding.ASCII.GetString(CheckpointManifest.Checksum(manifest)));
    }
}
