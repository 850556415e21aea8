using System.Buffers.Binary;

namespace SeqGan.Models;

/// <summary>A safetensors file: the header's length as 8 little-endian bytes, a JSON header, and the tensors' little-endian data.</summary>
/// <remarks>Immutable. Files are untrusted: whatever breaks the format is an <see cref="InvalidWeightsException"/>.</remarks>
internal sealed class SafetensorsFile
{
    private const int PrefixLength = 8;
    private readonly string _file;
    private readonly byte[] _data;
    private readonly Dictionary<string, SafetensorsTensor> _tensors;

    private SafetensorsFile(string file, byte[] data, List<SafetensorsTensor> tensors, Dictionary<string, string> metadata)
    {
        (_file, _data, Metadata) = (file, data, metadata);
        _tensors = tensors.ToDictionary(tensor => tensor.Name, StringComparer.Ordinal);
        Names = [.. tensors.Select(tensor => tensor.Name)];
    }

    /// <summary>The tensors' names in the header's order.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>The header's free text entries; empty if there are none.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>What the header says about a tensor.</summary>
    public SafetensorsTensor this[string name] =>
        _tensors.TryGetValue(name, out SafetensorsTensor? tensor)
            ? tensor
            : throw new InvalidWeightsException($"{_file}: tensor '{name}' is missing; the file has {DescribeNames()}.");

    public bool Contains(string name) => _tensors.ContainsKey(name);

    /// <summary>Reads a file.</summary>
    /// <exception cref="IOException">The file does not exist or cannot be read.</exception>
    public static SafetensorsFile Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (Directory.Exists(path))
            throw new IOException($"'{path}' is a folder; give the path of a file.");
        using FileStream stream = File.OpenRead(path);
        return Read(stream, path);
    }

    /// <summary>Reads a stream from its position to its end. It stays open; one that cannot seek is copied to memory first.</summary>
    public static SafetensorsFile Read(Stream stream, string file)
    {
        if (!stream.CanSeek)
        {
            using var copy = new MemoryStream();
            stream.CopyTo(copy);
            copy.Position = 0;
            return Read(copy, file);
        }

        try
        {
            var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
            List<SafetensorsTensor> tensors = ReadHeader(stream, file, metadata, Array.MaxLength);
            byte[] data = new byte[tensors.Select(tensor => tensor.End).DefaultIfEmpty().Max()];
            stream.ReadExactly(data);
            return new SafetensorsFile(file, data, tensors, metadata);
        }
        catch (EndOfStreamException exception)
        {
            throw new InvalidWeightsException($"{file}: the file became shorter while it was read.", exception);
        }
    }

    /// <summary>A tensor's values in row-major order; F64 is rounded, F16 and BF16 are exact.</summary>
    /// <exception cref="InvalidWeightsException">There is no such tensor, or its elements are not floating-point numbers.</exception>
    public float[] ReadSingle(string name)
    {
        SafetensorsTensor tensor = this[name];
        ReadOnlySpan<byte> data = _data.AsSpan((int)tensor.Begin, (int)(tensor.End - tensor.Begin));
        if (tensor.Type == SafetensorsType.F32 && BitConverter.IsLittleEndian)
            return MemoryMarshal.Cast<byte, float>(data).ToArray();
        Func<ReadOnlySpan<byte>, float> read = tensor.Type.Name switch
        {
            "F32" => BinaryPrimitives.ReadSingleLittleEndian,
            "F64" => bytes => (float)BinaryPrimitives.ReadDoubleLittleEndian(bytes),
            "F16" => bytes => (float)BinaryPrimitives.ReadHalfLittleEndian(bytes),

            // The upper half of a float.
            "BF16" => bytes => BitConverter.UInt32BitsToSingle((uint)BinaryPrimitives.ReadUInt16LittleEndian(bytes) << 16),
            var other => throw new InvalidWeightsException(
                $"{_file}: tensor '{name}': dtype {other} cannot be weights; it must be F32, F64, F16 or BF16."),
        };
        int size = tensor.Type.Size;
        float[] values = new float[data.Length / size];
        for (int i = 0; i < values.Length; i++)
            values[i] = read(data[(size * i)..]);
        return values;
    }

    /// <summary>A tensor's values in row-major order, if its shape is the expected one.</summary>
    /// <exception cref="InvalidWeightsException">There is no such tensor of this shape, or its elements are not numbers.</exception>
    public float[] ReadSingle(string name, params ReadOnlySpan<long> expectedShape)
    {
        long[] shape = this[name].Shape;
        if (shape.AsSpan().SequenceEqual(expectedShape))
            return ReadSingle(name);
        string expected = string.Join(", ", expectedShape.ToArray());
        throw new InvalidWeightsException(
            $"{_file}: tensor '{name}': shape [{string.Join(", ", shape)}] does not fit; it must be [{expected}].");
    }

    /// <summary>Reads and checks the header of a stream that can seek, and leaves the stream at the tensors' first byte.</summary>
    /// <exception cref="EndOfStreamException">The stream is shorter than its length says.</exception>
    public static List<SafetensorsTensor> ReadHeader(
        Stream stream, string file, Dictionary<string, string> metadata, long maxDataLength = long.MaxValue)
    {
        InvalidWeightsException Invalid(string problem) => new($"{file}: {problem}");

        long length = stream.Length - stream.Position;
        if (length < PrefixLength)
            throw Invalid($"the file has {length} bytes; a safetensors file has at least {PrefixLength}, the length of its header.");
        Span<byte> prefix = stackalloc byte[PrefixLength];
        stream.ReadExactly(prefix);
        ulong headerLength = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (headerLength > (ulong)(length - PrefixLength))
            throw Invalid($"the header's length is {headerLength} bytes; only {length - PrefixLength} follow. Is the file cut off?");
        if (headerLength > SafetensorsHeader.MaxLength)
            throw Invalid($"the header's length is {headerLength} bytes; at most {SafetensorsHeader.MaxLength} are valid.");
        long dataLength = length - PrefixLength - (long)headerLength;
        if (dataLength > maxDataLength)
            throw Invalid($"the tensors have {dataLength} bytes; at most {maxDataLength} can be read.");

        byte[] header = new byte[headerLength];
        stream.ReadExactly(header);
        return SafetensorsHeader.Read(file, header, dataLength, metadata);
    }

    private string DescribeNames()
    {
        const int Shown = 20;
        string names = string.Join(", ", Names.Take(Shown).Select(name => $"'{name}'"));
        return Names.Count == 0 ? "none" : Names.Count <= Shown ? names : $"{names} and {Names.Count - Shown} more";
    }
}
