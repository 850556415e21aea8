namespace SeqGan.Corpora;

/// <summary>Reads properties of the JSON objects of a file, one object a line.</summary>
internal sealed class JsonLinesReader(SourceFile file, CorpusFileOptions options) : SourceReader
{
    // A record may hold much besides the text.
    private const int LineLimit = 1 << 26;
    private const string SkipOption = $"{Options}.{nameof(CorpusFileOptions.SkipInvalid)}";

    private readonly bool _isGrouped = options.GroupBy is not null;
    private IReadOnlyList<string> _properties = options.Columns;

    // Whether values are arrays; null while none has been read.
    private bool? _hasArrays;

    public override string Kind =>
        $"{FileFormats.NameOf(FileFormat.JsonLines)}, {(_properties.Count == 1 ? "property" : "properties")} "
        + string.Join(" and ", _properties.Select(property => $"'{property}'"))
        + (_hasArrays == true && !_isGrouped ? " (arrays of tokens)" : "")
        + (options.Columns.Count == 0 ? " (the only one of text or tokens)" : "");

    public override IEnumerable<SourceText> Read()
    {
        if (_properties.Count == 0)
            _properties = [JsonHead.OnlySequences(file, options.Named)];
        foreach (SourceText line in Utf8LineReader.ReadLines(file.Content, file.Path, LineLimit))
        {
            bool isEmpty = string.IsNullOrWhiteSpace(line.Text);
            if (isEmpty && _isGrouped)
                continue;
            (SourceText text, string? failure) = isEmpty ? (line, null)
                : line.IsCut ? (default, $"the line is longer than {LineLimit} bytes")
                : ReadLine(line);
            if (failure is null)
                yield return text;
            else if (options.SkipInvalid)
                yield return new SourceText(line.Text, line.Number, Failure: $"line {line.Number}: {failure}.");
            else
                throw new CorpusException($"'{file.Path}', line {line.Number}: {failure}; correct the file, or set {SkipOption}.");
        }
    }

    private (SourceText Text, string? Failure) ReadLine(SourceText line)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(line.Text);
            JsonElement root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
                return (default, $"this is not a JSON object but {Describe(root)}");
            if (ReadValues(line, root, out SourceText text) is { } failure)
                return (default, failure);
            if (_isGrouped && ReadGroup(ref text, root) is { } ofGroup)
                return (default, ofGroup);
            return options.LabelColumn is { } label ? ReadLabel(text, root, label) : (text, null);
        }
        catch (JsonException error)
        {
            return (default, $"this is not valid JSON ({Describe(error)})");
        }
        catch (InvalidOperationException error)
        {
            string names = string.Join("', '", _properties);
            return (default, $"the property '{names}' or the label has half of a surrogate pair ({error.Message})");
        }
    }

    /// <summary>Reads the properties with the sequence: texts, or arrays of tokens.</summary>
    /// <returns>What is wrong, or null.</returns>
    private string? ReadValues(SourceText line, JsonElement root, out SourceText text)
    {
        text = default;
        var texts = new List<string>();
        bool hasArrays = false;
        foreach (string property in _properties)
        {
            if (Find(root, property, out JsonElement value) is { } missing)
                return missing;
            if (value.ValueKind == JsonValueKind.Array)
            {
                hasArrays = true;
                if (ReadTokens(property, value, texts) is { } failure)
                    return failure;
            }
            else if (_isGrouped && Scalar(value) is { } scalar)
                texts.Add(scalar.Trim());
            else if (value.ValueKind == JsonValueKind.String)
                texts.Add(value.GetString()!);
            else
                return $"the property '{property}' is not a string but {Describe(value)}";
        }

        if (_isGrouped || hasArrays)
        {
            text = new SourceText(_isGrouped ? "" : line.Text, line.Number, Tokens: [.. texts.Where(token => token.Length > 0)]);
        }
        else
        {
            string joined = texts.Count == 1 ? texts[0] : string.Join(' ', texts.Where(part => !string.IsNullOrWhiteSpace(part)));
            text = new SourceText(joined, line.Number);
        }

        _hasArrays ??= hasArrays;
        return hasArrays == _hasArrays || _isGrouped ? null
            : $"the property '{_properties[0]}' is {(hasArrays ? "an array, but text" : "text, but an array")} in the lines before";
    }

    private static string? ReadTokens(string property, JsonElement array, List<string> tokens)
    {
        foreach ((int index, JsonElement element) in array.EnumerateArray().Index())
        {
            if (Scalar(element) is not { } token)
                return $"element {index} of '{property}' is {Describe(element)}; a token must be a string, a number or true or false";
            if (token.Length == 0)
                return $"element {index} of '{property}' is empty; a token needs a character";
            tokens.Add(token);
        }

        return null;
    }

    private string? ReadGroup(ref SourceText text, JsonElement root)
    {
        if (Read(options.GroupBy, out string? group) is { } ofGroup)
            return ofGroup;
        if (Read(options.OrderBy, out string? order) is { } ofOrder)
            return ofOrder;
        text = text with { Group = group, Order = order };
        return RowGroups.Failure(options, group, order);

        string? Read(string? property, out string? scalar)
        {
            scalar = null;
            if (property is null)
                return null;
            if (Find(root, property, out JsonElement value) is { } missing)
                return missing;
            scalar = value.ValueKind == JsonValueKind.Null ? "" : Scalar(value)?.Trim();
            return scalar is not null ? null
                : $"the property '{property}' is {Describe(value)}; it must be a string, a number or true or false";
        }
    }

    private (SourceText Text, string? Failure) ReadLabel(SourceText text, JsonElement root, string property)
    {
        string? missing = Find(root, property, out JsonElement value);
        if (missing is null && value.ValueKind is JsonValueKind.Object or JsonValueKind.Array)
            return (default, $"the label '{property}' is {Describe(value)}; it must be a string, a number or true or false");
        string? label = missing is not null ? null : Scalar(value);
        if (!string.IsNullOrWhiteSpace(label))
            return (text with { Label = label }, null);
        missing ??= $"the label '{property}' is empty";
        return options.SkipInvalid
            ? (default, missing)
            : (text with { NoLabel = $"{missing}; give each sequence a label, or set {SkipOption}" }, null);
    }

    /// <summary>The text of a string, a number or true or false; otherwise null.</summary>
    private static string? Scalar(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => value.GetRawText(),
        _ => null,
    };

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
