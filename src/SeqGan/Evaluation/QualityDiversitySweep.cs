using System.Globalization;
using System.Text;

namespace SeqGan;

/// <summary>
/// Measures models over a range of temperatures: a lower temperature raises quality and lowers diversity of any model, so one
/// temperature proves nothing; a better model's curve lies on the better side (Caccia et al. 2020, "Language GANs Falling Short").
/// </summary>
/// <remarks>Immutable.</remarks>
public sealed class QualityDiversitySweep
{
    private QualityDiversitySweep(IReadOnlyList<SweepPoint> points) => Points = points;

    /// <summary>Temperatures that span what one would use.</summary>
    public static IReadOnlyList<double> UsualTemperatures { get; } = [0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.1, 1.2];

    /// <summary>The points: model after model, in the order of the temperatures.</summary>
    public IReadOnlyList<SweepPoint> Points { get; }

    /// <summary>Samples from each model at each temperature, with the same random numbers, and measures.</summary>
    /// <param name="models">The models, of one format and vocabulary; at least one.</param>
    /// <param name="heldOut">Sequences that none of them was trained on, [Count, Length]; at least one.</param>
    /// <param name="count">How many sequences to generate at each point; at least 2.</param>
    /// <param name="temperatures">Positive and finite; <see cref="UsualTemperatures"/> where null.</param>
    /// <param name="seed">Determines every draw.</param>
    /// <param name="progress">Receives each point when it is measured.</param>
    /// <param name="cancellationToken">Cancels the sweep.</param>
    /// <exception cref="ArgumentException">There is no model, no temperature or no held-out sequence, models differ in their format, or an argument is out of range.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static QualityDiversitySweep Run(
        IReadOnlyList<SweepModel> models, TokenBatch heldOut, int count, IReadOnlyList<double>? temperatures = null, ulong seed = 0,
        IProgress<SweepPoint>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(models);
        temperatures ??= UsualTemperatures;
        Check(models, heldOut, count, temperatures);
        var points = new List<SweepPoint>();
        foreach (SweepModel model in models)
        {
            var sampler = new SequenceSampler(model.Policy);
            foreach (double temperature in temperatures)
            {
                TokenBatch generated = sampler.Sample(count, new SamplingOptions { Seed = seed, Temperature = temperature }, cancellationToken).AsBatch();
                points.Add(new SweepPoint(
                    model.Name, temperature,
                    SampleMetrics.Measure(generated, model.Policy.Format, heldOut, model.Policy.TrainingSequences, cancellationToken),
                    SequenceMetrics.NegativeLogLikelihood(sampler, heldOut, temperature, cancellationToken)));
                progress?.Report(points[^1]);
            }
        }

        return new QualityDiversitySweep(points);
    }

    /// <summary>The sweep as a table in Markdown.</summary>
    public override string ToString()
    {
        var table = new StringBuilder();
        table.AppendLine("| model | temperature | BLEU-4 | self-BLEU-4 | NLL_test | JS-2 | uniqueness | copies |");
        table.AppendLine("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
        foreach (SweepPoint point in Points)
        {
            SampleMetrics metrics = point.Metrics;
            table.AppendLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {point.Model} | {point.Temperature:0.##} | {metrics.Bleu![4]:0.000} | {metrics.SelfBleu![4]:0.000} | {point.NllTest:0.000} | {metrics.JensenShannon![2]:0.000} | {metrics.Uniqueness:0.000} | {(metrics.Copies is { } copies ? copies.ToString("0.000", CultureInfo.InvariantCulture) : "-")} |"));
        }

        return table.ToString();
    }

    private static void Check(IReadOnlyList<SweepModel> models, TokenBatch heldOut, int count, IReadOnlyList<double> temperatures)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 2);
        if (models.Count == 0)
            throw new ArgumentException("A sweep needs at least one model.", nameof(models));
        if (heldOut.Count == 0)
            throw new ArgumentException("A sweep needs at least one held-out sequence to compare with.", nameof(heldOut));
        if (temperatures.Count == 0)
            throw new ArgumentException("A sweep needs at least one temperature.", nameof(temperatures));
        foreach (double temperature in temperatures)
        {
            if (!(temperature > 0 && double.IsFinite(temperature)))
                throw new ArgumentOutOfRangeException(nameof(temperatures), temperature, "A temperature is positive and finite.");
        }

        SweepModel first = models[0];
        foreach (SweepModel model in models)
        {
            bool speaksAlike = model.Policy.Format == first.Policy.Format
                && (model.Policy.Vocabulary?.Tokens ?? []).SequenceEqual(first.Policy.Vocabulary?.Tokens ?? [], StringComparer.Ordinal);
            if (!speaksAlike)
                throw new ArgumentException($"The models '{first.Name}' and '{model.Name}' differ in their vocabulary or maximum length; only models of the same corpus can be compared.", nameof(models));
        }
    }
}
