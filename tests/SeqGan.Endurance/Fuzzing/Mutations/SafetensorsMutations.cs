using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace SeqGan.Endurance.Fuzzing;

/// <summary>Mutations of safetensors and model files behind whose intact frame something is wrong.</summary>
internal static class SafetensorsMutations
{
    private static readonly float[] s_floats =
    [
        0, -0f, 1, -1, float.NaN, float.PositiveInfinity, float.NegativeInfinity, float.MaxValue, float.Epsilon, 1e30f, -1e37f, 3e38f, 100,
    ];

    private static readonly string[] s_keys =
        ["seqgan.model", "max_length", "start_token", "end_token", "padding_token", "vocabulary", "tokenizer",
            "training_sequences", "", "a"];

    private static readonly string[] s_values =
    [
        "0", "1", "2", "3", "5", "-1", "16777216", "16777217", "2147483647", "2147483648", "", " 1", "1.0", "[]", "[\"a\",\"b\"]",
        "[\"a\",\"b\",\"c\"]", "[\"a\",\"a\"]", "[\"\",\"b\"]", "[1]", "[\"\\ud800\",\"b\"]",
        "characters", "words", "graphemes", "regex:a", "regex:(a+)+$", "regex:(x{30}){30}", "alphabet:ab", "alphabet:[\"a\"]",
        "AAAAAAAAAAA=", "AAAA", "AQAAAAAAAAACAAAAAAAAAA==", "\ud800",
    ];

    public static IReadOnlyList<Mutation> All { get; } = [ChangeHeader, ChangeHeader, ChangeDraft, ChangeDraft, ChangeDraft];

    private static byte[] ChangeHeader(byte[] input, byte[] other, FuzzRandom random)
    {
        Range header = SafetensorsDraft.HeaderOf(input);
        byte[] changed = random.Pick(random.OneIn(4) ? ByteMutations.All : JsonMutations.All)(
            input[header], other[SafetensorsDraft.HeaderOf(other)], random);
        return SafetensorsDraft.WithHeader(changed, input.AsSpan(header.End.Value));
    }

    private static byte[] ChangeDraft(byte[] input, byte[] other, FuzzRandom random)
    {
        if (SafetensorsDraft.TryParse(input) is not { } draft)
            return ChangeHeader(input, other, random);
        for (int changes = 1 + random.Below(3); changes > 0; changes--)
            Change(draft, other, random);
        return draft.Build();
    }

    private static void Change(SafetensorsDraft draft, byte[] other, FuzzRandom random)
    {
        List<DraftTensor> tensors = draft.Tensors;
        if (tensors.Count == 0 || random.OneIn(3))
        {
            ChangeMetadata(draft, random);
            return;
        }

        int index = random.Below(tensors.Count);
        DraftTensor tensor = tensors[index];
        switch (random.Below(8))
        {
            case 0:
                tensors.RemoveAt(index);
                break;
            case 1:
                tensors.Insert(random.Below(tensors.Count + 1), tensor with { Name = NextLayer(tensor.Name, random) });
                break;
            case 2:
                tensors[index] = tensor with { Name = random.Pick(tensors).Name };
                break;
            case 3:
                tensors[index] = tensor.WithOtherType(random);
                break;
            case 4:
                tensors[index] = WithFloat(tensor, random);
                break;
            case 5 when SafetensorsDraft.TryParse(other) is { Tensors.Count: > 0 } second:
                tensors[index] = random.Pick(second.Tensors);
                break;
            case 6:
                ResizeEverywhere(tensors, random);
                break;
            default:
                tensors[index] = tensor.Reshape(OtherShape(tensor.Shape, random), tensor.Type);
                break;
        }
    }

    private static void ChangeMetadata(SafetensorsDraft draft, FuzzRandom random)
    {
        int index = random.Below(draft.Metadata.Count + 1);
        if (index == draft.Metadata.Count)
            draft.Metadata.Add((random.Pick(s_keys), random.Pick(s_values)));
        else if (random.OneIn(6))
            draft.Metadata.RemoveAt(index);
        else
            draft.Metadata[index] = (draft.Metadata[index].Key, OtherValue(draft.Metadata[index], random));
    }

    private static string OtherValue((string Key, string Value) entry, FuzzRandom random)
    {
        if (random.OneIn(2))
            return random.Pick(s_values);
        IReadOnlyList<Mutation> mutations = entry.Key switch
        {
            "tokenizer" => PatternMutations.All,
            "vocabulary" => JsonMutations.All,
            _ => TextMutations.All,
        };
        byte[] bytes = Encoding.UTF8.GetBytes(entry.Value);
        return Encoding.UTF8.GetString(random.Pick(mutations)(bytes, bytes, random));
    }

    private static string NextLayer(string name, FuzzRandom random) =>
        name.EndsWith('0') ? string.Create(CultureInfo.InvariantCulture, $"{name[..^1]}{random.Below(4)}") : name + "_l1";

    private static DraftTensor WithFloat(DraftTensor tensor, FuzzRandom random)
    {
        byte[] data = [.. tensor.Data];
        if (data.Length >= sizeof(float))
            BinaryPrimitives.WriteSingleLittleEndian(
                data.AsSpan(random.Below((data.Length / sizeof(float)) - 1) * sizeof(float)), random.Pick(s_floats));
        return tensor with { Data = data };
    }

    /// <summary>Gives one size another value wherever it occurs, so that a network fits together again.</summary>
    private static void ResizeEverywhere(List<DraftTensor> tensors, FuzzRandom random)
    {
        long[] shape = random.Pick(tensors).Shape;
        if (shape.Length == 0)
            return;
        long from = random.Pick(shape), to = random.OneIn(8) ? random.Below(10_000) : random.Below(20);
        for (int i = 0; i < tensors.Count; i++)
            tensors[i] = tensors[i].Reshape(
                Array.ConvertAll(tensors[i].Shape, size => size == from ? to : size == 4 * from ? 4 * to : size == 3 * from ? 3 * to
                    : size), tensors[i].Type);
    }

    private static long[] OtherShape(long[] shape, FuzzRandom random)
    {
        long[] other = [.. shape];
        if (other.Length == 0 || random.OneIn(5))
            return [.. other, random.Below(3)];
        int index = random.Below(other.Length);
        switch (random.Below(4))
        {
            case 0:
                other[index] = random.Below(40);
                break;
            case 1:
                other[index] = random.Pick((long[])[0, 1, int.MaxValue, 1L << 31, 1L << 62, long.MaxValue, 65_536]);
                break;
            case 2:
                Array.Reverse(other);
                break;
            default:
                other = other[1..];
                break;
        }

        return other;
    }
}
