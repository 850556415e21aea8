using System.Text.Json;

namespace SeqGan;

/// <summary>Reads one property of the JSON objects of a file, one object a line.</summary>
internal static class JsonLinesReader
{
    // Beside the text a record may hold much else.
    private const int LineLimit = 1 << 26;

    public static IEnumerable<SourceText> Read(string path, string property, JsonLinesOptions options) =>
        Read(Utf8LineReader.ReadLines(path, LineLimit), path, property, options);

    /// <summary>Reads a stream that <see cref="TextFile"/> has let pass; it stays open.</summary>
    public static IEnumerable<SourceText> Read(Stream stream, string path, string property, JsonLinesOptions options) =>
        Read(Utf8LineReader.ReadLines(stream, path, LineLimit), path, property, options);

    private static IEnumerable<SourceText> Read(IEnumerable<SourceText> lines, string path, string property, JsonLinesOptions options)
    {
        foreach (SourceText line in lines)
        {
            if (string.IsNullOrWhiteSpace(line.Text))
            {
                yield return line;
                continue;
            }

            (string text, string? failure) = line.IsCut ? ("", $"the line is longer than {LineLimit} bytes") : ReadText(line.Text, property);
            if (failure is null)
                yield return new SourceText(text, line.Number);
            else if (options.SkipInvalid)
                yield return new SourceText(line.Text, line.Number, Failure: $"line {line.Number}: {failure}.");
            else
                throw new CorpusException($"'{path}', line {line.Number}: {failure}; correct the file, or set {nameof(JsonLinesOptions)}.{nameof(JsonLinesOptions.SkipInvalid)}.");
        }
    }

    private static (string Text, string? Failure) ReadText(string line, string property)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(line);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                return ("", $"this is no JSON object but {Describe(document.RootElement)}");
            return Find(document.RootElement, property, out JsonElement value) is { } failure
                ? ("", failure)
                : value.ValueKind == JsonValueKind.String
                    ? (value.GetString()!, null)
                    : ("", $"the property '{property}' is no string but {Describe(value)}");
        }
        catch (JsonException error)
        {
            return ("", $"this is not valid JSON ({Describe(error)})");
        }
        catch (InvalidOperationException error)
        {
            return ("", $"the property '{property}' has half of a surrogate pair ({error.Message})");
        }
    }

    /// <summary>Follows the dots of a property's name, unless there is a property of the whole name; what is wrong, or null.</summary>
    private static string? Find(JsonElement element, string property, out JsonElement value)
    {
        if (element.TryGetProperty(property, out value))
            return null;
        string path = "";
        value = element;
        foreach (string name in property.Split('.'))
        {
            if (value.ValueKind != JsonValueKind.Object)
                return $"the property '{path}' is no object but {Describe(value)}";
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

    // A line is parsed alone: what its parser counts as line 0 is not the file's.
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
