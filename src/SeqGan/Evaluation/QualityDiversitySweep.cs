using System.Globalization;
using System.Text;

namespace SeqGan;

/// <summary>The figures of models over a range of temperatures: each model's curve of quality against diversity. Immutable.</summary>
/// <remarks>
/// One temperature compares little: a lower one raises quality and lowers diversity of any model. A model is better where its
/// whole curve is (Caccia et al. 2020, "Language GANs Falling Short"). Plot BLEU-n of <see cref="Points"/> against self-BLEU-n.
/// </remarks>
public sealed class QualityDiversitySweep
{
    private QualityDiversitySweep(IReadOnlyList<QualityDiversityPoint> points) => Points = points;

    /// <summary>The points: the first model's by temperature in the order of the options, then the next one's.</summary>
    public IReadOnlyList<QualityDiversityPoint> Points { get; }

    /// <summary>Samples from each model at each temperature and measures what comes.</summary>
    /// <param name="models">Names and models, at least one, such as the one of maximum likelihood and the one after adversarial training; names differ.</param>
    /// <param name="heldOut">Real sequences that no model was trained on, [Count, Length]; the references.</param>
    /// <param name="options">What to sample; the default options where null.</param>
    /// <param name="progress">Receives each point as soon as it is measured.</param>
    /// <param name="cancellationToken">Cancels the sweep.</param>
    /// <exception cref="ArgumentException">There is no model or no held-out sequence, two models share a name, a model's format does not fit the sequences, or an option is out of range.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static QualityDiversitySweep Run(
        IReadOnlyList<KeyValuePair<string, CompiledPolicy>> models,
        TokenBatch heldOut,
        QualityDiversityOptions? options = null,
        IProgress<QualityDiversityPoint>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ThrowIfInvalid(models, heldOut);
        options ??= new QualityDiversityOptions();
        options.ThrowIfInvalid(nameof(options));
        SequenceSet.ThrowIfEmpty(heldOut);
        var meter = new SampleMetrics.Meter(models[0].Value.Format, heldOut, options.Smoothing, models[0].Value.Vocabulary is null ? null : Vocabulary.UnknownId);
        var points = new List<QualityDiversityPoint>();
        foreach ((string name, CompiledPolicy policy) in models)
        {
            var sampler = new SequenceSampler(policy);
            foreach (double temperature in options.Temperatures)
            {
                var sampling = new SamplingOptions { Seed = options.Seed, Temperature = temperature };
                SampleMetrics metrics = meter.Measure(sampler.Sample(options.Count, sampling, cancellationToken).AsBatch(), policy.TrainingSequences, cancellationToken);
                points.Add(new QualityDiversityPoint(name, temperature, SequenceMetrics.NegativeLogLikelihood(sampler, heldOut, temperature, cancellationToken), metrics));
                progress?.Report(points[^1]);
            }
        }

        return new QualityDiversitySweep(points);
    }

    /// <summary>A Markdown table with a row for each point and a column for each figure, numbers with a decimal point in every culture.</summary>
    public override string ToString()
    {
        string[] names = [.. Points.SelectMany(point => point.Metrics.ToDictionary().Keys).Distinct()];
        var table = new StringBuilder("| model | temperature | ").Append(EvaluationMetricNames.NllTest).Append(" |");
        foreach (string name in names)
            table.Append(' ').Append(name).Append(" |");
        table.Append("\n| --- |").Insert(table.Length, " ---: |", names.Length + 2).Append('\n');
        foreach (QualityDiversityPoint point in Points)
        {
            IReadOnlyDictionary<string, double> figures = point.Metrics.ToDictionary();
            table.Append(CultureInfo.InvariantCulture, $"| {point.Model.Replace("|", "\\|", StringComparison.Ordinal)} | {point.Temperature} | {point.NllTest:0.0000} |");
            foreach (string name in names)
                table.Append(CultureInfo.InvariantCulture, $" {(figures.TryGetValue(name, out double value) ? value : (double?)null):0.0000} |");
            table.Append('\n');
        }

        return table.ToString();
    }

    private static void ThrowIfInvalid(IReadOnlyList<KeyValuePair<string, CompiledPolicy>> models, TokenBatch heldOut)
    {
        ArgumentNullException.ThrowIfNull(models);
        if (models.Count == 0)
            throw new ArgumentException("There are 0 models; a sweep needs at least 1.", nameof(models));
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach ((string name, CompiledPolicy policy) in models)
        {
            if (string.IsNullOrEmpty(name) || policy is null)
                throw new ArgumentException($"Model '{name}' has no name or is null; each needs both.", nameof(models));
            if (!names.Add(name))
                throw new ArgumentException($"Two models have the name '{name}'; names must differ.", nameof(models));
            if (policy.Format != models[0].Value.Format)
                throw new ArgumentException($"The format of model '{name}' is {policy.Format}, that of '{models[0].Key}' {models[0].Value.Format}; they must be equal.", nameof(models));
            policy.Format.ThrowIfInvalid(heldOut);
        }
    }
}
