using System.Security.Cryptography;

namespace SeqGan.Checkpoints;

/// <summary>Reads one untrusted checkpoint; anything wrong with it is a <see cref="CheckpointException"/>.</summary>
internal sealed class CheckpointReader(string path, CheckpointManifest manifest, long ownLength)
{
    // The one line of the manifest's checksum.
    private const int ChecksumLength = 2 * SHA256.HashSizeInBytes + 2 + 13 + 1;

    public CheckpointManifest Manifest => manifest;

    public CheckpointInfo Info { get; } = manifest.ToInfo(path, ownLength);

    /// <summary>Reads the manifest, and nothing else.</summary>
    /// <exception cref="CheckpointException">It is missing or damaged, or another version of the format.</exception>
    public static CheckpointReader Open(string checkpoint)
    {
        string path = CheckpointFolder.Normalize(checkpoint);
        var folder = new DirectoryInfo(path);
        if (!folder.Exists)
            throw CheckpointFailure.Damaged(path, "there is no such folder");
        if (CheckpointDisk.IsLink(folder))
            throw CheckpointFailure.Damaged(path, "it is a link; copy it to where it should be");
        byte[] checksum = ReadFile(path, CheckpointManifest.ChecksumFileName, length => length == ChecksumLength);
        byte[] json = ReadFile(path, CheckpointManifest.FileName, length => length <= CheckpointManifest.MaxLength);
        if (!CheckpointManifest.Checksum(json).AsSpan().SequenceEqual(checksum))
            throw CheckpointFailure.Damaged(path, $"{CheckpointManifest.FileName} does not match {CheckpointManifest.ChecksumFileName}");
        return new CheckpointReader(path, CheckpointManifest.Parse(json, path), json.Length + checksum.Length);
    }

    public CheckpointInfo Verify()
    {
        CheckSizes();
        foreach (CheckpointPart part in manifest.Parts)
            Read(part);
        return Info;
    }

    public LoadedCheckpoint ReadAll()
    {
        CheckSizes();
        return new LoadedCheckpoint(Info, manifest, manifest.Parts.ToDictionary(part => part.Component, Read));
    }

    // All parts are there with their sizes, and fit into memory.
    private void CheckSizes()
    {
        // A sparse file of any size costs its author nothing.
        long memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        if (Info.Size > memory)
            throw CheckpointFailure.Damaged(path, $"its parts have {Info.Size} bytes, more than the memory of {memory}");
        if (manifest.Parts.FirstOrDefault(part => !IsThere(part)) is { } missing)
            throw CheckpointFailure.Damaged(path, $"{missing.File} is not there with {missing.Size} bytes");
    }

    private byte[] Read(CheckpointPart part)
    {
        byte[] bytes = ReadFile(path, part.File, length => length == part.Size);
        return Convert.ToHexStringLower(SHA256.HashData(bytes)) == part.Sha256
            ? bytes
            : throw CheckpointFailure.Damaged(path, $"{part.File} does not match its checksum");
    }

    private bool IsThere(CheckpointPart part)
    {
        try
        {
            var file = new FileInfo(Path.Combine(path, part.File));
            return file.Exists && !CheckpointDisk.IsLink(file) && file.Length == part.Size;
        }
        catch (Exception exception) when (CheckpointFailure.IsOfTheDisk(exception))
        {
            return false;
        }
    }

    private static byte[] ReadFile(string folder, string name, Func<long, bool> isValidLength)
    {
        try
        {
            return CheckpointDisk.Read(Path.Combine(folder, name), isValidLength);
        }
        catch (Exception exception) when (CheckpointFailure.IsOfTheDisk(exception) || exception is InvalidDataException)
        {
            throw CheckpointFailure.Damaged(folder, $"{name} cannot be read: {exception.Message.TrimEnd('.')}", exception);
        }
    }
}

/// <summary>An intact checkpoint in memory.</summary>
internal sealed class LoadedCheckpoint(CheckpointInfo info, CheckpointManifest manifest, IReadOnlyDictionary<string, byte[]> states)
{
    public CheckpointInfo Info => info;

    public CheckpointHeader Header => manifest;

    public IReadOnlyList<string> Components { get; } = [.. manifest.Parts.Select(part => part.Component)];

    /// <summary>The verified state of a component and its version; null where it has none.</summary>
    public (Stream Bytes, int StateVersion)? Open(string component) =>
        Find(component) is { } part ? (new MemoryStream(states[component], writable: false), part.StateVersion) : null;

    /// <summary>The type of the component that wrote the state; null where there is none.</summary>
    public string? TypeOf(string component) => Find(component)?.Type;

    private CheckpointPart? Find(string component) => manifest.Parts.FirstOrDefault(part => part.Component == component);
}
