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
        if (FindFirstIn(folder) is { } first)
            throw new IOException($"The folder '{folder}' is not empty: it has '{Path.GetFileName(first)}'. "
                + "Name a new or an empty one. Nothing was written.");
    }

    /// <exception cref="IOException">The folder is taken, or cannot be written; nothing is left behind.</exception>
    public static void Write(string folder, IReadOnlyList<(string Name, ModelProto Model)> files)
    {
        string full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        ThrowIfTaken(full);
        List<string> missing = FindMissing(full);
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
            Remove(written, missing);
            if (error is UnauthorizedAccessException)
                throw new IOException($"The folder '{folder}' cannot be written: {error.Message}", error);
            throw;
        }
    }

    private static string? FindFirstIn(string folder)
    {
        try
        {
            return Directory.Exists(folder) ? Directory.EnumerateFileSystemEntries(folder).FirstOrDefault() : null;
        }
        catch (UnauthorizedAccessException error)
        {
            throw new IOException($"The folder '{folder}' cannot be read: {error.Message}", error);
        }
    }

    // The folder and those around it, from the inside out.
    private static List<string> FindMissing(string folder)
    {
        var missing = new List<string>();
        for (string? each = folder; each is not null && !Directory.Exists(each); each = Path.GetDirectoryName(each))
            missing.Add(each);
        return missing;
    }

    // What failed before is what the caller must know. A folder that others use by now is not empty, and stays.
    private static void Remove(List<string> files, List<string> folders)
    {
        try
        {
            files.ForEach(File.Delete);
            folders.FindAll(Directory.Exists).ForEach(Directory.Delete);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
        }
    }
}
