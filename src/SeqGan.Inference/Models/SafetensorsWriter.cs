using System.Buffers.Binary;
using System.Text.Json.Nodes;

namespace SeqGan.Models;

/// <summary>A tensor to write to a file of weights, with a unique name and its values in row-major order.</summary>
internal sealed record NamedTensor(string Name, IReadOnlyList<long> Shape, ReadOnlyMemory<float> Values);

/// <summary>Writes files in the safetensors format.</summary>
internal static class SafetensorsWriter
{
    private const int ChunkLength = 1 << 18;

    /// <summary>Writes tensors as F32 to a file, under a temporary name that is then renamed: a file is whole or absent.</summary>
    /// <exception cref="ArgumentException">A name occurs twice or is reserved, or a shape does not fit its values.</exception>
    /// <exception cref="IOException">The file cannot be written; an existing one is unchanged.</exception>
    public static void Write(string path, IReadOnlyList<NamedTensor> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        Check(tensors);

        // In the same folder: a rename is atomic only within one file system.
        string full = Path.GetFullPath(path);
        string temporary = Path.Combine(Path.GetDirectoryName(full)!, $".{Path.GetFileName(full)}.{Guid.NewGuid():N}.tmp");
        try
        {
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write))
            {
                Write(stream, tensors, metadata);
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

    /// <summary>Writes tensors as F32; their names are unique, and their shapes fit their values.</summary>
    public static void Write(Stream stream, IReadOnlyList<NamedTensor> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        WriteHeader(
            stream, Place([.. tensors.Select(tensor => (tensor.Name, SafetensorsType.F32, tensor.Shape.ToArray()))]), metadata);
        WriteData(stream, tensors);
    }

    /// <summary>Lays tensors out one after the other, as the format demands.</summary>
    public static SafetensorsTensor[] Place(IReadOnlyList<(string Name, SafetensorsType Type, long[] Shape)> tensors)
    {
        var places = new SafetensorsTensor[tensors.Count];
        long offset = 0;
        for (int i = 0; i < places.Length; i++)
        {
            (string name, SafetensorsType type, long[] shape) = tensors[i];
            long end = offset + shape.Aggregate((long)type.Size, (size, dimension) => checked(size * dimension));
            places[i] = new SafetensorsTensor(name, type, shape, offset, end);
            offset = end;
        }

        return places;
    }

    /// <summary>Writes everything before the tensors' data, which must follow in this order without gaps.</summary>
    public static void WriteHeader(Stream stream, IReadOnlyList<SafetensorsTensor> tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        byte[] header = BuildHeader(tensors, metadata), prefix = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(prefix, (ulong)header.Length);
        stream.Write(prefix);
        stream.Write(header);
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
                throw new ArgumentException(
                    $"Tensor '{tensor.Name}' has {tensor.Values.Length} values; its shape is [{string.Join(", ", tensor.Shape)}].",
                    nameof(tensors));
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

    private static byte[] BuildHeader(IReadOnlyList<SafetensorsTensor> tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        var header = new JsonObject();
        if (metadata is { Count: > 0 })
            header[SafetensorsHeader.MetadataName] = new JsonObject(metadata.Select(e => KeyValuePair.Create(e.Key, (JsonNode?)e.Value)));
        foreach (SafetensorsTensor tensor in tensors)
        {
            header[tensor.Name] = new JsonObject
            {
                ["dtype"] = tensor.Type.Name,
                ["shape"] = Integers(tensor.Shape),
                ["data_offsets"] = Integers([tensor.Begin, tensor.End]),
            };
        }

        // Readers that map the file expect the data at a multiple of 8.
        byte[] bytes = Encoding.UTF8.GetBytes(header.ToJsonString());
        return [.. bytes, .. Enumerable.Repeat((byte)' ', (8 - (bytes.Length % 8)) % 8)];
    }

    private static JsonArray Integers(long[] values) => new([.. values.Select(value => (JsonNode)value)]);

    private static void WriteData(Stream stream, IReadOnlyList<NamedTensor> tensors)
    {
        foreach (NamedTensor tensor in tensors)
        {
            // In pieces: a span of bytes is shorter than one of floats can be.
            for (int start = 0; start < tensor.Values.Length; start += ChunkLength)
            {
                ReadOnlySpan<float> values = tensor.Values.Span.Slice(start, Math.Min(ChunkLength, tensor.Values.Length - start));
                LittleEndian.Write(stream, MemoryMarshal.AsBytes(values), sizeof(float));
            }
        }
    }
}

/// <summary>Numbers in files: little-endian on every machine.</summary>
internal static class LittleEndian
{
    /// <summary>Writes the bytes of numbers of <paramref name="size"/> bytes each.</summary>
    public static void Write(Stream stream, ReadOnlySpan<byte> numbers, int size)
    {
        if (BitConverter.IsLittleEndian || size == 1)
        {
            stream.Write(numbers);
            return;
        }

        byte[] turned = numbers.ToArray();
        Turn(turned, size);
        stream.Write(turned);
    }

    /// <summary>Reads the bytes of numbers of <paramref name="size"/> bytes each.</summary>
    /// <exception cref="EndOfStreamException">The stream has fewer numbers.</exception>
    public static void Read(Stream stream, Span<byte> numbers, int size)
    {
        stream.ReadExactly(numbers);
        if (!BitConverter.IsLittleEndian && size > 1)
            Turn(numbers, size);
    }

    private static void Turn(Span<byte> numbers, int size)
    {
        for (; numbers.Length > 0; numbers = numbers[size..])
            numbers[..size].Reverse();
    }
}
