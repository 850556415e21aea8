using Google.Protobuf;

namespace SeqGan.Onnx;

/// <summary>Writes models to a folder that has nothing else, all of them or none.</summary>
internal static class ExportFolder
{
    /// <exception cref="IOException">There is a file in the folder's place, or something in it.</exception>
    public static void ThrowIfTaken(string folder)
    {
        if (File.Exists(folder))
            throw new IOException($"'{folder}' is a file; name a new or an empty folder. Nothing was written.");
        if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).FirstOrDefault() is { } first)
            throw new IOException($"The folder '{folder}' is not empty: it has '{Path.GetFileName(first)}'. "
                + "Name a new or an empty one. Nothing was written.");
    }

    /// <exception cref="IOException">The folder is taken, or cannot be written; nothing is left behind.</exception>
    public static void Write(string folder, IReadOnlyList<(string Name, ModelProto Model)> files)
    {
        string full = Path.GetFullPath(folder);
        ThrowIfTaken(full);
        bool isNew = !Directory.Exists(full);
        var written = new List<string>();
        try
        {
            Directory.CreateDirectory(full);
            foreach ((string name, ModelProto model) in files)
            {
                written.Add(Path.Combine(full, $".{name}.{Guid.NewGuid():N}.tmp"));
                using var stream = new FileStream(written[^1], FileMode.CreateNew, FileAccess.Write);
                model.WriteTo(stream);
                stream.Flush(flushToDisk: true);
            }

            for (int i = 0; i < files.Count; i++)
            {
                string path = Path.Combine(full, files[i].Name);
                File.Move(written[i], path);
                written[i] = path;
            }
        }
        catch (Exception error)
        {
            Remove(written, isNew ? full : null);
            if (error is UnauthorizedAccessException)
                throw new IOException($"The folder '{folder}' cannot be written: {error.Message}", error);
            throw;
        }
    }

    // What failed before is what the caller must know.
    private static void Remove(List<string> files, string? folder)
    {
        try
        {
            files.ForEach(File.Delete);
            if (folder is not null && !Directory.EnumerateFileSystemEntries(folder).Any())
                Directory.Delete(folder);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
        }
    }
}
