namespace SeqGan.Endurance.Fuzzing;

/// <summary>The table of contents of a checkpoint.</summary>
internal sealed class ManifestReader : FuzzReader
{
    public override string Name => "manifest";

    public override IReadOnlyList<byte[]> Seeds { get; } = [Manifest(0), Manifest(1), Manifest(3)];

    public override IReadOnlyList<Mutation> Mutations { get; } = [.. JsonMutations.All, .. JsonMutations.All, .. TextMutations.All];

    public override int Turn => 64;

    public override int Read(byte[] input)
    {
        CheckpointManifest manifest = CheckpointManifest.Parse(input, Source);
        CheckpointInfo info = manifest.ToInfo(Source, input.Length);
        foreach (CheckpointPart part in manifest.Parts)
            Require(part.File.IndexOfAny(['/', '\\', '\0']) < 0 && !part.File.StartsWith('.'), "a part's file is elsewhere");
        Require(info.Size >= input.Length, "the size is less than the manifest's own");
        return (Magnitude(manifest.Parts.Count) << 16) | (Magnitude(manifest.Options.Count) << 8) | Magnitude(manifest.Metrics.Count);
    }

    public override bool IsRefusal(Exception error) =>
        error is CheckpointException { IsCorrupt: true } or CheckpointException { IsMismatch: true };

    private static byte[] Manifest(int parts) => new CheckpointManifest(
        new CheckpointHeader
        {
            Step = 12,
            Phase = nameof(TrainingPhase.Adversarial),
            Round = 3,
            IsHealthy = true,
            IsMeasured = false,
            Metrics = new Dictionary<string, double> { ["nll_test"] = 1.5, ["reward"] = double.NaN },
            Options = new Dictionary<string, string> { ["Generator.HiddenSize"] = "32" },
            Corpus = new Dictionary<string, string> { ["Vocabulary"] = "abc" },
            ComponentsWithoutState = ["observer-1"],
        },
        [
            .. Enumerable.Range(0, parts).Select(i => new CheckpointPart
            {
                File = $"part-{i}.state", Component = $"part-{i}", Type = "T", Assembly = "1.0", StateVersion = 1, Size = 10 * i,
                Sha256 = new string('a', 64),
            }),
        ]).ToJson();
}
