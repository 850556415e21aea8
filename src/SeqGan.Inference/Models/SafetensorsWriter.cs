using System.Buffers.Binary;
using System.Text.Json;

namespace SeqGan;

/// <summary>Writes files in the safetensors format.</summary>
internal static class SafetensorsWriter
{
    private const int ChunkLength = 16 * 1024;

    /// <inheritdoc cref="SafetensorsFile.Write"/>
    public static void Write(string path, IReadOnlyList<NamedTensor> tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(tensors);
        Check(tensors);
        byte[] header = BuildHeader(tensors, metadata);

        // In the same folder: a rename is atomic only within one file system.
        string full = Path.GetFullPath(path);
        string temporary = Path.Combine(Path.GetDirectoryName(full)!, $".{Path.GetFileName(full)}.{Guid.NewGuid():N}.tmp");
        try
        {
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write))
            {
                WriteTo(stream, header, tensors);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, full, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    private static void Check(IReadOnlyList<NamedTensor> tensors)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (NamedTensor tensor in tensors)
        {
            if (tensor.Name == SafetensorsHeader.MetadataName)
                throw new ArgumentException($"A tensor cannot be named '{tensor.Name}'; the format reserves that name.", nameof(tensors));
            if (!names.Add(tensor.Name))
                throw new ArgumentException($"Two tensors are named '{tensor.Name}'; names must differ.", nameof(tensors));
            if (!Fits(tensor.Shape, tensor.Values.Length))
                throw new ArgumentException($"Tensor '{tensor.Name}' has {tensor.Values.Length} values; its shape is [{string.Join(", ", tensor.Shape)}].", nameof(tensors));
        }
    }

    private static bool Fits(IReadOnlyList<long> shape, int length)
    {
        Int128 count = 1;
        foreach (long dimension in shape)
        {
            count *= dimension;
            if (dimension < 0 || count > int.MaxValue)
                return false;
        }

        return count == length;
    }

    private static byte[] BuildHeader(IReadOnlyList<NamedTensor> tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            if (metadata is { Count: > 0 })
            {
                json.WriteStartObject(SafetensorsHeader.MetadataName);
                foreach ((string key, string value) in metadata)
                    json.WriteString(key, value);
                json.WriteEndObject();
            }

            long offset = 0;
            foreach (NamedTensor tensor in tensors)
            {
                long end = offset + (long)tensor.Values.Length * sizeof(float);
                json.WriteStartObject(tensor.Name);
                json.WriteString("dtype", SafetensorsType.F32.Name);
                WriteIntegers(json, "shape", tensor.Shape);
                WriteIntegers(json, "data_offsets", [offset, end]);
                json.WriteEndObject();
                offset = end;
            }

            json.WriteEndObject();
        }

        // Readers that map the file expect the data at a multiple of 8.
        while (buffer.Length % 8 != 0)
            buffer.WriteByte((byte)' ');
        return buffer.ToArray();
    }

    private static void WriteIntegers(Utf8JsonWriter json, string name, IReadOnlyList<long> values)
    {
        json.WriteStartArray(name);
        foreach (long value in values)
            json.WriteNumberValue(value);
        json.WriteEndArray();
    }

    private static void WriteTo(Stream stream, byte[] header, IReadOnlyList<NamedTensor> tensors)
    {
        Span<byte> prefix = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(prefix, (ulong)header.Length);
        stream.Write(prefix);
        stream.Write(header);
        byte[] chunk = new byte[ChunkLength * sizeof(float)];
        foreach (NamedTensor tensor in tensors)
        {
            for (int start = 0; start < tensor.Values.Length; start += ChunkLength)
            {
                int count = Math.Min(ChunkLength, tensor.Values.Length - start);
                ReadOnlySpan<float> values = tensor.Values.Span.Slice(start, count);
                for (int i = 0; i < count; i++)
                    BinaryPrimitives.WriteSingleLittleEndian(chunk.AsSpan(i * sizeof(float)), values[i]);
                stream.Write(chunk, 0, count * sizeof(float));
            }
        }
    }
}
