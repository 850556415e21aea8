using System.Security.Cryptography;

namespace SeqGan;

/// <summary>How tokens are drawn. Immutable.</summary>
/// <example>
/// <code>
/// var cautious = new SamplingOptions { Temperature = 0.7, TopP = 0.95 };
/// var repeatable = cautious with { Seed = 7 };
/// IReadOnlyList&lt;string&gt; names = trainer.Generate(100, repeatable);
/// </code>
/// </example>
public sealed record SamplingOptions
{
    internal const int MostDraws = 1000;

    /// <summary>
    /// The same seed gives the same sequences, on every machine and for any number of threads. The default value is null: every call draws
    /// a fresh one. To know it, draw it first: <see cref="WithSeed"/>.
    /// </summary>
    public ulong? Seed { get; init; }

    /// <summary>
    /// Divides the logits: below 1 the likely tokens become likelier, above 1 the distribution flattens. Positive and finite; what is
    /// outside [1e-30, 1e30] counts as that. The default value is 1.
    /// </summary>
    public double Temperature { get; init; } = 1;

    /// <summary>
    /// Only the k likeliest tokens can be drawn; among equally likely ones those with the lowest ids. At least 1; more than the vocabulary
    /// has means all. The default value is null: all.
    /// </summary>
    public int? TopK { get; init; }

    /// <summary>
    /// Only the likeliest tokens whose probabilities together reach p can be drawn ("nucleus sampling", Holtzman et al. 2020), after the
    /// temperature and <see cref="TopK"/>. In (0, 1]. The default value is 1: all.
    /// </summary>
    public double TopP { get; init; } = 1;

    /// <summary>
    /// The label of every sequence, one of <see cref="CompiledPolicy.Labels"/>. The default value is null: of a model with labels, each
    /// sequence's is drawn in the proportions of the training data.
    /// </summary>
    public string? Label { get; init; }

    /// <summary>
    /// What every sequence satisfies: tokens that may not follow are taken out before <see cref="TopK"/> and <see cref="TopP"/>, and the
    /// others' probabilities are raised in proportion. Of the policy's format, labels apart. The default value is null: anything.
    /// </summary>
    /// <remarks>
    /// <see cref="TokenConstraint"/> makes some. A policy does not hold the constraint that it was trained under: give it here again.
    /// </remarks>
    public ITokenConstraint? Constraint { get; init; }

    /// <summary>
    /// Whether the unknown token (<see cref="SequenceFormat.UnknownToken"/>) may be drawn, where a word that the vocabulary lacks would
    /// stand. Constraints never allow it. The default value is false.
    /// </summary>
    public bool AllowUnknown { get; init; }

    /// <summary>
    /// About how many sequences are drawn for each that is returned: the model's discriminator keeps those that look real. In [1, 1000]; 1
    /// and null, the default value, keep all.
    /// </summary>
    /// <remarks>
    /// <para>
    /// A sequence x is kept with the probability min(1, o(x)/t), where o is D/(1 - D), its odds of being real by the calibrated
    /// discriminator, and t is such that one of k draws is kept. So the distribution is the policy's times min(o, t): the residual model of
    /// Deng et al. 2020 (arXiv 2004.11714), clipped as is best for k draws (Verine et al. 2023, arXiv 2311.00460). The policy needs a
    /// discriminator: <see cref="CompiledPolicy.HasDiscriminator"/>.
    /// </para>
    /// <para>
    /// The draws are those of the same options without it, and those that are kept stay in their order. t comes from 1,000 draws, whatever
    /// the seed, which the first call of a sampler with other options makes. Where 64 k draws in a row are not kept, one of them is, in
    /// proportion to min(o, t). Where the discriminator finds all draws equally likely real, all are kept. Labels
    /// that are drawn are as frequent among what is kept as the discriminator finds them likely.
    /// </para>
    /// </remarks>
    public int? Refine { get; init; }

    /// <summary>These options with a seed: their own, or a fresh one where they have none.</summary>
    /// <returns>Options whose <see cref="Seed"/> is not null.</returns>
    public SamplingOptions WithSeed() =>
        Seed is null ? this with { Seed = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong))) } : this;

    /// <exception cref="ArgumentException">An option is out of range; all failures are listed.</exception>
    internal void ThrowIfInvalid(string parameterName)
    {
        var failures = new List<string>();
        if (!(Temperature > 0 && double.IsFinite(Temperature)))
            failures.Add($"{nameof(Temperature)} is {Temperature}; it must be positive and finite.");
        if (TopK < 1)
            failures.Add($"{nameof(TopK)} is {TopK}; it must be at least 1, or null for all tokens.");
        if (!(TopP > 0 && TopP <= 1))
            failures.Add($"{nameof(TopP)} is {TopP}; it must be above 0 and at most 1.");
        if (Refine is < 1 or > MostDraws)
            failures.Add($"{nameof(Refine)} is {Refine}; it must be from 1 to {MostDraws}, or null for none.");
        if (failures.Count > 0)
            throw new ArgumentException(string.Join(" ", failures), parameterName);
    }
}
