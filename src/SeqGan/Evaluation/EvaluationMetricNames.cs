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

    /// <summary>The share of generated sequences that stand in the training data; see <see cref="SequenceMetrics.Copies"/>.</summary>
    public const string Copies = "copies";

    /// <summary>The mean BLEU against held-out sequences, as <c>bleu_2</c> to <c>bleu_5</c>; see <see cref="BleuReferences"/>.</summary>
    public const string Bleu = "bleu";

    /// <summary>Self-BLEU, as <c>self_bleu_2</c> to <c>self_bleu_5</c>; see <see cref="BleuReferences.Self"/>.</summary>
    public const string SelfBleu = "self_bleu";

    /// <summary>The share of different n-grams, as <c>distinct_1</c> to <c>distinct_4</c>; see <see cref="SequenceMetrics.Distinct"/>.</summary>
    public const string Distinct = "distinct";

    /// <summary>The distance from held-out n-grams, as <c>jensen_shannon_1</c> to <c>jensen_shannon_3</c>; see <see cref="SequenceMetrics.JensenShannonDistance"/>.</summary>
    public const string JensenShannon = "jensen_shannon";

    /// <summary>The distance from the held-out lengths, in tokens; see <see cref="SequenceMetrics.LengthDistance"/>.</summary>
    public const string LengthDistance = "length_distance";

    /// <summary>The share of bigrams that a sequence had before; see <see cref="SequenceMetrics.RepetitionRate"/>.</summary>
    public const string RepetitionRate = "repetition_rate";
}
