using System.Text;
using System.Text.Json;

namespace SeqGan.Endurance.Fuzzing;

/// <summary>A vocabulary as a JSON array, as model files and checkpoints hold it.</summary>
internal sealed class VocabularyReader : FuzzReader
{
    public override string Name => "vocabulary";

    public override IReadOnlyList<byte[]> Seeds { get; } =
    [
        .. new[] { "[]", JsonTokens.Write(["a", "b", "\"", "\\", "é", "𝒳", "\u203Fx"]),
            JsonTokens.Write(Enumerable.Range(0, 40).Select(i => $"t{i}")) }.Select(Encoding.UTF8.GetBytes),
    ];

    public override IReadOnlyList<Mutation> Mutations { get; } = [.. JsonMutations.All, .. TextMutations.All];

    public override int Turn => 512;

    public override int Read(byte[] input)
    {
        var vocabulary = new Vocabulary(JsonTokens.Read(Encoding.UTF8.GetString(input)));
        for (int id = Vocabulary.SpecialTokenCount; id < vocabulary.Count; id++)
            Require(vocabulary.GetId(vocabulary.GetToken(id)) == id, "a token has another id");
        return Magnitude(vocabulary.Count);
    }

    public override bool IsRefusal(Exception error) => error is JsonException or InvalidOperationException or ArgumentException;
}
