namespace SeqGan;

/// <summary>Opens a file that is to be UTF-8 text.</summary>
internal static class TextFile
{
    /// <exception cref="CorpusException">It begins as UTF-16 or UTF-32 does.</exception>
    /// <exception cref="IOException">It is not there, is a folder, or cannot be read.</exception>
    public static FileStream Open(string path)
    {
        if (Directory.Exists(path))
            throw new IOException($"'{path}' is a folder; give the path of a file.");
        FileStream stream = File.OpenRead(path);
        try
        {
            CheckStart(stream, path);
            return stream;
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <exception cref="CorpusException">The stream begins as UTF-16 or UTF-32 does.</exception>
    public static void CheckStart(Stream stream, string path)
    {
        // What is read of a pipe cannot be put back.
        if (!stream.CanSeek)
            return;
        Span<byte> first = stackalloc byte[2];
        int read = stream.ReadAtLeast(first, first.Length, throwOnEndOfStream: false);
        if (read == 2 && (first is [0xFF, 0xFE] or [0xFE, 0xFF]))
            throw new CorpusException($"'{path}', line 1: the byte 0x{first[0]:X2} at offset 0 begins the byte order mark of UTF-16; save the file as UTF-8.");
        stream.Position = 0;
    }
}
