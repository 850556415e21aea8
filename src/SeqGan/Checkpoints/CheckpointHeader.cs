namespace SeqGan;

/// <summary>What the training says of a checkpoint; the manifest holds it beside the parts.</summary>
internal sealed record CheckpointHeader
{
    public required long Step { get; init; }

    /// <summary>The name of a <c>TrainingPhase</c>.</summary>
    public required string Phase { get; init; }

    public required int Round { get; init; }

    public bool IsHealthy { get; init; } = true;

    /// <summary>Whether <see cref="Metrics"/> were measured where the checkpoint stands; otherwise they are of an earlier step.</summary>
    public bool IsMeasured { get; init; }

    /// <summary>May hold values that are not finite.</summary>
    public IReadOnlyDictionary<string, double> Metrics { get; init; } = new Dictionary<string, double>();

    /// <summary>All options by their path, such as <c>Generator.HiddenSize</c>.</summary>
    public IReadOnlyDictionary<string, string> Options { get; init; } = new Dictionary<string, string>();

    /// <summary>What the training data are known by: format, number and checksum of sequences, checksum of the vocabulary, tokenizer.</summary>
    public IReadOnlyDictionary<string, string> Corpus { get; init; } = new Dictionary<string, string>();

    /// <summary>Components that have no state.</summary>
    public IReadOnlyList<string> ComponentsWithoutState { get; init; } = [];
}
