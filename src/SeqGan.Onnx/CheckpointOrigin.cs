using System.Text.Json;

namespace SeqGan.Onnx;

/// <summary>Compares a model with the tokens and labels that a checkpoint's manifest states: equal shapes alone prove nothing.</summary>
internal static class CheckpointOrigin
{
    private const string FileName = "manifest.json";

    /// <exception cref="InvalidWeightsException">The checkpoint is of other tokens or labels, or its manifest is damaged.</exception>
    /// <exception cref="IOException">There is no manifest, or it cannot be read.</exception>
    public static void ThrowIfOther(CompiledPolicy policy, string checkpoint)
    {
        string path = Path.Combine(checkpoint, FileName);
        try
        {
            using FileStream file = File.OpenRead(path);
            using JsonDocument manifest = JsonDocument.Parse(file);
            JsonElement corpus = manifest.RootElement.GetProperty("corpus");
            if (policy.Vocabulary is { } vocabulary)
                Compare("Vocabulary", NameChecksum.Of(vocabulary.Tokens, "tokens"));
            if (policy.Labels is { } labels)
                Compare("Labels", NameChecksum.Of(labels.Names, "labels"));

            void Compare(string name, string expected)
            {
                string? stated = corpus.TryGetProperty(name, out JsonElement value) ? value.GetString() : "none";
                if (stated != expected)
                {
                    throw new InvalidWeightsException(
                        $"The checkpoint '{checkpoint}' is of another training than the model: {name} is '{stated}', the model's is "
                        + $"'{expected}'. Name a checkpoint of the model's training.");
                }
            }
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new InvalidWeightsException($"{path} is damaged: {error.Message}", error);
        }
    }
}
