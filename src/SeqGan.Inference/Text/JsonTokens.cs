using System.Text.Json.Nodes;

namespace SeqGan.Text;

/// <summary>Writes tokens as a JSON array and reads them again, without reflection.</summary>
internal static class JsonTokens
{
    public static string Write(IEnumerable<string> tokens) => new JsonArray([.. tokens.Select(token => (JsonNode)token)]).ToJsonString();

    /// <exception cref="JsonException">The text is no JSON array of strings.</exception>
    /// <exception cref="InvalidOperationException">A string has an escaped lone surrogate.</exception>
    /// <exception cref="ArgumentException">The text has a lone surrogate.</exception>
    public static string[] Read(string text)
    {
        using JsonDocument json = JsonDocument.Parse(text);
        if (json.RootElement.ValueKind != JsonValueKind.Array)
            throw new JsonException("it does not begin with '['.");
        return [.. json.RootElement.EnumerateArray().Select((element, index) => element.ValueKind == JsonValueKind.String
            ? element.GetString()!
            : throw new JsonException($"element {index} is {element.ValueKind}, not String."))];
    }
}
