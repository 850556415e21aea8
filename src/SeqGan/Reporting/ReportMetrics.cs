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
        EvaluationMetricNames.Bleu2 or EvaluationMetricNames.Bleu3 or EvaluationMetricNames.Bleu4 or EvaluationMetricNames.Bleu5 =>
            "how much of the sequences held-out data has, by runs of up to so many tokens, in [0, 1]; higher is closer, but repeating one good sequence is close, too",
        EvaluationMetricNames.SelfBleu2 or EvaluationMetricNames.SelfBleu3 or EvaluationMetricNames.SelfBleu4 or EvaluationMetricNames.SelfBleu5 =>
            "the same of each sequence against all the others, in [0, 1]; lower is more diverse, and noise has the lowest: compare with the data's, of equally many sequences",
        EvaluationMetricNames.Distinct1 or EvaluationMetricNames.Distinct2 or EvaluationMetricNames.Distinct3 or EvaluationMetricNames.Distinct4 =>
            "share of distinct runs of so many tokens; higher is more diverse; compare columns of equally many sequences",
        EvaluationMetricNames.JensenShannon => "distance of the distribution of pairs of tokens from held-out data's, in [0, 1]; lower is closer",
        EvaluationMetricNames.LengthDistance => "distance of the distribution of lengths from held-out data's, in [0, 1]; lower is closer",
        EvaluationMetricNames.Copies => "share of sequences that stand in the training data; compare with held-out data's",
        EvaluationMetricNames.RepetitionRate => "share of runs of 4 tokens that repeat one of the same sequence; lower repeats less",
        Sequences => "how many were measured",
        _ => "",
    };
}
