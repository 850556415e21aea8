namespace SeqGan.Selection;

/// <summary>What was kept of the sequences that were drawn. Immutable.</summary>
public sealed record SelectionResult
{
    /// <summary>The sequences, best first; of equal scores the one that was drawn first.</summary>
    public required TokenBatch Sequences { get; init; }

    /// <summary>Their scores, [Count], falling; NaN, which comes last, if the scorer does not apply.</summary>
    public required IReadOnlyList<float> Scores { get; init; }

    /// <summary>The seed: that of the options, or the one that was drawn.</summary>
    public required ulong Seed { get; init; }

    /// <summary>How many sequences were drawn.</summary>
    public required int Drawn { get; init; }

    /// <summary>How many of these the scorer did not apply to.</summary>
    public required int NotApplicable { get; init; }

    /// <summary>The effect on quality and diversity; null if it was not measured, or nothing was kept.</summary>
    public SelectionEffect? Effect { get; init; }
}
