namespace SeqGan;

/// <summary>What to sample from a generator.</summary>
public sealed record SampleRequest
{
    /// <summary>Determines every draw; the same key gives the same sequences.</summary>
    public required RandomKey Key { get; init; }

    /// <summary>
    /// Divides the logits: below 1 the likely tokens become likelier, above 1 the distribution flattens. Positive and finite. The default
    /// value is 1.
    /// </summary>
    public double Temperature { get; init; } = 1;

    /// <summary>The number of the destination's first row in the random key, to sample in several calls. The default value is 0.</summary>
    public int FirstRow { get; init; }

    /// <summary>
    /// The tokens that each sequence begins with, at most the maximum length; none by default. A complete sequence is copied.
    /// </summary>
    public ReadOnlyMemory<int> Prefix { get; init; }

    /// <summary>The label of each sequence, [the destination's count]; empty if the format has no labels, otherwise required.</summary>
    public ReadOnlyMemory<int> Labels { get; init; }
}
