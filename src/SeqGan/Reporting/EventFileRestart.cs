using System.Buffers.Binary;
using System.Numerics;
using Google.Protobuf;
using Tensorboard;

namespace SeqGan;

/// <summary>Tells TensorBoard, as <c>purge_step</c> of PyTorch's writer does, that a run goes on from a step that it had passed.</summary>
internal static class EventFileRestart
{
    /// <summary>Appends the start of a session to an event file, whose writer holds it open only while it writes.</summary>
    /// <param name="path">The file.</param>
    /// <param name="step">The first step that comes again: from there on, what earlier files of the folder say does not count.</param>
    public static void Append(string path, long step)
    {
        byte[] data = new Event
        {
            Step = step,
            WallTime = DateTimeOffset.UtcNow.ToUnixTimeSeconds(),
            SessionLog = new SessionLog { Status = SessionLog.Types.SessionStatus.Start },
        }.ToByteArray();
        // A record: the length, its checksum, the data, their checksum.
        byte[] record = new byte[16 + data.Length];
        BinaryPrimitives.WriteInt64LittleEndian(record, data.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(8), MaskedChecksum(record.AsSpan(0, 8)));
        data.CopyTo(record, 12);
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(12 + data.Length), MaskedChecksum(data));
        using var file = new FileStream(path, FileMode.Append, FileAccess.Write);
        file.Write(record);
    }

    private static uint MaskedChecksum(ReadOnlySpan<byte> data)
    {
        uint checksum = uint.MaxValue;
        foreach (byte value in data)
            checksum = BitOperations.Crc32C(checksum, value);
        return BitOperations.RotateRight(~checksum, 15) + 0xa282ead8;
    }
}
