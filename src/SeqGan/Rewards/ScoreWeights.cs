namespace SeqGan;

/// <summary>The weights of a scorer's parts.</summary>
internal static class ScoreWeights
{
    /// <summary>Takes the weights of a round, in a scorer and in those that it asks.</summary>
    /// <exception cref="ScorerException">A weight of the round is not valid, or all of a combination are 0.</exception>
    public static void Set(ISequenceScorer scorer, int round)
    {
        ScorerParts? parts = scorer switch
        {
            WeightedScorer sum => sum.Parts,
            ProductScorer product => product.Parts,
            _ => null,
        };
        parts?.SetRound(round);
        foreach ((_, object part) in (scorer as ICompositeComponent)?.Parts ?? [])
        {
            if (part is ISequenceScorer inner)
                Set(inner, round);
        }
    }
}
