namespace SeqGan.Evaluation;

/// <summary>What a <see cref="QualityDiversitySweep"/> samples. Immutable.</summary>
public sealed record QualityDiversityOptions
{
    /// <summary>The temperatures, at least one, each positive and finite. The default value is 0.5 to 1.5 in steps of 0.1.</summary>
    public IReadOnlyList<double> Temperatures { get; init; } = [0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.1, 1.2, 1.3, 1.4, 1.5];

    /// <summary>How many sequences each point samples; at least 2. The default value is 1000.</summary>
    public int Count { get; init; } = 1000;

    /// <summary>Determines every draw; all points share it. The default value is null: every sweep draws a fresh one.</summary>
    public ulong? Seed { get; init; }

    /// <summary>
    /// Measures each model with a discriminator twice, the second time with <see cref="SamplingOptions.Refine"/>, under its name and
    /// ", refined"; its NLL_test is then <see cref="RefinementMetrics.NllTestUpper"/>. In [2, 1000]. The default value is null: not.
    /// </summary>
    public int? Refine { get; init; }

    /// <summary>Whether BLEU counts 0.1 matches for an order without a match. The default value is true.</summary>
    public bool Smoothing { get; init; } = true;

    /// <summary>These options with a seed: their own, or a fresh one where they have none.</summary>
    public QualityDiversityOptions WithSeed() => Seed is null ? this with { Seed = new SamplingOptions().WithSeed().Seed } : this;

    /// <exception cref="ArgumentException">An option is out of range; all failures are listed.</exception>
    internal void ThrowIfInvalid(string parameterName)
    {
        var failures = new List<string>();
        if (Temperatures is null || Temperatures.Count == 0)
            failures.Add($"{nameof(Temperatures)} is empty; it needs at least 1 temperature.");
        failures.AddRange((Temperatures ?? []).Where(value => !(value > 0 && double.IsFinite(value))).Select(
            value => FormattableString.Invariant($"{nameof(Temperatures)} has {value}; a temperature must be positive and finite.")));
        if (Count < 2)
            failures.Add($"{nameof(Count)} is {Count}; it must be at least 2, so that each sequence can be compared with another.");
        if (Refine is < 2 or > SamplingOptions.MostDraws)
            failures.Add($"{nameof(Refine)} is {Refine}; it must be from 2 to {SamplingOptions.MostDraws}, or null for none.");
        if (failures.Count > 0)
            throw new ArgumentException(string.Join(" ", failures), parameterName);
    }
}
