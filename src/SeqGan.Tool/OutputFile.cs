using System.Formats.Tar;

namespace SeqGan.Tool;

/// <summary>Checks that results can be written before hours are spent on them.</summary>
internal static class OutputFile
{
    // As many as Linux follows.
    private const int MostLinks = 40;

    /// <summary>Checks where results go.</summary>
    /// <param name="outputs">Options and their paths; null where a result is not wanted.</param>
    /// <param name="inputs">What is read, which no result may replace.</param>
    /// <exception cref="IOException">A file cannot be written there, or two of the paths are the same file.</exception>
    public static void ThrowIfNotWritable((string Name, string? Path)[] outputs, (string Name, string? Path)[] inputs)
    {
        (string Name, string Path)[] wanted = [.. from output in outputs where output.Path is not null select (output.Name, output.Path)];
        foreach ((string name, string path) in wanted)
            ThrowIfNotWritable(name, path);
        var taken = new Dictionary<string, string>(OperatingSystem.IsLinux() ? StringComparer.Ordinal : StringComparer.OrdinalIgnoreCase);
        foreach ((string name, string? path) in inputs)
        {
            if (path is not null)
                taken[RealPath(path, MostLinks)] = name;
        }

        foreach ((string name, string path) in wanted)
        {
            string real = RealPath(path, MostLinks);
            if (!taken.TryAdd(real, name))
                throw new IOException($"{name} is '{path}', the same file as {taken[real]}; each needs a file of its own.");
        }
    }

    /// <summary>The path, or the target of the link that it is: writing by renaming would replace the link.</summary>
    public static string? Target(string? path) =>
        path is not null && new FileInfo(path).LinkTarget is not null ? RealPath(path, MostLinks) : path;

    private static void ThrowIfNotWritable(string option, string path)
    {
        string full = RealPath(path, MostLinks);
        string folder = Path.GetDirectoryName(full) ?? full;
        if (Directory.Exists(full))
            throw new IOException($"{option} is '{path}', which is a folder; name a file.");
        if (!Directory.Exists(folder))
            throw new IOException($"{option} is '{path}', but there is no folder '{folder}'.");
        if (new FileInfo(full) is { Exists: true, Length: 0 } && !IsRegular(full))
            throw new IOException($"{option} is '{path}', which is a device or a pipe; name a file, which can be replaced.");
        try
        {
            File.Create(Path.Combine(folder, $".seqgan-{Guid.NewGuid():N}.tmp"), 1, FileOptions.DeleteOnClose).Dispose();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"{option} is '{path}', where nothing can be written: {error.Message}", error);
        }
    }

    /// <summary>The full path without symbolic links, not even to folders; the file need not exist.</summary>
    private static string RealPath(string path, int links)
    {
        string full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        if (Path.GetDirectoryName(full) is not { } folder)
            return full;
        folder = RealPath(folder, links);
        string real = Path.Combine(folder, Path.GetFileName(full));
        if (new FileInfo(real).LinkTarget is not { } target)
            return real;
        return links > 0
            ? RealPath(Path.Combine(folder, target), links - 1)
            : throw new IOException($"'{path}' is a symbolic link to itself, or one after too many others.");
    }

    // Opening a pipe would wait for its other end. Only the framework's archives tell what a path is without opening it. The length
    // of an irregular file is 0, so nothing large is read.
    private static bool IsRegular(string path)
    {
        using var archive = new MemoryStream();
        try
        {
            using var writer = new TarWriter(archive, leaveOpen: true);
            writer.WriteEntry(path, "entry");
        }
        catch (IOException)
        {
            // A socket, which archives do not have.
            return false;
        }
        catch (UnauthorizedAccessException)
        {
            return true;
        }

        archive.Position = 0;
        using var reader = new TarReader(archive);
        return reader.GetNextEntry()?.EntryType is TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.HardLink;
    }
}
