namespace SeqGan;

/// <summary>A scorer and what it counts among others.</summary>
/// <param name="Scorer">The scorer; it stays the caller's to dispose.</param>
/// <param name="Weight">Its weight by the round.</param>
public sealed record RewardComponent(ISequenceScorer Scorer, WeightSchedule Weight)
{
    /// <summary>A scorer of constant weight.</summary>
    /// <param name="scorer">The scorer; it stays the caller's to dispose.</param>
    /// <param name="weight">Finite.</param>
    public RewardComponent(ISequenceScorer scorer, double weight)
        : this(scorer, WeightSchedule.Constant(weight))
    {
    }
}
