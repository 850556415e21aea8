namespace SeqGan.Tool;

/// <summary>Holds the paths of results against the file system before hours are spent on what cannot be written.</summary>
internal static class OutputFile
{
    /// <exception cref="IOException">A file cannot be written there.</exception>
    public static void ThrowIfNotWritable(string option, string? path)
    {
        if (path is null)
            return;
        string full = Path.GetFullPath(path);
        string folder = Path.GetDirectoryName(full) ?? full;
        if (Directory.Exists(full))
            throw new IOException($"{option} is '{path}', which is a folder; name a file.");
        if (!Directory.Exists(folder))
            throw new IOException($"{option} is '{path}', but there is no folder '{folder}'.");
        string probe = Path.Combine(folder, $".seqgan-{Guid.NewGuid():N}.tmp");
        try
        {
            File.Create(probe, 1, FileOptions.DeleteOnClose).Dispose();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"{option} is '{path}', where nothing can be written: {error.Message}", error);
        }
    }
}
