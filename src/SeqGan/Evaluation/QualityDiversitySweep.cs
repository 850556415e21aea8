namespace SeqGan.Evaluation;

/// <summary>The figures of models over a range of temperatures: each model's curve of quality against diversity. Immutable.</summary>
/// <remarks>
/// A lower temperature raises the quality and lowers the diversity of any model, so one temperature compares little. A model is better if
/// its whole curve is (Caccia et al. 2020, "Language GANs Falling Short"). Plot BLEU-n of <see cref="Points"/> against self-BLEU-n.
/// </remarks>
/// <example>
/// <code>
/// QualityDiversitySweep sweep = QualityDiversitySweep.Run(
///     [new("before", CompiledPolicy.Load("before.seqgan")), new("after", CompiledPolicy.Load("after.seqgan"))],
///     corpus.HeldOut,
///     new QualityDiversityOptions { Temperatures = [0.6, 0.8, 1, 1.2] });
/// Console.WriteLine(sweep);
/// </code>
/// </example>
public sealed class QualityDiversitySweep
{
    private QualityDiversitySweep(IReadOnlyList<QualityDiversityPoint> points, ulong seed) => (Points, Seed) = (points, seed);

    /// <summary>The seed of every point: that of the options, or the one that was drawn.</summary>
    public ulong Seed { get; }

    /// <summary>The points: the first model's in the order of the temperatures, then the next model's.</summary>
    public IReadOnlyList<QualityDiversityPoint> Points { get; }

    /// <summary>Samples from each model at each temperature and measures the samples.</summary>
    /// <remarks>Models have different names. No model was trained on the held-out sequences, [Count, Length].</remarks>
    /// <exception cref="ArgumentException">The models, the held-out sequences or an option is not valid, or formats differ.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static QualityDiversitySweep Run(
        IReadOnlyList<KeyValuePair<string, CompiledPolicy>> models, TokenBatch heldOut, QualityDiversityOptions? options = null,
        IProgress<QualityDiversityPoint>? progress = null, CancellationToken cancellationToken = default)
    {
        ThrowIfInvalid(models, heldOut);
        options = (options ?? new()).WithSeed();
        options.ThrowIfInvalid(nameof(options));
        SequenceSet.ThrowIfEmpty(heldOut);
        CompiledPolicy first = models[0].Value;
        var meter = new SampleMetrics.Meter(first.Format, heldOut, options.Smoothing, first.Format.UnknownToken);
        var points = new List<QualityDiversityPoint>();
        foreach ((string name, CompiledPolicy policy) in models)
        {
            var sampler = new SequenceSampler(policy);
            Measure(name, sampler, refine: null);
            if (options.Refine is { } refine && policy.HasDiscriminator)
                Measure($"{name}, refined", sampler, refine);
        }

        return new QualityDiversitySweep(points, options.Seed!.Value);

        void Measure(string name, SequenceSampler sampler, int? refine)
        {
            foreach (double temperature in options.Temperatures)
            {
                var sampling = new SamplingOptions { Seed = options.Seed, Temperature = temperature, Refine = refine };
                TokenBatch generated = sampler.Sample(options.Count, sampling, cancellationToken).AsBatch();
                SampleMetrics metrics = meter.Measure(generated, sampler.Policy.TrainingSequences, cancellationToken);
                double nllTest = refine is null
                    ? SequenceMetrics.NegativeLogLikelihood(sampler, heldOut, temperature, cancellationToken: cancellationToken)
                    : RefinementMetrics.Measure(sampler, heldOut, sampling, cancellationToken: cancellationToken).NllTestUpper;
                points.Add(new QualityDiversityPoint(name, temperature, nllTest, metrics));
                progress?.Report(points[^1]);
            }
        }
    }

    /// <summary>A Markdown table with a row for each point and a column for each figure, in the invariant culture.</summary>
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
            string model = point.Model.Replace("|", "\\|", StringComparison.Ordinal);
            table.Append(CultureInfo.InvariantCulture, $"| {model} | {point.Temperature} | {point.NllTest:0.0000} |");
            foreach (string name in names)
            {
                double? figure = figures.TryGetValue(name, out double value) ? value : null;
                table.Append(CultureInfo.InvariantCulture, $" {figure:0.0000} |");
            }

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
            {
                throw new ArgumentException(
                    $"Formats must be equal: that of '{name}' is {policy.Format}, that of '{models[0].Key}' {models[0].Value.Format}.",
                    nameof(models));
            }

            policy.Format.ThrowIfInvalid(heldOut);
        }
    }
}
