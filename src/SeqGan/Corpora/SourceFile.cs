namespace SeqGan.Corpora;

/// <summary>A file or stream whose beginning is known before it is read from its start.</summary>
internal sealed class SourceFile : IDisposable
{
    // The header and hundreds of rows of nearly every table.
    private const int HeadBytes = 1 << 16;

    private readonly Stream? _owned;
    private readonly GzipText? _unpacking;

    private SourceFile(string path, Stream stream, bool isOwned)
    {
        Path = path;
        _owned = isOwned ? stream : null;
        try
        {
            Content = Buffer(stream);
            IsPacked = GzipText.IsPacked(Head.Span);
            if (IsPacked)
                Content = Buffer(_unpacking = new GzipText(Content, path));
            if (IsPacked && GzipText.IsPacked(Head.Span))
                throw new CorpusException($"'{path}' is compressed twice; unpack it once.");
            Utf8Text.CheckStart(Head.Span, path);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>How messages name it.</summary>
    public string Path { get; }

    /// <summary>The extension in lower case, without that of gzip.</summary>
    public string Extension
    {
        get
        {
            string extension = System.IO.Path.GetExtension(Path).ToLowerInvariant();
            return extension == ".gz" ? System.IO.Path.GetExtension(Path[..^3]).ToLowerInvariant() : extension;
        }
    }

    public bool IsPacked { get; }

    /// <summary>The first bytes of the content, unpacked.</summary>
    public ReadOnlyMemory<byte> Head { get; private set; }

    /// <summary>Whether <see cref="Head"/> is all of the content.</summary>
    public bool HeadIsAll { get; private set; }

    /// <summary>The whole content, unpacked; it is read once.</summary>
    public Stream Content { get; }

    /// <summary>The complete lines of <see cref="Head"/>, or if one line fills it, all complete characters.</summary>
    public ReadOnlyMemory<byte> HeadLines
    {
        get
        {
            int end = HeadIsAll ? Head.Length : Head.Span.LastIndexOfAny((byte)'\n', (byte)'\r') + 1;
            return Head[..(end > 0 ? end : Head.Length - Utf8Text.IncompleteTail(Head.Span))];
        }
    }

    /// <exception cref="CorpusException">The file begins like UTF-16 or UTF-32, or its gzip is damaged.</exception>
    /// <exception cref="IOException">The file does not exist, is a folder, or cannot be read.</exception>
    public static SourceFile Open(string path)
    {
        if (Directory.Exists(path))
            throw new IOException($"'{path}' is a folder; give the path of a file, or of several.");
        return new SourceFile(path, File.OpenRead(path), isOwned: true);
    }

    /// <summary>The same of a stream, which stays open.</summary>
    public static SourceFile Of(Stream stream, string name) => new(name, stream, isOwned: false);

    public void Dispose()
    {
        _unpacking?.Dispose();
        _owned?.Dispose();
    }

    /// <summary>Reads the head, and gives a stream that begins with it again.</summary>
    private JoinedStream Buffer(Stream stream)
    {
        byte[] head = new byte[HeadBytes];
        int count = stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        (Head, HeadIsAll) = (head.AsMemory(0, count), count < head.Length);
        return new JoinedStream(new MemoryStream(head, 0, count), stream);
    }
}
