namespace SeqGan.Corpora;

/// <summary>Reads one property of the JSON objects of a file, one object a line.</summary>
internal static class JsonLinesReader
{
    // A record may hold much besides the text.
    private const int LineLimit = 1 << 26;
    private const string SkipOption = $"{nameof(JsonLinesOptions)}.{nameof(JsonLinesOptions.SkipInvalid)}";

    public static IEnumerable<SourceText> Read(string path, string property, JsonLinesOptions options) =>
        Read(Utf8LineReader.ReadLines(path, LineLimit), path, property, options);

    /// <summary>Reads a stream that <see cref="Utf8Text.CheckStart"/> accepts; it stays open.</summary>
    public static IEnumerable<SourceText> Read(Stream stream, string path, string property, JsonLinesOptions options) =>
        Read(Utf8LineReader.ReadLines(stream, path, LineLimit), path, property, options);

    private static IEnumerable<SourceText> Read(IEnumerable<SourceText> lines, string path, string property, JsonLinesOptions options)
    {
        foreach (SourceText line in lines)
        {
            (SourceText text, string? failure) = string.IsNullOrWhiteSpace(line.Text) ? (line, null)
                : line.IsCut ? (default, $"the line is longer than {LineLimit} bytes")
                : ReadText(line, property, options);
            if (failure is null)
                yield return text;
            else if (options.SkipInvalid)
                yield return new SourceText(line.Text, line.Number, Failure: $"line {line.Number}: {failure}.");
            else
                throw new CorpusException($"'{path}', line {line.Number}: {failure}; correct the file, or set {SkipOption}.");
        }
    }

    private static (SourceText Text, string? Failure) ReadText(SourceText line, string property, JsonLinesOptions options)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(line.Text);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                return (default, $"this is not a JSON object but {Describe(document.RootElement)}");
            if (Find(document.RootElement, property, out JsonElement value) is { } failure)
                return (default, failure);
            if (value.ValueKind != JsonValueKind.String)
                return (default, $"the property '{property}' is not a string but {Describe(value)}");
            var text = new SourceText(value.GetString()!, line.Number);
            return options.LabelProperty is { } label ? ReadLabel(text, document.RootElement, label, options) : (text, null);
        }
        catch (JsonException error)
        {
            return (default, $"this is not valid JSON ({Describe(error)})");
        }
        catch (InvalidOperationException error)
        {
            return (default, $"the property '{property}' or the label has half of a surrogate pair ({error.Message})");
        }
    }

    private static (SourceText Text, string? Failure) ReadLabel(
        SourceText text, JsonElement root, string property, JsonLinesOptions options)
    {
        string? missing = Find(root, property, out JsonElement value);
        if (missing is null && value.ValueKind is JsonValueKind.Object or JsonValueKind.Array)
            return (default, $"the label '{property}' is {Describe(value)}; it must be a string, a number or true or false");
        string? label = missing is not null || value.ValueKind == JsonValueKind.Null ? null
            : value.ValueKind == JsonValueKind.String ? value.GetString()
            : value.GetRawText();
        if (!string.IsNullOrWhiteSpace(label))
            return (text with { Label = label }, null);
        missing ??= $"the label '{property}' is empty";
        return options.SkipInvalid
            ? (default, missing)
            : (text with { NoLabel = $"{missing}; give each sequence a label, or set {SkipOption}" }, null);
    }

    /// <summary>Follows the dots of a property's name, unless there is a property of the whole name.</summary>
    /// <returns>What is wrong, or null.</returns>
    private static string? Find(JsonElement element, string property, out JsonElement value)
    {
        if (element.TryGetProperty(property, out value))
            return null;
        string path = "";
        value = element;
        foreach (string name in property.Split('.'))
        {
            if (value.ValueKind != JsonValueKind.Object)
                return $"the property '{path}' is not an object but {Describe(value)}";
            if (!value.TryGetProperty(name, out JsonElement child))
                return $"there is no property '{name}'{(path.Length == 0 ? "" : $" in '{path}'")}; there {Names(value)}";
            path = path.Length == 0 ? name : $"{path}.{name}";
            value = child;
        }

        return null;
    }

    private static string Names(JsonElement element)
    {
        string[] names = [.. element.EnumerateObject().Select(member => $"'{member.Name}'").Take(20)];
        return names.Length == 0 ? "are none" : $"{(names.Length == 1 ? "is" : "are")} {string.Join(", ", names)}";
    }

    // A line is parsed alone: the parser's line 0 is not the file's.
    private static string Describe(JsonException error)
    {
        int place = error.Message.IndexOf(" LineNumber: ", StringComparison.Ordinal);
        return place < 0 ? error.Message : $"{error.Message[..place].TrimEnd('.')}, at byte {error.BytePositionInLine + 1} of the line";
    }

    private static string Describe(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        JsonValueKind.String => "a string",
        JsonValueKind.Number => "a number",
        JsonValueKind.Null => "null",
        _ => "true or false",
    };
}
