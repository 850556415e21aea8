using System.Buffers.Binary;
using System.Text.Json;

namespace SeqGan.Endurance.Fuzzing;

/// <summary>A safetensors file taken apart, to be changed and put together with offsets that are right.</summary>
internal sealed class SafetensorsDraft
{
    private const int PrefixLength = 8;

    public List<DraftTensor> Tensors { get; } = [];

    public List<(string Key, string Value)> Metadata { get; } = [];

    /// <summary>The header's bytes; empty where the file has none that could be found.</summary>
    public static Range HeaderOf(ReadOnlySpan<byte> file)
    {
        if (file.Length < PrefixLength)
            return 0..0;
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(file);
        return length <= (ulong)(file.Length - PrefixLength) ? PrefixLength..(PrefixLength + (int)length) : 0..0;
    }

    /// <summary>A file with another header, whose length is right.</summary>
    public static byte[] WithHeader(ReadOnlySpan<byte> header, ReadOnlySpan<byte> data)
    {
        byte[] file = new byte[PrefixLength + header.Length + data.Length];
        BinaryPrimitives.WriteUInt64LittleEndian(file, (ulong)header.Length);
        header.CopyTo(file.AsSpan(PrefixLength));
        data.CopyTo(file.AsSpan(PrefixLength + header.Length));
        return file;
    }

    /// <summary>Takes a file apart; null where the reader refuses it.</summary>
    public static SafetensorsDraft? TryParse(byte[] file)
    {
        SafetensorsFile read;
        try
        {
            read = SafetensorsFile.Read(new MemoryStream(file), "draft");
        }
        catch (InvalidWeightsException)
        {
            return null;
        }

        var draft = new SafetensorsDraft();
        int data = HeaderOf(file).End.Value;
        foreach (SafetensorsTensor tensor in read.Names.Select(name => read[name]))
            draft.Tensors.Add(
                new DraftTensor(tensor.Name, tensor.Type.Name, tensor.Shape, file[(data + (int)tensor.Begin)..(data + (int)tensor.End)]));
        draft.Metadata.AddRange(read.Metadata.Select(entry => (entry.Key, entry.Value)));
        return draft;
    }

    public byte[] Build()
    {
        using var header = new MemoryStream();
        using var data = new MemoryStream();
        using (var json = new Utf8JsonWriter(header, new JsonWriterOptions { SkipValidation = true }))
        {
            json.WriteStartObject();
            json.WriteStartObject(SafetensorsHeader.MetadataName);
            foreach ((string key, string value) in Metadata)
                json.WriteString(key, value);
            json.WriteEndObject();
            foreach (DraftTensor tensor in Tensors)
            {
                Write(json, tensor, data.Length);
                data.Write(tensor.Data);
            }

            json.WriteEndObject();
        }

        return WithHeader(header.ToArray(), data.ToArray());
    }

    private static void Write(Utf8JsonWriter json, DraftTensor tensor, long begin)
    {
        json.WriteStartObject(tensor.Name);
        json.WriteString("dtype", tensor.Type);
        json.WriteStartArray("shape");
        foreach (long dimension in tensor.Shape)
            json.WriteNumberValue(dimension);
        json.WriteEndArray();
        json.WriteStartArray("data_offsets");
        json.WriteNumberValue(begin);
        json.WriteNumberValue(begin + tensor.Data.Length);
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
