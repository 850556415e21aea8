namespace SeqGan.Evaluation;

/// <summary>The keys of what SeqGan's evaluators report; <see cref="TrainingMetric.Evaluations"/> describes each.</summary>
public static class EvaluationMetricNames
{
    /// <summary>The mean negative log-likelihood of held-out sequences under the generator, in nats a token.</summary>
    public const string NllTest = "nll_test";

    /// <summary>The same over the tokens that the vocabulary has: unknown tokens are read, but not counted.</summary>
    public const string NllTestKnown = "nll_test_known";

    /// <summary>The mean negative log-likelihood of generated sequences under the oracle, in nats a token.</summary>
    public const string NllOracle = "nll_oracle";

    /// <summary>The share of distinct sequences among the generated ones; see <see cref="SequenceMetrics.Uniqueness"/>.</summary>
    public const string Uniqueness = "uniqueness";

    /// <summary>The share of generated sequences that are not in the training data.</summary>
    public const string Novelty = "novelty";

    /// <summary>The mean number of tokens of a generated sequence; see <see cref="SequenceMetrics.MeanLength"/>.</summary>
    public const string MeanLength = "mean_length";

    /// <summary>The share of generated sequences that end with the end token; see <see cref="SequenceMetrics.EndTokenRate"/>.</summary>
    public const string EndTokenRate = "end_token_rate";

    /// <summary>The mean BLEU-2 of generated sequences against the reference set; see <see cref="BleuReferences"/>.</summary>
    public const string Bleu2 = "bleu_2";

    /// <summary>The mean BLEU-3 of generated sequences against the reference set; see <see cref="BleuReferences"/>.</summary>
    public const string Bleu3 = "bleu_3";

    /// <summary>The mean BLEU-4 of generated sequences against the reference set; see <see cref="BleuReferences"/>.</summary>
    public const string Bleu4 = "bleu_4";

    /// <summary>The mean BLEU-5 of generated sequences against the reference set; see <see cref="BleuReferences"/>.</summary>
    public const string Bleu5 = "bleu_5";

    /// <summary>The mean BLEU-2 of each generated sequence against all the others; see <see cref="BleuReferences.SelfMean"/>.</summary>
    public const string SelfBleu2 = "self_bleu_2";

    /// <summary>The mean BLEU-3 of each generated sequence against all the others; see <see cref="BleuReferences.SelfMean"/>.</summary>
    public const string SelfBleu3 = "self_bleu_3";

    /// <summary>The mean BLEU-4 of each generated sequence against all the others; see <see cref="BleuReferences.SelfMean"/>.</summary>
    public const string SelfBleu4 = "self_bleu_4";

    /// <summary>The mean BLEU-5 of each generated sequence against all the others; see <see cref="BleuReferences.SelfMean"/>.</summary>
    public const string SelfBleu5 = "self_bleu_5";

    /// <summary>The share of distinct 1-grams among all of the generated sequences; see <see cref="SequenceMetrics.Distinct"/>.</summary>
    public const string Distinct1 = "distinct_1";

    /// <summary>The share of distinct 2-grams among all of the generated sequences; see <see cref="SequenceMetrics.Distinct"/>.</summary>
    public const string Distinct2 = "distinct_2";

    /// <summary>The share of distinct 3-grams among all of the generated sequences; see <see cref="SequenceMetrics.Distinct"/>.</summary>
    public const string Distinct3 = "distinct_3";

    /// <summary>The share of distinct 4-grams among all of the generated sequences; see <see cref="SequenceMetrics.Distinct"/>.</summary>
    public const string Distinct4 = "distinct_4";

    /// <summary>The distance of the distributions of 2-grams; see <see cref="SequenceMetrics.JensenShannonDistance"/>.</summary>
    public const string JensenShannon = "jensen_shannon";

    /// <summary>The distance of the distributions of lengths; see <see cref="SequenceMetrics.LengthDistance"/>.</summary>
    public const string LengthDistance = "length_distance";

    /// <summary>The share of 4-grams that repeat one of the same sequence; see <see cref="SequenceMetrics.RepetitionRate"/>.</summary>
    public const string RepetitionRate = "repetition_rate";
}
