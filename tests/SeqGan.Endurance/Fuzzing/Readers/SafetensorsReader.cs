namespace SeqGan.Endurance.Fuzzing;

/// <summary>The frame of a file of tensors.</summary>
internal sealed class SafetensorsReader : FuzzReader
{
    public override string Name => "safetensors";

    public override IReadOnlyList<byte[]> Seeds { get; } =
    [
        SeedFiles.Written(
            path => SafetensorsWriter.Write(
                path, [new NamedTensor("a", [2, 3], new float[6]), new NamedTensor("b", [], new float[1]),
                    new NamedTensor("c", [0], Array.Empty<float>())], new Dictionary<string, string> { ["k"] = "v" })),
        SafetensorsDraft.WithHeader(
            """
            {"a":{"dtype":"F16","shape":[2],"data_offsets":[0,4]},"b":{"dtype":"BF16","shape":[1,1],"data_offsets":[4,6]},
            "c":{"dtype":"F64","shape":[1],"data_offsets":[6,14],"x":[{}]},"d":{"dtype":"BOOL","shape":[2],"data_offsets":[14,16]}}
            """u8,
            new byte[16]),
    ];

    public override IReadOnlyList<Mutation> Mutations => SafetensorsMutations.All;

    public override int Turn => 256;

    public override int Read(byte[] input)
    {
        SafetensorsFile file = SafetensorsFile.Read(new MemoryStream(input), Source);
        long values = 0;
        foreach (string name in file.Names)
            values += file.ReadSingle(name).Length;
        Require(values <= input.Length, "more values than bytes");
        return (Magnitude(values) << 16) | (Magnitude(file.Names.Count) << 8) | Magnitude(file.Metadata.Count);
    }

    public override bool IsRefusal(Exception error) => error is InvalidWeightsException;
}
