using System.Text;

namespace SeqGan.Corpora;

/// <summary>The first lines of a JSON file, by which its form and properties are told.</summary>
internal static class JsonHead
{
    private const int MostLines = 200, MostDepth = 8;

    /// <summary>Whether the file is JSON Lines, or is named so.</summary>
    /// <exception cref="CorpusException">It is JSON, but not one object a line.</exception>
    public static bool IsLines(SourceFile file, bool isNamed)
    {
        ReadOnlySpan<byte> head = file.Head.Span;
        if (head.StartsWith("\uFEFF"u8))
            head = head[3..];
        head = head.TrimStart(" \t\r\n"u8);
        string otherwise = isNamed ? "" : $", or {FileFormats.ReadAsLines}";
        if (head.StartsWith("["u8) && (IsArrayOfObjects(head, file.HeadIsAll) || file.Extension == ".json"))
            throw new CorpusException(
                $"'{file.Path}' is one JSON array; write one object a line (JSON Lines), as this does: "
                + $"jq -c \".[]\" {Path.GetFileName(file.Path)} > lines.jsonl{otherwise}.");
        if (!head.StartsWith("{"u8))
            return isNamed;
        int end = head.IndexOfAny((byte)'\n', (byte)'\r');
        bool isAll = end >= 0 || file.HeadIsAll;
        ReadOnlySpan<byte> line = end >= 0 ? head[..end] : head;
        if (ObjectLength(line, isAll) is { } length && (!isAll || line[length..].Trim(" \t"u8).IsEmpty))
            return isNamed || line[1..].TrimStart(" \t"u8).StartsWith("\""u8);
        if (ObjectLength(head, file.HeadIsAll) is { } whole && whole > line.Length)
            throw new CorpusException(
                $"'{file.Path}' has JSON objects of several lines; write one object a line (JSON Lines), as this does: "
                + $"jq -c . {Path.GetFileName(file.Path)} > lines.jsonl{otherwise}.");
        return isNamed;
    }

    /// <summary>The only property that can have the sequences, of those that are not used otherwise.</summary>
    /// <exception cref="CorpusException">There is none or more than one; the message lists all.</exception>
    public static string OnlySequences(SourceFile file, IEnumerable<string?> used)
    {
        var properties = new OrderedDictionary<string, Values>(StringComparer.Ordinal);
        var lines = Utf8LineReader.ReadLines(new MemoryStream(file.HeadLines.ToArray()), file.Path, file.HeadLines.Length + 1);
        foreach (SourceText line in lines.Take(MostLines))
        {
            try
            {
                using JsonDocument document = JsonDocument.Parse(line.Text);
                if (document.RootElement.ValueKind == JsonValueKind.Object)
                    Collect(document.RootElement, "", properties, depth: 0);
            }
            catch (Exception error) when (error is JsonException or InvalidOperationException)
            {
                // Reading the file will say so, or skip it.
            }
        }

        string start = Encoding.UTF8.GetString(file.HeadLines.Span).TrimStart('\uFEFF', ' ', '\t', '\r', '\n');
        string fileName = Path.GetFileName(file.Path), inputName = fileName.Any(char.IsWhiteSpace) ? $"\"{fileName}\"" : fileName;
        if (properties.Count == 0 && start.Length > 0)
        {
            throw new CorpusException($"'{file.Path}': " + start[0] switch
            {
                '[' => $"a line is a JSON array; write objects, as this does: jq -c \"{{tokens: .}}\" {inputName} > lines.jsonl.",
                '"' => $"a line is a JSON string; write the texts as lines, as this does: jq -r . {inputName} > lines.txt.",
                _ => $"no property with a value is seen at the beginning of the file; {Named}.",
            });
        }

        if (properties is { Count: 1 } && properties.GetAt(0) is { Value: { Others.Count: 1, Texts.Count: 0 } only, Key: var data }
            && only.Others.Contains(ColumnKind.Other))
        {
            throw new CorpusException(
                $"'{file.Path}' has one property, '{data}', that is neither text nor tokens. If it is the list of the objects, write one "
                + $"object a line, as this does: jq -c \".{data}[]\" {inputName} > lines.jsonl. Otherwise {Named}.");
        }

        return ColumnKinds.OnlySequences(
            file.Path, FileFormats.NameOf(FileFormat.JsonLines), "properties",
            [
                .. properties.Where(property => !used.Contains(property.Key)).Select(property => (
                    property.Key, KindOf(property.Value), (IReadOnlyList<string>)[.. property.Value.Texts, .. property.Value.Numbers])),
            ]);
    }

    private const string Named =
        $"name the property with the sequences with {nameof(CorpusFileOptions)}.{nameof(CorpusFileOptions.Columns)}";

    private readonly record struct Values(List<string> Texts, List<string> Numbers, HashSet<ColumnKind> Others);

    private static void Collect(
        JsonElement parent, string path, OrderedDictionary<string, Values> properties, int depth)
    {
        foreach (JsonProperty property in parent.EnumerateObject())
        {
            string name = path + property.Name;
            if (property.Value.ValueKind == JsonValueKind.Object && depth < MostDepth)
            {
                Collect(property.Value, name + ".", properties, depth + 1);
                continue;
            }

            if (!properties.TryGetValue(name, out Values values))
                properties.Add(name, values = new Values([], [], []));
            if (property.Value.ValueKind == JsonValueKind.String)
                values.Texts.Add(property.Value.GetString()!);
            else if (KindOf(property.Value) is var kind and not ColumnKind.Empty)
            {
                values.Others.Add(kind);
                if (kind == ColumnKind.Numbers)
                    values.Numbers.Add(property.Value.GetRawText());
            }
        }
    }

    private static ColumnKind KindOf(Values values) => values.Others.Count switch
    {
        0 => ColumnKinds.Of(values.Texts),
        1 when values.Texts.Count == 0 => values.Others.Single(),
        _ => values.Texts.Count > 0 ? ColumnKind.Text : ColumnKind.Other,
    };

    private static ColumnKind KindOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => ColumnKind.Empty,
        JsonValueKind.Number => ColumnKind.Numbers,
        JsonValueKind.True or JsonValueKind.False => ColumnKind.Flags,
        JsonValueKind.Array when value.EnumerateArray().All(IsToken) => ColumnKind.Tokens,
        _ => ColumnKind.Other,
    };

    private static bool IsToken(JsonElement value) =>
        value.ValueKind is JsonValueKind.String or JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False;

    private static bool IsArrayOfObjects(ReadOnlySpan<byte> text, bool isAll)
    {
        var reader = new Utf8JsonReader(text, isAll, default);
        try
        {
            return reader.Read() && reader.Read() && reader.TokenType == JsonTokenType.StartObject && (!reader.Read()
                || reader.TokenType is JsonTokenType.PropertyName or JsonTokenType.EndObject);
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>How long the JSON object is that a text begins with; all of the text if it ends before; null if there is none.</summary>
    private static int? ObjectLength(ReadOnlySpan<byte> text, bool isAll)
    {
        var reader = new Utf8JsonReader(text, isAll, new JsonReaderState(new JsonReaderOptions { AllowMultipleValues = true }));
        try
        {
            while (reader.Read())
            {
                if (reader is { TokenType: JsonTokenType.EndObject, CurrentDepth: 0 })
                    return (int)reader.BytesConsumed;
            }

            return isAll ? null : text.Length;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
