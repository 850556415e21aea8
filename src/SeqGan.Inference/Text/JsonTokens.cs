using System.Text;
using System.Text.Json;

namespace SeqGan;

/// <summary>Writes tokens as a JSON array and reads them again, without reflection.</summary>
internal static class JsonTokens
{
    public static string Write(IEnumerable<string> tokens)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartArray();
            foreach (string token in tokens)
                json.WriteStringValue(token);
            json.WriteEndArray();
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }

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
