namespace SeqGan.Endurance.Fuzzing;

/// <summary>A file of weights, read for a network whose sizes it says and whose format is given.</summary>
internal sealed class WeightsReader : FuzzReader
{
    private static readonly SequenceFormat s_format = new(4, 5, 0, 1, 0);

    public override string Name => "weights";

    public override IReadOnlyList<byte[]> Seeds { get; } =
    [
        .. from cell in new[] { GeneratorNetwork.Lstm, GeneratorNetwork.Gru }
           from layers in new[] { 1, 3 }
           select SeedFiles.Written(path => SafetensorsWriter.Write(path, SeedFiles.Weights(s_format, cell, layers, 2, 3).Tensors)),
        SeedFiles.Written(path => SafetensorsWriter.Write(
            path, SeedFiles.Weights(s_format, GeneratorNetwork.Transformer, 2, 0, 4).Tensors,
            ModelFile.DescribeNetwork(GeneratorNetwork.Transformer, 2, s_format))),
    ];

    public override IReadOnlyList<Mutation> Mutations => SafetensorsMutations.All;

    public override int Turn => 64;

    public override int Read(byte[] input)
    {
        PolicyWeights weights = ModelFile.ReadWeights(SafetensorsFile.Read(new MemoryStream(input), Source), Source, s_format);
        var policy = new CompiledPolicy(weights);
        s_format.ThrowIfInvalid(new SequenceSampler(policy, maxThreads: 1).Sample(1, new SamplingOptions { Seed = 0 }).AsBatch());
        return (Magnitude(weights.HiddenSize) << 16) | (Magnitude(weights.Layers) << 8) | Magnitude(weights.EmbeddingSize);
    }

    public override bool IsRefusal(Exception error) => error is InvalidWeightsException;
}
