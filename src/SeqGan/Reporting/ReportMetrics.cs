namespace SeqGan;

/// <summary>What a reader of a report must know of a metric.</summary>
internal static class ReportMetrics
{
    /// <summary>How many sequences the other figures are of.</summary>
    public const string Sequences = "sequences";

    public static string Explain(string metric) => metric switch
    {
        EvaluationMetricNames.NllTest => "negative log-likelihood of held-out sequences under the generator, nats a token; lower covers the data better",
        EvaluationMetricNames.NllOracle => "negative log-likelihood of generated sequences under the oracle, nats a token; lower is likelier, but repeating is likely, too",
        EvaluationMetricNames.Uniqueness => "share of distinct sequences; compare columns of equally many sequences",
        EvaluationMetricNames.Novelty => "share of sequences that the training data lacks; 0 has learnt by heart",
        EvaluationMetricNames.MeanLength => "tokens, the end token included",
        EvaluationMetricNames.EndTokenRate => "share of sequences that ended by themselves",
        Sequences => "how many were measured",
        _ => "",
    };
}
