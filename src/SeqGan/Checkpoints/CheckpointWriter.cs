using System.Security.Cryptography;

namespace SeqGan.Checkpoints;

/// <summary>Writes drafts to a folder; each becomes a whole checkpoint or none.</summary>
internal sealed class CheckpointWriter(string folder, Func<string, FileStream> create)
{
    /// <summary>Writes a draft; on return it would survive a power failure.</summary>
    public (CheckpointName Name, CheckpointInfo Info) Write(CheckpointDraft draft, CheckpointHeader header)
    {
        string temporary = Path.Combine(folder, CheckpointName.NewWriting());
        try
        {
            Directory.CreateDirectory(temporary);
            CheckpointManifest manifest = new CheckpointManifest(header, WriteParts(draft, temporary));
            byte[] json = manifest.ToJson(), checksum = CheckpointManifest.Checksum(json);
            if (json.Length > CheckpointManifest.MaxLength)
                throw new IOException(
                    $"The manifest has {json.Length} bytes of options, metrics and parts; the most is {CheckpointManifest.MaxLength}.");
            WriteFile(Path.Combine(temporary, CheckpointManifest.FileName), json);
            WriteFile(Path.Combine(temporary, CheckpointManifest.ChecksumFileName), checksum);
            CheckpointDisk.FlushFolder(temporary);
            CheckpointName name = NextName(header.Step);
            string path = Path.Combine(folder, name.ToString());
            Directory.Move(temporary, path);
            CheckpointDisk.FlushFolder(folder);
            return (name, manifest.ToInfo(path, json.Length + checksum.Length));
        }
        catch
        {
            DeleteIfPossible(temporary);
            throw;
        }
    }

    private List<CheckpointPart> WriteParts(CheckpointDraft draft, string temporary)
    {
        var files = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        return
        [
            .. from part in draft.Parts
               let file = CheckpointPart.NameFile(part.Component, files)
               select new CheckpointPart
               {
                   File = file,
                   Component = part.Component,
                   Type = part.Type.ToString(),
                   Assembly = part.Type.Assembly.GetName().Version?.ToString() ?? "",
                   StateVersion = part.StateVersion,
                   Size = part.State.Length,
                   Sha256 = WriteFile(Path.Combine(temporary, file), part.State.Span),
               },
        ];
    }

    private string WriteFile(string path, ReadOnlySpan<byte> content)
    {
        using FileStream stream = create(path);
        stream.Write(content);
        stream.Flush(flushToDisk: true);
        return Convert.ToHexStringLower(SHA256.HashData(content));
    }

    // Above every existing name, even of entries that are not checkpoints: the newest of a step has the highest number.
    private CheckpointName NextName(long step)
    {
        IEnumerable<CheckpointName?> names = Directory.EnumerateFileSystemEntries(folder)
            .Select(path => CheckpointName.Parse(Path.GetFileName(path))).Where(name => name?.Step == step);
        return new CheckpointName(step, (names.Max()?.Number ?? 0) + 1);
    }

    // The original failure is the one to report; the next opening of the folder removes what remains.
    private static void DeleteIfPossible(string path)
    {
        try
        {
            if (Directory.Exists(path))
                Directory.Delete(path, recursive: true);
        }
        catch (Exception exception) when (CheckpointFailure.IsOfTheDisk(exception))
        {
        }
    }
}
