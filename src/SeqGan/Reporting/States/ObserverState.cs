using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace SeqGan;

/// <summary>Writes and reads the states of observers, which are JSON.</summary>
internal static class ObserverState
{
    public static void Write<T>(Stream destination, T state, JsonTypeInfo<T> type)
    {
        using var json = new Utf8JsonWriter(destination);
        JsonSerializer.Serialize(json, state, type);
    }

    /// <exception cref="InvalidDataException">The bytes are no such state.</exception>
    public static T Read<T>(Stream source, int maxBytes, JsonTypeInfo<T> type)
        where T : class
    {
        long length = source.Length - source.Position;
        if (length > maxBytes)
            throw new InvalidDataException($"The state has {length} bytes; at most {maxBytes} are expected.");
        byte[] bytes = new byte[length];
        source.ReadExactly(bytes);
        try
        {
            return JsonSerializer.Deserialize(bytes, type) ?? throw new InvalidDataException("The state is empty.");
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"The state cannot be read: {exception.Message}", exception);
        }
    }

    /// <summary>The entries, none of which is null: what the types say of a list's entries is not held when it is read.</summary>
    /// <exception cref="InvalidDataException">One is null.</exception>
    public static T[] NotNull<T>(T[] entries)
        where T : class => Array.Exists(entries, entry => entry is null) ? throw new InvalidDataException("An entry of a list is missing.") : entries;

    /// <inheritdoc cref="NotNull{T}(T[])"/>
    public static Dictionary<string, T> NotNull<T>(Dictionary<string, T> entries)
        where T : class => entries.ContainsValue(null!) ? throw new InvalidDataException("An entry of a list is missing.") : entries;
}
