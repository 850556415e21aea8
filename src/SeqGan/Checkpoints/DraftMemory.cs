namespace SeqGan;

/// <summary>Memory that grows without being copied, and that is filled again and again.</summary>
/// <remarks>Fresh memory costs more than the copy into it: the system hands it out page by page, and the garbage collector pays for its release.</remarks>
internal sealed class DraftMemory
{
    private const int ChunkLength = 1 << 20;

    private readonly List<byte[]> _chunks = [];

    public long Length { get; private set; }

    public void Append(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            (int chunk, int start) = Locate(Length);
            if (chunk == _chunks.Count)
                _chunks.Add(GC.AllocateUninitializedArray<byte>(ChunkLength));
            int count = Math.Min(bytes.Length, ChunkLength - start);
            bytes[..count].CopyTo(_chunks[chunk].AsSpan(start));
            bytes = bytes[count..];
            Length += count;
        }
    }

    /// <summary>Forgets what was appended after a length; the memory stays.</summary>
    public void Truncate(long length) => Length = length;

    /// <summary>The bytes of a range, piece by piece.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> Range(long begin, long end)
    {
        while (begin < end)
        {
            (int chunk, int start) = Locate(begin);
            int count = (int)Math.Min(end - begin, ChunkLength - start);
            yield return _chunks[chunk].AsMemory(start, count);
            begin += count;
        }
    }

    private static (int Chunk, int Start) Locate(long position) => ((int)(position / ChunkLength), (int)(position % ChunkLength));
}
