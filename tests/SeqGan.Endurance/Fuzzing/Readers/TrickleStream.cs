namespace SeqGan.Endurance.Fuzzing;

/// <summary>Memory that is read in small pieces, so that characters and line ends fall on the edges of them.</summary>
internal sealed class TrickleStream(byte[] bytes, int start, int pieceLength) : MemoryStream(bytes, start, bytes.Length - start)
{
    public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(count, pieceLength));

    public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(buffer.Length, pieceLength)]);
}
