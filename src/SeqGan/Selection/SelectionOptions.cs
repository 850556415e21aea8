namespace SeqGan.Selection;

/// <summary>What <see cref="SeqGanTrainer.SelectAsync"/> draws and keeps. Immutable.</summary>
public sealed record SelectionOptions
{
    /// <summary>How many sequences are drawn for each that is kept, in [1, 10000]; 1 keeps what comes. The default value is 4.</summary>
    public int Oversampling { get; init; } = 4;

    /// <summary>Determines every draw. The default value is null: every call draws and reports a fresh one.</summary>
    public ulong? Seed { get; init; }

    /// <summary>Divides the logits; positive and finite. The default value is 1.</summary>
    public double Temperature { get; init; } = 1;

    /// <summary>The tokens that each sequence begins with; none by default.</summary>
    public ReadOnlyMemory<int> Prefix { get; init; }

    /// <summary>One of the corpus's labels, for all sequences. The default value is null: the proportions of the training data.</summary>
    public string? Label { get; init; }

    /// <summary>
    /// Whether a sequence that was drawn several times may be kept several times. Otherwise, with too few different sequences, fewer are
    /// kept. The default value is false.
    /// </summary>
    public bool KeepDuplicates { get; init; }

    /// <summary>Whether to measure the effect on quality and diversity, which takes time. The default value is true.</summary>
    public bool MeasureEffect { get; init; } = true;

    /// <summary>How many sequences are scored at once, at least 1; it does not change the result. The default value is 4096.</summary>
    public int ChunkSize { get; init; } = 4096;

    /// <summary>These options with a seed: their own, or a fresh one where they have none.</summary>
    public SelectionOptions WithSeed() => Seed is null ? this with { Seed = new SamplingOptions().WithSeed().Seed } : this;

    /// <exception cref="ArgumentException">An option is out of range; all failures are listed.</exception>
    internal void ThrowIfInvalid(int count, string parameterName)
    {
        var failures = new List<string>();
        if (Oversampling is < 1 or > 10_000)
            failures.Add(FormattableString.Invariant($"{nameof(Oversampling)} is {Oversampling}; it must be in [1, 10000]."));
        else if ((long)count * Oversampling is > int.MaxValue and var all)
            failures.Add($"{count} sequences with {nameof(Oversampling)} {Oversampling} are {all}; at most {int.MaxValue} can be drawn.");
        if (!(Temperature > 0 && double.IsFinite(Temperature)))
            failures.Add(FormattableString.Invariant($"{nameof(Temperature)} is {Temperature}; it must be positive and finite."));
        if (ChunkSize < 1)
            failures.Add(FormattableString.Invariant($"{nameof(ChunkSize)} is {ChunkSize}; it must be at least 1."));
        if (failures.Count > 0)
            throw new ArgumentException(string.Join(" ", failures), parameterName);
    }
}
