namespace SeqGan;

/// <summary>The beginning of a manifest, the same in every version of the format.</summary>
internal sealed record CheckpointFormat
{
    public required string Format { get; init; }

    public required int Version { get; init; }
}
