namespace SeqGan;

/// <summary>Counts the scores that were not applicable, for reports.</summary>
internal interface IScoreTally
{
    /// <summary>For each scorer, how many of its scores were NaN, and so left out, since construction.</summary>
    IEnumerable<KeyValuePair<string, long>> NotApplicable { get; }
}
