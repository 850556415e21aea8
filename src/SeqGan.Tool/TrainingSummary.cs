namespace SeqGan.Tool;

/// <summary>What <c>seqgan train --json</c> prints.</summary>
internal sealed record TrainingSummary
{
    public required string Model { get; init; }

    public string? MleModel { get; init; }

    public string? Report { get; init; }

    public required bool Interrupted { get; init; }

    /// <summary>Where checkpoints are from which <c>--resume</c> goes on; null where they were removed.</summary>
    public string? Checkpoints { get; init; }

    public required CorpusSummary Corpus { get; init; }

    /// <summary>Of held-out sequences under the model, nats a token; null where none is held out.</summary>
    public double? NllTest { get; init; }

    /// <summary>The same before the adversarial training.</summary>
    public double? MleNllTest { get; init; }

    public double? Uniqueness { get; init; }

    public double? Novelty { get; init; }

    public double Seconds { get; init; }
}
