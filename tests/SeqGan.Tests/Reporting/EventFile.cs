using System.Buffers.Binary;
using System.Numerics;
using Google.Protobuf;
using Tensorboard;

namespace SeqGan.Tests.Reporting;

/// <summary>Reads TensorBoard's event files: records of a length, its checksum, an event, its checksum.</summary>
internal static class EventFile
{
    /// <summary>The events of the only file of a folder.</summary>
    public static IReadOnlyList<Event> Read(string folder) => ReadFile(Assert.Single(Files(folder)));

    /// <summary>
    /// What TensorBoard shows of a folder: the files by their names; the start of a session drops its step and later ones.
    /// </summary>
    public static IReadOnlyList<Event> ReadAsTensorBoard(string folder)
    {
        var shown = new List<Event>();
        foreach (Event entry in Files(folder).Order(StringComparer.Ordinal).SelectMany(ReadFile))
        {
            if (entry.SessionLog is { Status: SessionLog.Types.SessionStatus.Start })
                shown.RemoveAll(earlier => earlier.Step >= entry.Step);
            else if (entry.Summary is not null)
                shown.Add(entry);
        }

        return shown;
    }

    private static string[] Files(string folder) => Directory.GetFiles(folder, "events.out.tfevents.*");

    private static List<Event> ReadFile(string path)
    {
        ReadOnlySpan<byte> rest = File.ReadAllBytes(path);
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
