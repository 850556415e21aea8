namespace SeqGan.Training;

/// <summary>Signs that a training has gone wrong.</summary>
[Flags]
public enum DivergenceSigns
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>A loss, a gradient, a reward or a weight is not finite.</summary>
    NotFinite = 1,

    /// <summary>The discriminator tells every sequence apart, and its rewards hardly differ: there is nothing to learn from.</summary>
    DiscriminatorWon = 2,

    /// <summary>The generator repeats itself: its entropy or the share of different sequences in its samples is near 0.</summary>
    GeneratorCollapsed = 4,
}
