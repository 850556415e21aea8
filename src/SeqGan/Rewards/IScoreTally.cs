namespace SeqGan;

/// <summary>Keeps the books on scores, for reports.</summary>
internal interface IScoreTally
{
    /// <summary>For each scorer, how many of its scores were NaN, and so left out, since construction.</summary>
    IEnumerable<KeyValuePair<string, long>> NotApplicable { get; }

    /// <summary>What each of several scorers gave the generator's latest sequences; empty where there is one alone.</summary>
    IEnumerable<ScoreSummary> Components { get; }
}
