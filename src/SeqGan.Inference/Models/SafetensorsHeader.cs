namespace SeqGan.Models;

/// <summary>
/// Reads the JSON header of a safetensors file: <c>{"name": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}, ...}</c>
/// with an optional map of strings named <c>__metadata__</c>. Everything that it accepts is safe to slice and to allocate.
/// </summary>
internal ref struct SafetensorsHeader
{
    public const string MetadataName = "__metadata__";
    public const int MaxLength = 100_000_000;
    private const int MaxRank = 64;

    // The format needs three levels; unknown fields may nest a little more.
    private const int MaxDepth = 16;

    private readonly string _file;
    private readonly long _dataLength;
    private Utf8JsonReader _reader;

    private SafetensorsHeader(string file, ReadOnlySpan<byte> json, long dataLength)
    {
        (_file, _dataLength) = (file, dataLength);
        _reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = MaxDepth });
    }

    /// <summary>Reads and checks a header that <paramref name="dataLength"/> bytes follow; the tensors keep their order.</summary>
    public static List<SafetensorsTensor> Read(string file, ReadOnlySpan<byte> json, long dataLength, Dictionary<string, string> metadata)
    {
        if (json.IsEmpty || json[0] != (byte)'{')
            throw new InvalidWeightsException($"{file}: the header is not a JSON object; a safetensors header begins with '{{'.");
        try
        {
            var header = new SafetensorsHeader(file, json, dataLength);
            List<SafetensorsTensor> tensors = header.ReadEntries(metadata);
            header.CheckThatTensorsTile(tensors);
            return tensors;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // The reader reports text that is not UTF-8 as an invalid operation.
            throw new InvalidWeightsException($"{file}: the header is not valid JSON: {exception.Message}", exception);
        }
    }

    private List<SafetensorsTensor> ReadEntries(Dictionary<string, string> metadata)
    {
        var tensors = new List<SafetensorsTensor>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        _reader.Read();
        while (NextProperty(out string name))
        {
            if (!names.Add(name))
                throw new InvalidWeightsException($"{_file}: the header names '{name}' twice; each name may occur once.");
            if (name == MetadataName)
                ReadMetadata(metadata);
            else
                tensors.Add(ReadTensor(name));
        }

        // The only valid rest is white space: anything else makes the reader throw.
        _reader.Read();
        return tensors;
    }

    private void ReadMetadata(Dictionary<string, string> metadata)
    {
        if (_reader.TokenType != JsonTokenType.StartObject)
            throw new InvalidWeightsException($"{_file}: {MetadataName} is a {_reader.TokenType}; it must be an object of strings.");
        while (NextProperty(out string key))
        {
            if (_reader.TokenType != JsonTokenType.String)
                throw new InvalidWeightsException($"{_file}: {MetadataName}: '{key}' is a {_reader.TokenType}; it must be a string.");
            if (!metadata.TryAdd(key, _reader.GetString()!))
                throw new InvalidWeightsException($"{_file}: {MetadataName} names '{key}' twice; each name may occur once.");
        }
    }

    private SafetensorsTensor ReadTensor(string name)
    {
        if (_reader.TokenType != JsonTokenType.StartObject)
            throw Invalid(name, $"the entry is a {_reader.TokenType}; it must be an object with dtype, shape and data_offsets.");
        var fields = new HashSet<string>(StringComparer.Ordinal);
        SafetensorsType? type = null;
        long[]? shape = null, offsets = null;
        while (NextProperty(out string field))
        {
            if (field is "dtype" or "shape" or "data_offsets" && !fields.Add(field))
                throw Invalid(name, $"{field} occurs twice; each field may occur once.");
            if (field == "dtype")
                type = ReadType(name);
            else if (field == "shape")
                shape = ReadIntegers(name, field, MaxRank);
            else if (field == "data_offsets")
                offsets = ReadIntegers(name, field, 2);
            else
                _reader.Skip();
        }

        if (type is null || shape is null || offsets is null)
            throw Invalid(name, $"{(type is null ? "dtype" : shape is null ? "shape" : "data_offsets")} is missing; "
                + "a tensor has dtype, shape and data_offsets.");
        if (offsets.Length != 2)
            throw Invalid(name, $"data_offsets has {offsets.Length} numbers; it must have 2, the begin and the end.");
        CheckSize(name, type, shape, offsets[0], offsets[1]);
        return new SafetensorsTensor(name, type, shape, offsets[0], offsets[1]);
    }

    private SafetensorsType ReadType(string name)
    {
        if (_reader.TokenType != JsonTokenType.String)
            throw Invalid(name, $"dtype is a {_reader.TokenType}; it must be a string, one of {SafetensorsType.Names}.");
        string text = _reader.GetString()!;
        return SafetensorsType.Find(text)
            ?? throw Invalid(name, $"dtype '{text}' is not known; it must be one of {SafetensorsType.Names}.");
    }

    private long[] ReadIntegers(string name, string field, int limit)
    {
        if (_reader.TokenType != JsonTokenType.StartArray)
            throw Invalid(name, $"{field} is a {_reader.TokenType}; it must be an array of integers.");
        var values = new List<long>();
        while (_reader.Read() && _reader.TokenType != JsonTokenType.EndArray)
        {
            if (_reader.TokenType != JsonTokenType.Number || !_reader.TryGetInt64(out long value) || value < 0)
                throw Invalid(name, $"{field} holds a {_reader.TokenType} that is not an integer from 0 to {long.MaxValue}.");
            if (values.Count == limit)
                throw Invalid(name, $"{field} has more than {limit} numbers, the most that is valid.");
            values.Add(value);
        }

        return [.. values];
    }

    private readonly void CheckSize(string name, SafetensorsType type, long[] shape, long begin, long end)
    {
        if (end < begin)
            throw Invalid(name, $"data_offsets [{begin}, {end}] are reversed; the begin must not be above the end.");
        if (end > _dataLength)
            throw Invalid(name, $"data_offsets [{begin}, {end}] reach beyond the data; they must be in [0, {_dataLength}].");

        Int128 size = type.Size;
        foreach (long dimension in shape)
        {
            size *= dimension;
            if (size > long.MaxValue)
                throw Invalid(name, $"shape [{string.Join(", ", shape)}] overflows; the data has {_dataLength} bytes.");
        }

        if (size != end - begin)
            throw Invalid(name, $"shape [{string.Join(", ", shape)}] of {type.Name} needs {size} bytes; "
                + $"data_offsets [{begin}, {end}] give {end - begin}.");
    }

    // Overlaps would let one small file pretend to be a huge one, and holes could hide anything.
    private readonly void CheckThatTensorsTile(List<SafetensorsTensor> tensors)
    {
        long expected = 0;
        foreach (SafetensorsTensor tensor in tensors.OrderBy(tensor => tensor.Begin).ThenBy(tensor => tensor.End))
        {
            if (tensor.Begin != expected)
            {
                string what = tensor.Begin < expected ? "overlap the tensor before it" : "leave a hole before it";
                throw Invalid(tensor.Name, $"data_offsets [{tensor.Begin}, {tensor.End}] {what}; the begin must be {expected}.");
            }

            expected = tensor.End;
        }

        if (expected != _dataLength)
            throw new InvalidWeightsException(
                $"{_file}: {_dataLength - expected} bytes after the last tensor belong to none; the data must end at byte {expected}.");
    }

    // Moves to the value of an object's next property; false at the object's end.
    private bool NextProperty(out string name)
    {
        name = "";
        _reader.Read();
        if (_reader.TokenType == JsonTokenType.EndObject)
            return false;
        name = _reader.GetString()!;
        _reader.Read();
        return true;
    }

    private readonly InvalidWeightsException Invalid(string tensor, string problem) => new($"{_file}: tensor '{tensor}': {problem}");
}
