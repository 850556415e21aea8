using System.Buffers.Binary;

namespace SeqGan.Tests;

/// <summary>A correct checkpointable component, the harmonic series, with one flaw on demand.</summary>
internal sealed class CheckpointableSeries(StateFlaw flaw = StateFlaw.None) : ICheckpointable
{
    private const int Length = 24;

    private const long Magic = 0x7365_6972_6573_2121;

    private long _count;
    private double _sum;

    public int StateVersion => flaw == StateFlaw.HasVersionZero ? 0 : 1;

    public float Advance()
    {
        _sum += 1.0 / ++_count;
        return (float)_sum;
    }

    public void SaveState(Stream destination)
    {
        Span<byte> state = stackalloc byte[Length];
        BinaryPrimitives.WriteInt64LittleEndian(state, Magic);
        BinaryPrimitives.WriteInt64LittleEndian(state[8..], flaw == StateFlaw.ForgetsCount ? 0 : _count);
        BinaryPrimitives.WriteDoubleLittleEndian(state[16..], _sum);
        destination.Write(state);
        if (flaw == StateFlaw.CountsSaves)
            _count++;
        if (flaw == StateFlaw.SavesTheTime)
            destination.Write(Guid.NewGuid().ToByteArray());
        if (flaw == StateFlaw.ClosesTheStream)
            destination.Dispose();
    }

    public void RestoreState(Stream source, int version)
    {
        byte[] state = new byte[Length];
        int read = source.ReadAtLeast(state, Length, throwOnEndOfStream: false);
        if (flaw == StateFlaw.ChangesBeforeChecking)
            _count = 99;
        bool isValid = (read == Length || flaw == StateFlaw.TakesShortStates)
            && (BinaryPrimitives.ReadInt64LittleEndian(state) == Magic || flaw is StateFlaw.TakesAnyBytes or StateFlaw.TakesShortStates);
        if (!isValid)
            throw flaw == StateFlaw.ThrowsAnotherException ? new FormatException("No series.") : new InvalidDataException("No series.");
        _count = BinaryPrimitives.ReadInt64LittleEndian(state.AsSpan(8));
        if (flaw != StateFlaw.KeepsLaterValue)
            _sum = BinaryPrimitives.ReadDoubleLittleEndian(state.AsSpan(16));
    }
}
