namespace SeqGan;

/// <summary>The names under which SeqGan's evaluators report.</summary>
public static class EvaluationMetricNames
{
    /// <summary>The mean negative log-likelihood of held-out sequences under the generator, nats a token; lower covers the data better.</summary>
    public const string NllTest = "nll_test";

    /// <summary>The mean negative log-likelihood of generated sequences under the oracle, nats a token; lower is likelier.</summary>
    public const string NllOracle = "nll_oracle";

    /// <summary>The share of distinct sequences among the generated ones; see <see cref="SequenceMetrics.Uniqueness"/>.</summary>
    public const string Uniqueness = "uniqueness";

    /// <summary>The share of generated sequences that the training data lacks; see <see cref="SequenceMetrics.Novelty(TokenBatch, TokenBatch)"/>.</summary>
    public const string Novelty = "novelty";

    /// <summary>The mean number of tokens of a generated sequence; see <see cref="SequenceMetrics.MeanLength"/>.</summary>
    public const string MeanLength = "mean_length";

    /// <summary>The share of generated sequences that ended by themselves; see <see cref="SequenceMetrics.EndTokenRate"/>.</summary>
    public const string EndTokenRate = "end_token_rate";
}
