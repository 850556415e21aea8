using SeqGan.Onnx;

namespace SeqGan.Endurance.Fuzzing;

/// <summary>A discriminator's state, as the export to ONNX reads it.</summary>
internal sealed class OnnxReader : FuzzReader
{
    private static readonly SequenceFormat s_format = new(4, 3, 0, Vocabulary.EndId, Vocabulary.PaddingId);
    private static readonly CompiledPolicy s_policy = new(SeedFiles.Weights(s_format, GeneratorNetwork.Gru, 1, 1, 2));

    public override string Name => "onnx-discriminator";

    public override IReadOnlyList<byte[]> Seeds { get; } =
        [.. ((DiscriminatorNetwork[])[DiscriminatorNetwork.Convolutional, DiscriminatorNetwork.Gru]).SelectMany(_ => (int[])[1, 2], State)];

    public override IReadOnlyList<Mutation> Mutations => SafetensorsMutations.All;

    public override int Read(byte[] input)
    {
        var graph = DiscriminatorGraph.Create(SafetensorsFile.Read(new MemoryStream(input), Source), Source, s_policy).Graph;
        long weights = graph.Initializer.Sum(tensor => (long)tensor.RawData.Length);
        Require(weights <= input.Length, "more weights than bytes");
        return (Magnitude(weights) << 16) | graph.Node.Count;
    }

    public override bool IsRefusal(Exception error) => error is InvalidWeightsException or NotSupportedException;

    private static byte[] State(DiscriminatorNetwork network, int layers)
    {
        using ModuleDiscriminator discriminator = ModuleDiscriminator.Create(s_format, new DiscriminatorOptions
        {
            Network = network, EmbeddingSize = 2, HiddenSize = 2, Layers = layers, HighwayLayers = layers,
            FilterWidths = [1, 2], FilterCounts = [2, 1],
        });
        using var stream = new MemoryStream();
        discriminator.SaveState(stream);
        return stream.ToArray();
    }
}
