namespace SeqGan.Endurance.Fuzzing;

/// <summary>A model file: it is loaded, and where its sequences are short one is sampled.</summary>
internal sealed class ModelReader : FuzzReader
{
    // A model may truthfully ask for long sequences; sampling such is not what is tested.
    private const int LongestSampled = 32;

    private static readonly SequenceFormat s_text = new(6, 8, 0, Vocabulary.EndId, Vocabulary.PaddingId), s_tokens = new(3, 4),
        s_labelled = new(5, 4, 0, Vocabulary.EndId, Vocabulary.PaddingId, labelCount: 2);

    public override string Name => "model";

    public override IReadOnlyList<byte[]> Seeds { get; } =
    [
        .. new ITokenizer[] { Tokenizer.Characters, Tokenizer.Words, Tokenizer.Regex("[a-z]+|[0-9]"), Tokenizer.Alphabet(["a", "b", "Cl"]) }
            .Select(tokenizer => SeedFiles.Written(new CompiledPolicy(
                SeedFiles.Weights(s_text, GeneratorNetwork.Lstm, 1, 2, 3), new Vocabulary(["a", "b", "Cl"]), tokenizer,
                SequenceFingerprints.Of(new TokenBatch(new[] { 3, 1, 4, 1 }, 2, 2))).Save)),
        SeedFiles.Written(new CompiledPolicy(SeedFiles.Weights(s_labelled, GeneratorNetwork.Lstm, 1, 2, 3))
            .WithLabels(new LabelSet(["a", "b"], [3, 1])).Save),
        SeedFiles.Written(new CompiledPolicy(SeedFiles.Weights(s_tokens, GeneratorNetwork.Gru, 2, 1, 2)).Save),
        SeedFiles.Written(new CompiledPolicy(SeedFiles.Weights(s_tokens, GeneratorNetwork.Transformer, 2, 0, 4)).Save),
    ];

    public override IReadOnlyList<Mutation> Mutations => SafetensorsMutations.All;

    public override int Turn => 32;

    public override int Read(byte[] input)
    {
        CompiledPolicy policy = new ModelFile(SafetensorsFile.Read(new MemoryStream(input), Source), Source).Load(null);
        int shape = (Magnitude(policy.HiddenSize) << 16) | (Magnitude(policy.Layers) << 8) | Magnitude(policy.Format.MaxLength);
        if (policy.Format.MaxLength > LongestSampled)
            return shape;
        SequenceBuffer sampled = new SequenceSampler(policy, maxThreads: 1).Sample(1, new SamplingOptions { Seed = 0 });
        policy.Format.ThrowIfInvalid(sampled.AsBatch());
        if (policy is { Vocabulary: { } vocabulary, Tokenizer: { } tokenizer })
            tokenizer.Join(sampled.AsBatch()[0].ToArray().Select(vocabulary.GetToken));
        return shape | (policy.Tokenizer?.GetType().Name.Length ?? 0) << 24;
    }

    public override bool IsRefusal(Exception error) => error is InvalidWeightsException;
}
