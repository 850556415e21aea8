using System.Formats.Tar;

namespace SeqGan.Tool;

/// <summary>Checks that results can be written before hours are spent on them.</summary>
internal static class OutputFile
{
    // As many as Linux follows.
    private const int MostLinks = 40;

    /// <summary>Checks where results go, none of which may replace an input. A path is null if its option is not given.</summary>
    /// <exception cref="IOException">A file cannot be written there, or two of the paths are the same file.</exception>
    public static void ThrowIfNotWritable((string Name, string? Path)[] outputs, (string Name, string? Path)[] inputs)
    {
        var taken = new Dictionary<string, string>(OperatingSystem.IsLinux() ? StringComparer.Ordinal : StringComparer.OrdinalIgnoreCase);
        foreach ((string name, string? path) in inputs.Where(input => input.Path is not null))
            taken[RealPath(path!)] = name;
        foreach ((string name, string? path) in outputs.Where(output => output.Path is not null))
        {
            string real = RealPath(path!);
            ThrowIfNotWritable(name, path!, real);
            if (!taken.TryAdd(real, name))
                throw new IOException($"{name} is '{path}', the same file as {taken[real]}; each needs a file of its own.");
        }
    }

    /// <summary>The path, or the target of the link that it is: writing by renaming would replace the link.</summary>
    public static string? Target(string? path) => path is not null && new FileInfo(path).LinkTarget is not null ? RealPath(path) : path;

    private static void ThrowIfNotWritable(string option, string path, string full)
    {
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
    private static string RealPath(string path, int links = MostLinks)
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
