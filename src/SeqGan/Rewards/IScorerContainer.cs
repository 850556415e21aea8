namespace SeqGan;

/// <summary>A scorer that asks others, whose states belong in checkpoints too.</summary>
internal interface IScorerContainer
{
    IEnumerable<ISequenceScorer> Scorers { get; }
}
