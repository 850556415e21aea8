using System.Text.Json;

namespace SeqGan.Endurance.Fuzzing;

/// <summary>The places of the names, values and items of a JSON text; of a broken one, as far as it can be read.</summary>
internal sealed class JsonParts
{
    private readonly Stack<int> _open = [];
    private int _nameStart = -1;

    private JsonParts()
    {
    }

    public List<Range> Names { get; } = [];

    public List<Range> Values { get; } = [];

    /// <summary>What commas part: an array's values, and an object's names with their values.</summary>
    public List<Range> Items { get; } = [];

    public List<Range> Numbers { get; } = [];

    public List<Range> Strings { get; } = [];

    public static JsonParts Find(ReadOnlySpan<byte> json)
    {
        var parts = new JsonParts();
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 1000, CommentHandling = JsonCommentHandling.Skip });
        try
        {
            while (reader.Read())
                parts.Take((int)reader.TokenStartIndex, (int)reader.BytesConsumed, reader.TokenType);
        }
        catch (JsonException)
        {
            // What was found so far can be mutated.
        }

        return parts;
    }

    private void Take(int start, int end, JsonTokenType type)
    {
        switch (type)
        {
            case JsonTokenType.PropertyName:
                // The reader has consumed the colon, too.
                _nameStart = start;
                Names.Add(start..(end - 1));
                break;
            case JsonTokenType.StartArray or JsonTokenType.StartObject:
                _open.Push(_nameStart < 0 ? start : _nameStart);
                _open.Push(start);
                _nameStart = -1;
                break;
            case JsonTokenType.EndArray or JsonTokenType.EndObject:
                Values.Add(_open.Pop()..end);
                Items.Add(_open.Pop()..end);
                break;
            default:
                Values.Add(start..end);
                Items.Add((_nameStart < 0 ? start : _nameStart)..end);
                (type == JsonTokenType.Number ? Numbers : Strings).Add(start..end);
                _nameStart = -1;
                break;
        }
    }
}
