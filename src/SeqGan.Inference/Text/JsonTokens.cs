using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace SeqGan.Text;

/// <summary>Writes tokens as a JSON array and reads them again, without reflection.</summary>
internal static class JsonTokens
{
    public static string Write(IEnumerable<string> tokens) => new JsonArray([.. tokens.Select(token => (JsonNode)token)]).ToJsonString();

    /// <exception cref="JsonException">The text is no JSON array of strings.</exception>
    /// <exception cref="InvalidOperationException">A string has a lone surrogate.</exception>
    public static List<string> Read(string text)
    {
        var tokens = new List<string>();
        var json = new Utf8JsonReader(Encoding.UTF8.GetBytes(text));
        if (!json.Read() || json.TokenType != JsonTokenType.StartArray)
            throw new JsonException("it does not begin with '['.");
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            tokens.Add(json.TokenType == JsonTokenType.String
                ? json.GetString()!
                : throw new JsonException($"element {tokens.Count} is a {json.TokenType}."));
        }

        // The only valid rest is white space: anything else makes the reader throw.
        json.Read();
        return tokens;
    }
}
