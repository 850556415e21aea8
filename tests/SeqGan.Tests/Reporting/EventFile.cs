using System.Buffers.Binary;
using System.Numerics;
using Google.Protobuf;
using Tensorboard;

namespace SeqGan.Tests.Reporting;

/// <summary>Reads TensorBoard's event files: records of a length, its checksum, an event, its checksum.</summary>
internal static class EventFile
{
    public static IReadOnlyList<Event> Read(string folder)
    {
        ReadOnlySpan<byte> rest = File.ReadAllBytes(Assert.Single(Directory.GetFiles(folder, "events.out.tfevents.*")));
        var events = new List<Event>();
        while (rest.Length > 0)
        {
            int length = checked((int)BinaryPrimitives.ReadUInt64LittleEndian(rest));
            Assert.Equal(MaskedChecksum(rest[..8]), BinaryPrimitives.ReadUInt32LittleEndian(rest[8..]));
            ReadOnlySpan<byte> data = rest.Slice(12, length);
            Assert.Equal(MaskedChecksum(data), BinaryPrimitives.ReadUInt32LittleEndian(rest[(12 + length)..]));
            events.Add(Event.Parser.ParseFrom(new CodedInputStream(data.ToArray())));
            rest = rest[(16 + length)..];
        }

        return events;
    }

    private static uint MaskedChecksum(ReadOnlySpan<byte> data)
    {
        uint checksum = uint.MaxValue;
        foreach (byte value in data)
            checksum = BitOperations.Crc32C(checksum, value);
        checksum = ~checksum;
        return BitOperations.RotateRight(checksum, 15) + 0xa282ead8;
    }
}
