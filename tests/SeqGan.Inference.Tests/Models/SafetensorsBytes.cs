using System.Buffers.Binary;
using System.Text;

namespace SeqGan.Tests;

/// <summary>Builds files byte by byte, so that the reader is not tested against its own writer alone.</summary>
internal static class SafetensorsBytes
{
    public static byte[] File(string header, byte[]? data = null) =>
        File((ulong)Encoding.UTF8.GetByteCount(header), Encoding.UTF8.GetBytes(header), data);

    public static byte[] File(ulong headerLength, byte[] header, byte[]? data = null)
    {
        byte[] prefix = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(prefix, headerLength);
        return [.. prefix, .. header, .. data ?? []];
    }

    /// <summary>Two tensors, 24 and 8 bytes, with an entry of metadata.</summary>
    public static byte[] Valid() => File(
        """{"__metadata__":{"made":"by hand"},"a":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]},"""
            + "\"b\":{\"dtype\":\"F16\",\"shape\":[4],\"data_offsets\":[24,32]}}",
        [.. Enumerable.Range(0, 32).Select(i => (byte)i)]);

    public static SafetensorsFile Read(byte[] bytes) => SafetensorsFile.Read(new MemoryStream(bytes), "w.safetensors");
}
